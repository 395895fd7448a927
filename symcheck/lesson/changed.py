"""Theorems with one line changed: what the kernel says of constant initialization where something else is the case."""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.proof.library import proof_of, shared, theorem_text
from symcheck.proof.theorem import Theorem, proved

_WEIGHTS = "  W[0, l, i, j] = w[l]\n"
_ACTIVATION = "h[t, l, s, i] = sigma(l, z[t, l, s, i])"
_SLOPE = "delta[t, l, s, i] = sigma'(l, z[t, l, s, i])"
_STEP = "rate[t, l, i, j] G[t, l, i, j]"
#: What stands in the text of constant-init, and what is put in its place.
CHANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "rows": ((_WEIGHTS, _WEIGHTS.replace("\n", "   for l in 2..L\n")),),
    "columns": ((_WEIGHTS, _WEIGHTS.replace("\n", "   for l in 1..L-1\n")),),
    "dropout": (
        ("array z[", "array mask[t, l, i]   for t in 0.., l in 1..L-1, i in 1..n[l]   the mask of a unit\narray z["),
        (_ACTIVATION, _ACTIVATION.replace("sigma", "mask[t, l, i] sigma")),
        (_SLOPE, _SLOPE.replace("sigma", "mask[t, l, i] sigma")),
    ),
    "penalty": (
        ("array rate[", "function phi(v)   the slope of the penalty\narray rate["),
        (_STEP, "rate[t, l, i, j] (G[t, l, i, j] + phi(W[t, l, i, j]))"),
    ),
}


def changed_lines(name: str) -> tuple[str, ...]:
    """The equations that are put in, as they then stand in the text; none where nothing is changed."""
    return tuple(
        new.strip() for _, new in CHANGES.get(name, ()) if "array " not in new and new.startswith((" ", "h[", "rate["))
    )


def with_change(name: str) -> Theorem:
    """Let the kernel go through constant-init with one change.

    Raises:
        KeyError: there is no such change.
        ValueError: the text has no such line any more.
    """
    text = written_out("constant-init")
    for old, new in CHANGES[name]:
        if old not in text:
            raise ValueError(f"constant-init has no line {old.strip()!r}")
        text = text.replace(old, new)
    return proved(proof_of(text, f"constant-init, {name} changed"), shown=False)


def written_out(theorem: str) -> str:
    """The text of a theorem of the library with all that it uses."""
    text = theorem_text(theorem)
    if text is None:
        raise KeyError(theorem)
    return "\n".join(_lines(text.splitlines()))


def _lines(lines: Sequence[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        used = shared(line.removeprefix("use ").strip()) if line.startswith("use ") else None
        found += [line] if used is None else _lines(used.splitlines())
    return found
