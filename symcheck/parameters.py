"""A model's parameters: named arrays, each with the layer that holds it and what its library documents for it."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.fans import Fans, Layer
from symcheck.file_arrays import Values

#: What a parameter is in its layer: ``weight`` multiplies inputs, ``bias`` is added, ``scale`` and ``shift`` are those of a
#: normalization, ``table`` is looked up by row, ``state`` is kept and not trained (running statistics), ``other`` anything else.
ROLES = ("weight", "bias", "scale", "shift", "table", "state", "other")


@dataclass(frozen=True)
class Documented:
    """What a library documents for a parameter, or for a block of it.

    Attributes:
        law: as :func:`symcheck.laws.names.parse_law` reads it, with the fans of the parameter's layer.
        source: where it is documented, such as ``torch.nn.Linear``.
        block: of the parameter, as a selector ``[0:64]`` or ``[3]``; empty for all of it.
    """

    law: str
    source: str
    block: str = ""


@dataclass(frozen=True)
class Block:
    """A part of a parameter that stands for itself: a gate of an LSTM, the queries of fused projections.

    Attributes:
        selector: ``[0:64]``, ``[:, 64:128]``.
    """

    name: str
    selector: str


@dataclass(frozen=True, eq=False)
class Parameter:
    """One parameter.

    Attributes:
        name: as its library has it, such as ``blocks.0.attn.in_proj_weight``; what cannot be printed is spelled (``\\x1b``).
        values: of any shape, as stored (bfloat16 as float32), in memory or in a file; None where it has none, and ``absent`` says why.
        dtype: the name of the dtype that it is stored in.
        layer: the kind of layer that holds it, with its library (``torch.nn.Linear``); empty where that is not known.
        role: of :data:`ROLES`.
        inputs, outputs, kernel: for laws with fans, counted as its library counts them for its own laws: torch has a transposed
            convolution's outputs of one group for ``inputs``, and all outputs of a grouped one for ``outputs``. A bias has those of
            the weight beside it. 0 where they are not known.
        blocks: parts that stand for themselves.
        documented: laws that the library documents for parameters of such a layer; one of a block goes before that of the whole.
        shares: the name of an earlier parameter that is stored in the same memory (tied embeddings); else empty. Which of the
            layers drew it is not known, so that it may follow the law documented for either.
        trained: whether an optimizer changes it: not what is frozen, kept as state, or computed from other parameters (the
            effective weight of a parametrized layer).
        rectified: whether a ReLU is known to be what comes next after its layer, but for norms, dropout and pooling.
        absent: why it has no values, as the end of a sentence: ``is on the meta device``.
    """

    name: str
    values: Values | None
    dtype: str = ""
    layer: str = ""
    role: str = "other"
    inputs: int = 0
    outputs: int = 0
    kernel: tuple[int, ...] = ()
    blocks: tuple[Block, ...] = ()
    documented: tuple[Documented, ...] = ()
    shares: str = ""
    trained: bool = True
    rectified: bool = False
    absent: str = ""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the values; empty where there are none."""
        return () if self.values is None else self.values.shape

    @property
    def fans(self) -> Fans | None:
        """Of its layer; None where they are not known."""
        return Layer(self.outputs, self.inputs, self.kernel).fans if self.inputs and self.outputs else None
