"""Whether gradients are clipped, seen without knowing them: with inputs that are larger and weights that are smaller by the same
power of two, all of the network is the same, and the gradient of the first weights is larger by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np

from symcheck.clipping import Clipping
from symcheck.strategies.frame import Frame
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.types import Array, Params

_SCALES = (2.0**4, 2.0**8, 2.0**12)
#: What is left of the difference of outputs and targets where gradients are to be small.
_NEARER = (1.0, 2.0**-4, 2.0**-10)
#: And where they are to be large.
_FAR = 2.0**12
#: Of the gradients that an update is given.
_SMALL, _LARGE = 2.0**-10, (2.0**2, 2.0**6, 2.0**12)
_RATE = 0.125
#: What is added to a norm before it is divided by.
_ADDED = (0.0, 1e-6, 1e-8, 1e-12)
#: How far gradients may be off, relative to the largest.
_AGREE = 1e-9


def measure_clipping(subject: Implementation, frame: Frame) -> None:
    """Write into the offer how gradients are clipped, and in which method; of code as its author left it alone.

    Whoever follows the protocol says which optimizer is meant, and by that it is judged.
    """
    if not subject.offer.found or subject.offer.clipping is not None:
        return
    step = "gradients" if "gradients" in subject.offer.methods else "train_step"
    looked = ((_of_gradients, step), (_of_update, "update"))
    for look, method in looked:
        try:
            found = look(subject, frame) if method in subject.offer.methods else None
        except Misbehaviour:
            found = None
        if found is not None:
            subject.offer = replace(subject.offer, clipping=found, clips_in=method)
            return


def _of_gradients(subject: Implementation, frame: Frame) -> Clipping | None:
    if subject.lacks(("gradients",)):
        return None
    rng = np.random.default_rng(0)
    sizes = frame.nearest((3, 4, 2))
    params: Params = [
        (rng.standard_normal((n, m)) / np.sqrt(m), 0.5 * frame.biases * rng.standard_normal(n))
        for m, n in pairwise(sizes)
    ]
    X = rng.standard_normal((frame.samples or 6, sizes[0]))
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], len(X))]
    Y = rng.integers(0, 2, (len(X), 1)).astype(float) if sizes[-1] == 1 else Y

    def at(scale: float, targets: Array) -> Params:
        return subject.gradients(_rescaled(params, scale), scale * X, targets)

    for nearer in _NEARER if not subject.lacks(("forward",)) else _NEARER[:1]:
        outputs = subject.forward(params, X) if nearer < 1 else Y
        found = _limit(partial(at, targets=outputs + nearer * (Y - outputs)), _larger)
        if found is not None:
            return None if _exceeded(found, partial(at, 1.0, _FAR * Y)) else found
    return None


def _exceeded(clipping: Clipping, got: Callable[[], Params]) -> bool:
    """Whether an array is larger than a clipping of all of them leaves it: then it is one of some of them alone."""
    try:
        gradients = got()
    except Misbehaviour:
        return False
    arrays = [a for pair in gradients for a in pair]
    size = max(float(np.abs(a).max() if clipping.kind == "value" else np.linalg.norm(a)) for a in arrays)
    return bool(np.isfinite(size)) and size > clipping.limit * (1 + _AGREE)


def _of_update(subject: Implementation, frame: Frame) -> Clipping | None:
    rng = np.random.default_rng(0)
    sizes = frame.nearest((3, 4, 2))
    shapes = [(n, m) for m, n in pairwise(sizes)]
    params, slopes = (
        [(rng.standard_normal(shape), frame.biases * rng.standard_normal(shape[0])) for shape in shapes]
        for _ in range(2)
    )

    def moved(scale: float) -> Params:
        along = _times(slopes, _SMALL * scale)
        after = subject.update(params, along, _RATE, fresh=True)
        return [((W - V) / _RATE, (b - c) / _RATE) for (W, b), (V, c) in zip(params, after, strict=True)]

    small = moved(1.0)
    if not _near(small, _times(slopes, _SMALL), 1e-9):
        return None
    return _limit(moved, lambda _, s: _times(slopes, _SMALL * s), [s / _SMALL for s in _LARGE])


def _limit(
    got_at: Callable[[float], Params], whole: Callable[[Params, float], Params], scales: Sequence[float] = _SCALES
) -> Clipping | None:
    """The clipping that makes what was got of what would be whole at every scale, and leaves it whole at 1."""
    first = got_at(1.0)
    got = [got_at(s) for s in scales]
    wanted = [whole(first, s) for s in scales]
    if all(_near(a, b) for a, b in zip(got, wanted, strict=True)) or not _finite(got):
        return None
    for clipping in _candidates(got[-1], wanted[-1]):
        if clipping.reached(first) or _one_sided(got[-1]):
            continue
        if all(_near(a, clipping.of(b)) for a, b in zip(got, wanted, strict=True)):
            return clipping
    return None


def _one_sided(gradients: Params) -> bool:
    """Whether no entry is negative, or none positive: what cuts off at 0 is no clipping."""
    flat = np.concatenate([a.ravel() for pair in gradients for a in pair])
    return not ((flat > 0).any() and (flat < 0).any())


def _candidates(got: Params, whole: Params) -> Iterator[Clipping]:
    arrays = [a for pair in got for a in pair]
    yield Clipping("value", _plain(max(float(np.abs(a).max()) for a in arrays)))
    for added in _ADDED:
        norms = [float(np.sqrt(sum(np.sum(a * a) for pair in p for a in pair))) for p in (got, whole)]
        yield Clipping("norm", _plain(norms[0] * (1 + added / norms[1])), added)
        pairs = [(g, w) for p, q in zip(got, whole, strict=True) for g, w in zip(p, q, strict=True)]
        each, own = max((float(np.linalg.norm(g)), float(np.linalg.norm(w))) for g, w in pairs)
        yield Clipping("array", _plain(each * (1 + added / own) if own else each), added)


def _rescaled(params: Params, scale: float) -> Params:
    (W, b), *rest = params
    return [(W / scale, b), *rest]


def _larger(gradients: Params, scale: float) -> Params:
    (dW, db), *rest = gradients
    return [(scale * dW, db), *rest]


def _times(gradients: Params, scale: float) -> Params:
    return [(scale * W, scale * b) for W, b in gradients]


def _near(got: Params, wanted: Params, allowed: float = _AGREE) -> bool:
    """Whether every array agrees, beside rounding of what a step leaves of it."""
    pairs: list[tuple[Array, Array]] = [
        (g, w) for p, q in zip(got, wanted, strict=True) for g, w in zip(p, q, strict=True)
    ]
    return all(bool((np.abs(g - w) <= allowed * float(np.abs(w).max()) + 1e-11).all()) for g, w in pairs)


def _finite(every: Sequence[Params]) -> bool:
    return all(np.isfinite(a).all() for params in every for pair in params for a in pair)


def _plain(figure: float) -> float:
    """The figure that was written, where rounding is all that keeps this one from it."""
    rounded = float(f"{figure:.6g}")
    return rounded if abs(rounded - figure) <= 1e-9 * figure else figure
