"""A parameter as its library holds it: described, its values not yet looked at, so that sizes can be judged first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symcheck.fans import Layer
from symcheck.laws.layers import DocumentedLaw, blocks_of, documented_by
from symcheck.parameters import Parameter


@dataclass(frozen=True, eq=False)
class AdaptedParameter:
    """What an adapter tells of a parameter.

    Attributes:
        parameter: all but its values, its dtype and with whom it shares memory.
        array: the library's own array; None where the parameter is absent.
    """

    parameter: Parameter
    array: Any = None

    def below(self, path: str) -> AdaptedParameter:
        """The same as a part of something larger."""
        name = self.parameter.name
        return replace(self, parameter=replace(self.parameter, name=joined(path, name)))


def joined(*names: str) -> str:
    """A dotted name of parts, of which empty ones are left out."""
    return ".".join(name for name in names if name)


def told(
    name: str,
    shape: Sequence[int],
    kind: str,
    rule: DocumentedLaw | None,
    sizes: Mapping[str, object],
    fans: Layer | None,
    *,
    documented: bool = True,
    trained: bool = True,
) -> Parameter:
    """A parameter as a rule of its layer tells it.

    Args:
        kind: of the layer; the source of its laws.
        sizes: what the layer tells of itself.
        documented: whether the layer draws as its kind does.
    """
    return Parameter(
        name,
        None,
        layer=kind,
        role=rule.role if rule is not None else "other",
        inputs=fans.inputs if fans is not None else 0,
        outputs=fans.out if fans is not None else 0,
        kernel=fans.kernel if fans is not None else (),
        blocks=blocks_of(rule, shape) if rule is not None else (),
        documented=documented_by(rule, kind, shape, sizes) if rule is not None and documented else (),
        trained=trained and (rule is None or rule.role != "state"),
    )
