"""Gradients that are clipped, by value or by norm, with the limit read off what was got.

Clipping by value, and by the norm of all gradients (Pascanu et al. 2013, algorithm 1), as optimizers have it; frameworks add 1e-6
to the norm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from symcheck.diagnosis.comparing import EXACT, Leaves, agree, same_shapes

#: What is added to a norm before it is divided by.
_ADDED = (0.0, 1e-6, 1e-8, 1e-12)
#: Which gradients are clipped, in words.
_WHOSE = (("Wb", "gradients are"), ("W", "gradients of the weights are"), ("b", "gradients of the biases are"))


@dataclass(frozen=True)
class Clipping:
    """What is clipped, in words.

    Attributes:
        whose: the parts, W and b, whose gradients are clipped.
        clip: what it makes of these.
    """

    words: str
    whose: str
    clip: Callable[[Leaves], Leaves]

    def of(self, arrays: Leaves, parts: Sequence[str]) -> Leaves:
        """All gradients, clipped; ``parts`` has W or b for each array."""
        own = iter(self.clip([a for a, part in zip(arrays, parts, strict=True) if part in self.whose]))
        return [next(own) if part in self.whose else a for a, part in zip(arrays, parts, strict=True)]


def clippings(got: Leaves, right: Leaves, parts: Sequence[str]) -> Iterator[Clipping]:
    """The clippings that make what was got of right gradients.

    Args:
        parts: of each array, W or b.
    """
    if not same_shapes(got, right) or not all(np.isfinite(a).all() for a in got):
        return
    for whose, words in _WHOSE:
        own = [i for i, part in enumerate(parts) if part in whose]
        # One number is cut off at something by any mistake.
        if sum(np.count_nonzero(right[i]) for i in own) < 2 or (len(own) == len(parts) and whose != "Wb"):
            continue
        for told, clip in _clips([got[i] for i in own], [right[i] for i in own]):
            clipping = Clipping(f"{words} {told}", whose, clip)
            if agree(got, clipping.of(right, parts)):
                yield clipping


def _clips(got: Leaves, right: Leaves) -> Iterator[tuple[str, Callable[[Leaves], Leaves]]]:
    largest, whole = max(float(np.abs(a).max()) for a in got), _norm(got)
    single = max(float(np.linalg.norm(a)) for a in got)
    if not largest:
        return
    bound = _plain(largest)
    yield f"clipped at {bound:.6g}", lambda arrays: [np.clip(a, -bound, bound) for a in arrays]
    right_norm = _norm(right)
    for added in _ADDED if right_norm else ():
        if limit := _round(whole * (1 + added / right_norm)):
            yield f"clipped to the norm {limit:g}", partial(_to_norm, limit=limit, added=added)
            words = f"divided by their norm{'' if limit == 1 else f', times {limit:g}'}"
            yield words, partial(_normed, to=limit, added=added)
    if each := _round(single):
        yield (
            f"clipped to the norm {each:g}, each array by itself",
            lambda arrays: [_to_norm([a], each, 0.0)[0] for a in arrays],
        )


#: What was got, what is right, and of each array W or b.
Case = tuple[Leaves, Leaves, Sequence[str]]


def one_sided(cases: Sequence[Case]) -> Iterator[Clipping]:
    """The clippings, not the same on both sides, that make what was got of right gradients in all of several cases."""
    if not all(same_shapes(got, right) and all(np.isfinite(a).all() for a in got) for got, right, _ in cases):
        return
    for whose, words in _WHOSE:
        pairs = [(g, r) for case in cases for g, r, part in zip(*case, strict=True) if part in whose]
        for told, clip in _sides([g for g, _ in pairs], [r for _, r in pairs]) if pairs else ():
            clipping = Clipping(f"{words} {told}", whose, clip)
            if all(agree(got, clipping.of(right, parts)) for got, right, parts in cases):
                yield clipping
                return


def _sides(got: Leaves, right: Leaves) -> Iterator[tuple[str, Callable[[Leaves], Leaves]]]:
    """Limits that are not the same on both sides, each of them seen at two entries or more, or of few digits."""
    high, low = (_limit(got, right, sign) for sign in (1, -1))
    if (high is None and low is None) or high == low:
        return
    top, bottom = (np.inf if high is None else high), (-np.inf if low is None else -low)
    if high is not None and low is not None:
        words = f"clipped to between {bottom:.6g} and {top:.6g}, which is not the same on both sides"
    elif low is None:
        words = f"clipped above {top:.6g} and not below -{top:.6g}" if top else "clipped above 0: none is positive"
    else:
        words = (
            f"clipped below {bottom:.6g} and not above {-bottom:.6g}" if low else "clipped below 0: none is negative"
        )
    yield words, lambda arrays: [np.clip(a, bottom, top) for a in arrays]


def _limit(got: Leaves, right: Leaves, sign: int) -> float | None:
    """The value at which entries that should be larger are cut off, all multiplied by a sign; None where none are."""
    g, r = (sign * np.concatenate([a.ravel() for a in arrays]) for arrays in (got, right))
    limit = _plain(float(g.max()))
    size = float(np.abs(r).max())
    beyond = r > limit + EXACT * size
    if not beyond.any() or (np.abs(g[beyond] - limit) > EXACT * size).any():
        return None
    return limit + 0.0 if np.count_nonzero(beyond) > 1 or _round(limit) is not None else None


def _to_norm(arrays: Leaves, limit: float, added: float) -> Leaves:
    norm = _norm(arrays) + added
    return [a * (limit / norm) for a in arrays] if norm > limit else list(arrays)


def _normed(arrays: Leaves, to: float, added: float) -> Leaves:
    norm = _norm(arrays) + added
    return [a * (to / norm) for a in arrays] if norm else list(arrays)


def _norm(arrays: Leaves) -> float:
    return float(np.sqrt(sum(float(np.sum(a * a)) for a in arrays)))


def _plain(figure: float) -> float:
    """The figure that was written, where rounding is all that keeps this one from it."""
    rounded = float(f"{figure:.6g}")
    return rounded if abs(rounded - figure) <= EXACT * abs(figure) else figure


def _round(figure: float) -> float | None:
    """A figure of few digits; any other norm is one that a factor on the gradients has by chance."""
    rounded = float(f"{figure:.3g}")
    return rounded if abs(rounded - figure) <= EXACT * figure else None
