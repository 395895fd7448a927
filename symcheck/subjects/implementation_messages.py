"""What passes between an implementation and the suite: plain data, so that it can cross a process boundary."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from symcheck.types import Array


@dataclass
class Offer:
    """What an implementation says of itself.

    Attributes:
        methods: those of the protocol that it has.
        activation, loss: their names, or None where it names none.
        layout: of its weights.
        optimizer: what its update does; anything but ``sgd`` is not held to the rule of gradient descent.
        deterministic: whether it declares that ``initialize`` draws nothing.
        dtype: ``float32`` where it declares that it computes in single precision whatever it is given.
        law: of the hidden layers' initial weights, or None where it promises none.
    """

    name: str
    methods: list[str]
    called_as: str = ""
    activation: str | None = None
    loss: str | None = None
    layout: str = "out_in"
    optimizer: str = "sgd"
    deterministic: bool = False
    law: str | None = None
    dtype: str = "float64"
    notes: list[str] = field(default_factory=list)


@dataclass
class Call:
    """One call: the method, and what its arguments need beside the arrays, which are in (out, in) layout.

    ``arrays`` holds W_1, b_1, ..., W_L, b_L of the parameters, then X and Y, or the gradients, as the method takes
    them; ``depth`` is L.
    """

    method: str
    depth: int = 0
    sizes: list[int] = field(default_factory=list)
    seed: int = 0
    learning_rate: float = 0.0
    arrays: list[Array] = field(default_factory=list)

    def header(self) -> dict[str, Any]:
        """The fields without the arrays."""
        fields = asdict(self)
        del fields["arrays"]
        return fields


@dataclass
class Answer:
    """What came back: arrays in (out, in) layout, or one sentence; and what was seen beside it.

    Attributes:
        error: one sentence; ``kind`` is then raised, nonsense, hung or died.
        misshapen: what has a wrong shape: outputs, W or b, or "" where nothing has.
        shape: the shape it has; ``misfit`` is transposed or squeezed where that is all, else "".
        changed: arguments that were written into.
        shared: a sentence on memory that the result shares with something else, or "".
        state: a sentence on global state that the call changed, or "".
        printed: the first line the call printed, or "".
    """

    arrays: list[Array] = field(default_factory=list)
    error: str = ""
    kind: str = ""
    misshapen: str = ""
    shape: list[int] = field(default_factory=list)
    misfit: str = ""
    changed: list[str] = field(default_factory=list)
    shared: str = ""
    state: str = ""
    printed: str = ""

    def header(self) -> dict[str, Any]:
        """The fields without the arrays."""
        fields = asdict(self)
        del fields["arrays"]
        return fields
