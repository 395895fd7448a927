"""The affine space that training cannot leave, in float64: gradient colour refinement with a noise floor.

The exact form, and the argument that the space is closed under training, are in `symcheck.exact.refinement`. Here a gradient
has rounding in it, and activations may have kinks, so that one random point does not stand for every region: refinement
goes on until many points in a row, at offsets of several scales, have parted nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import Generator

from symcheck.errors import SymcheckError
from symcheck.exact.refinement import SignedClasses
from symcheck.reachability.classes import NoisyClasses
from symcheck.reachability.doubts import Records
from symcheck.reachability.gaps import Gap
from symcheck.reachability.measurement import Measurement
from symcheck.reachability.measuring import Measuring, OutOfRange, Unsteady
from symcheck.reachability.model import Differentiable, Layout, ModelFailure
from symcheck.reachability.points import random_point, scale_at
from symcheck.types import Flags, Floats

#: Rounds in a row that part nothing before the search ends.
QUIET = 20
#: How many noise floors apart gradients must be at first to be different, and in a second pass over what is in doubt then.
_CLEAR, _CLEAR_ENOUGH = 1e4, 30.0
#: Points whose gradients are measured in full, whatever they show: of a space that is told, and of an experiment.
_FULL, _FULL_ENOUGH = 3, 1
#: How many times as large inputs are made for what no gradient came to so far, as where a bias holds a ReLU shut, and points of each.
_FAR_INPUTS, _FAR_POINTS = (100.0, 1e4, 1e6), 4
#: How often an offset is made ten times smaller where the gradient is out of range.
_SMALLER = 6


class NoCleanGap(SymcheckError):
    """Equal gradients and different ones cannot be told apart."""


@dataclass(frozen=True, eq=False)
class ObservedSpace:
    """theta_0 + V, for the inputs and regions that were tried.

    Attributes:
        classes: the signed classes that span V, of all scalars.
        rounds: random points, the last `QUIET` of which parted nothing unless nothing was left to part.
        evaluations: of the gradient.
        gaps: between what was taken for equal and for different, by module.
        silent: shape (n,): gradients that were zero each time, as those that no operation leads to, or nothing beside rounding.
    """

    layout: Layout
    classes: SignedClasses
    rounds: int
    evaluations: int
    gaps: tuple[Gap, ...]
    silent: Flags


def observe(
    model: Differentiable,
    rng: Generator,
    *,
    centred: bool = False,
    quiet: int = QUIET,
    strict: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> ObservedSpace:
    """Refine until gradients at random points of the space part nothing more.

    Args:
        centred: whether the cotangents of each sample sum to zero, as those of softmax cross-entropy do.
        quiet: how many points in a row must part nothing.
        strict: whether what is neither equal nor different is refused; else it is taken for equal.
        progress: is told how many of them have, and of how many.

    Raises:
        SymcheckError: no parameters, or one that is not finite; a gradient that is not finite at theta_0, is another one each time, or vanishes.
        NoCleanGap: gradients that are neither equal nor different.
    """
    layout = Layout(model.parameters)
    if not layout.count:
        raise SymcheckError("the model has no parameters that training moves")
    for parameter in model.parameters:
        if count := parameter.values.size - np.count_nonzero(np.isfinite(parameter.values)):
            raise SymcheckError(
                f"{parameter.name} is NaN or infinite in {count:,} of {parameter.values.size:,} entries: training cannot start from there"
            )
    measuring = Measuring(model, layout, rng, centred)
    classes = NoisyClasses(layout, _CLEAR, model.eps)
    rounds = still = 0
    while not classes.settled:
        full = classes.measured < (_FULL if strict else _FULL_ENOUGH) or classes.unheard != ""
        point, measured = _measure(measuring, layout, classes, rng, rounds, full)
        if classes.clear == _CLEAR:
            # Of a large model it is large, and only a closer look would need it.
            point = []
        parted = classes.refine(measured)
        if strict and measured.full and classes.clear == _CLEAR_ENOUGH and len(classes.doubts):
            near = partial(random_point, layout, classes, rng, around=point)
            parted |= classes.refine_closely(measuring.closely(measured, near))
        del point, measured
        still = 0 if parted else still + 1
        rounds += 1
        if progress is not None:
            progress(min(still, quiet), quiet)
        if still < quiet:
            continue
        if classes.clear == _CLEAR and len(classes.doubts):
            classes.clear = _CLEAR_ENOUGH
            classes.forget_doubts()
            still = 0
            continue
        if strict and classes.silent_ones and _from_afar(measuring, model, classes, rng):
            still = 0
            continue
        break
    if strict and (drowned := classes.unheard):
        raise NoCleanGap(
            f"no clean gap between equal and different gradients: in {drowned} rounding is as large as they are"
        )
    if strict and len(doubts := classes.doubts):
        raise NoCleanGap(_refusal(layout, doubts))
    return ObservedSpace(
        layout, classes.classes(), rounds, measuring.evaluations, classes.gaps.by_module, classes.silent
    )


def _from_afar(measuring: Measuring, model: Differentiable, classes: NoisyClasses, rng: Generator) -> bool:
    """Whether inputs far away part something, of which the next points may part more."""
    for factor in _FAR_INPUTS:
        farther = model.farther(factor)
        if farther is None:
            return False
        for number in range(_FAR_POINTS):
            point = random_point(classes.layout, classes, rng, scale_at(number, model.eps))
            try:
                if classes.refine(measuring.fed_by(farther)(point, classes.parts_nothing)):
                    return True
            except (OutOfRange, Unsteady, ModelFailure):
                continue
    return False


def _measure(
    measuring: Measuring, layout: Layout, classes: NoisyClasses, rng: Generator, rounds: int, full: bool
) -> tuple[list[Floats], Measurement]:
    """A point and its gradient: at theta_0 first, then at random points; nearer ones where floats overflow or underflow, attention saturates so that
    rounding decides, or the model refuses to go on with what it has computed.
    """
    enough = None if full else classes.parts_nothing
    scale = scale_at(rounds, measuring.eps)
    for _ in range(_SMALLER):
        point = random_point(layout, classes, rng, scale)
        try:
            return point, measuring(point, enough)
        except (OutOfRange, Unsteady, ModelFailure):
            if not classes.dimension:
                raise
            scale /= 10
    point = random_point(layout, classes, rng, scale)
    return point, measuring(point, enough)


def _refusal(layout: Layout, doubts: Records) -> str:
    count, worst = len(doubts), doubts[np.argmax(doubts["ratio"])]
    ratio, (first, second) = float(worst["ratio"]), (layout.name_at(int(worst[end])) for end in ("first", "second"))
    if ratio < 0:
        return (
            f"no clean gap between equal and different gradients: those in {' and '.join(dict.fromkeys((first, second)))} are never far "
            f"enough above rounding for a difference to show; {count:,} are in doubt"
        )
    if not ratio:
        return (
            f"vanishing and frozen cannot be told apart: gradients in {first} lie below what rounding may leave beside the larger ones "
            f"of their module, and yet are the same each time; {count:,} are in doubt"
        )
    what = (
        f"a gradient in {first} is {ratio:.1f} times what rounding may leave of zero"
        if worst["first"] == worst["second"]
        else f"gradients in {first} differ by {ratio:.1f} times what rounding may make of equal ones"
        if first == second
        else f"gradients in {first} and {second} differ by {ratio:.1f} times what rounding may make of equal ones"
    )
    others = f"; {count - 1:,} more are in doubt" if count > 1 else ""
    return f"no clean gap between equal and different gradients: {what}, which is too little to call them different{others}"
