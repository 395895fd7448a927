"""What libraries document for the parameters of their layers: rules as data, and what they say of one layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from symcheck.parameters import Block, Documented


@dataclass(frozen=True)
class DocumentedLaw:
    """What a library documents for one parameter of a kind of layer.

    Attributes:
        role: of :data:`symcheck.parameters.ROLES`.
        law: of the whole; empty where none is documented. ``{hidden}`` stands for what the layer tells of itself by that name: a
            size, or the law of an initializer.
        parts: names of the equal parts that lie along ``axis``, in their order.
        laws_of_parts: of those parts whose law is another one.
        row: the size that tells a row with a law of its own, and that law.
    """

    role: str
    law: str = ""
    parts: tuple[str, ...] = ()
    axis: int = 0
    laws_of_parts: tuple[tuple[str, str], ...] = ()
    row: tuple[str, str] | None = None


#: Kind of layer -> pattern of a parameter's name in it -> rule.
Rules = Mapping[str, Mapping[str, DocumentedLaw]]


def rule_of(rules: Mapping[str, DocumentedLaw], name: str) -> DocumentedLaw | None:
    """The first rule whose pattern fits the name of a parameter."""
    return next((rule for pattern, rule in rules.items() if fnmatchcase(name, pattern)), None)


def blocks_of(rule: DocumentedLaw, shape: Sequence[int]) -> tuple[Block, ...]:
    """The parts of an array of this shape; none where they do not fit it."""
    axis = rule.axis % len(shape) if shape else 0
    if not rule.parts or not shape or shape[axis] % len(rule.parts):
        return ()
    step = shape[axis] // len(rule.parts)
    before = ":, " * axis
    return tuple(Block(name, f"[{before}{i * step}:{(i + 1) * step}]") for i, name in enumerate(rule.parts))


def documented_by(
    rule: DocumentedLaw, source: str, shape: Sequence[int], sizes: Mapping[str, object]
) -> tuple[Documented, ...]:
    """The laws of a rule for an array of this shape, those of blocks first.

    Args:
        sizes: what the layer tells of itself. A law that speaks of a size that is not there is left out.
    """
    found: list[Documented] = []
    if rule.row is not None and isinstance(row := sizes.get(rule.row[0]), int):
        found.append(Documented(rule.row[1], source, f"[{row}]"))
    laws = {name: _filled_in(law, sizes) for name, law in rule.laws_of_parts}
    found += [Documented(law, source, b.selector) for b in blocks_of(rule, shape) if (law := laws.get(b.name))]
    whole = _filled_in(rule.law, sizes)
    return (*found, Documented(whole, source)) if whole else tuple(found)


def _filled_in(law: str, sizes: Mapping[str, object]) -> str:
    try:
        return law.format_map(sizes)
    except KeyError:
        return ""
