"""Measure gradients, and by probes what rounding may have made of each entry.

In exact arithmetic neither the order of the samples, nor a factor on the cotangents that is divided out again, nor a common
factor of 1 + eps on all parameters changes more than the last digits of a gradient. In floats each changes what rounding
left, so differences between such gradients are its size, entry by entry.

Rounding that comes out the same each time is not seen that way. Kept next to 1, a weight of attention loses what it lacks of 1, and
the gradient of a bias that all keys share is then a smooth function of that loss, though it is zero. So further gradients
are taken in stochastic arithmetic, in which numbers of the backward pass are moved by an eps at random (Vignes, Mathematics and
Computers in Simulation 35, 1993; Parker, Monte Carlo Arithmetic, 1997). The forward pass is left alone, so that kinks and
choices stay where they are. What no probe sees is on the scale of the largest gradient in the module, times eps, or of what
that usually is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck.errors import SymcheckError
from symcheck.reachability.measurement import MARGIN, Measurement
from symcheck.reachability.model import Differentiable, Layout, asked, blocks
from symcheck.types import Flags, Floats

#: Gradients beside the first by which rounding is seen: one in the model's own arithmetic, the others in stochastic arithmetic.
PROBES = 3
#: Further ones in stochastic arithmetic where all gradients of a module are less than so many eps of the largest in the model: two numbers that
#: cancel may be moved alike in some probes, and in their sum what was lost stands alone then.
_FURTHER, _LOST = 8, 10.0
#: How much of the largest gradient of a module noise may be for the module to be judged at a point: in roots of eps, or times the
#: least that was seen of the module, as where it computes in lower precision than the model; and at most.
_NOISY, _NOISIER, _NOISIEST = 0.1, 30.0, 1e-4
#: Gradients of further batches at the first point, for what is usual.
_BATCHES = 4
#: How many near points there are, and how far away, in eps.
_NEAR, _STEP = 8, 100.0
#: How many times the difference between probes a gradient is that rounding alone does not make; and at most over eps.
_STEADY, _STEADIEST = 1e6, 1e-4
#: A difference between probes, relative to the gradient, that no rounding makes.
_ANOTHER = 1e-3
#: Below this part of what is usual, and below eps of the largest gradient, a module tells nothing.
_SATURATED = 1e-2
#: How many times a gradient its noise is where it is no rounding of zero.
_HIDDEN = 1e4
#: How much of a gradient rounding leaves where all of it is zero, in eps of what gradients or cotangents usually are.
_ROUNDED = 64.0
#: By how much layers may make that larger.
_AMPLIFIED = 1e4
#: Below this, entries that training moves may underflow to zero.
_SMALLEST = 1e-280
#: In the place of an array that is not needed any more: those of a large model are let go one by one.
_TAKEN = np.zeros(0)

#: Coarser than this, a rounding more hides what is small: of one model in single precision 10 of 40 verdicts were off by it, 1 without.
_ROOM = 1e-10


class OutOfRange(SymcheckError):
    """A gradient holds NaN or infinity, or is so small that parts of it may have underflowed to zero."""


class Unsteady(SymcheckError):
    """Rounding, or chance, changes the gradient as a whole."""


class Measuring:
    """Gradients of one model under random cotangents.

    Args:
        centred: whether the cotangents of each sample sum to zero, as those of softmax cross-entropy do.
    """

    def __init__(self, model: Differentiable, layout: Layout, rng: Generator, centred: bool) -> None:
        self._model, self._layout, self._rng, self._centred = model, layout, rng, centred
        self._reorders = True
        self._usual: list[Floats] = []
        self._least = np.full(len(layout.parameters), np.inf)
        self._last: tuple[Any, list[Floats]] | None = None
        self.evaluations = 0

    @property
    def eps(self) -> float:
        """Of the numbers that the model computes with."""
        return float(self._model.eps)

    def fed_by(self, model: Differentiable) -> Measuring:
        """The same with the inputs of another form of the model."""
        other = copy(self)
        other._model = model
        return other

    def __call__(self, point: Sequence[Floats], enough: Callable[[Measurement], bool] | None = None) -> Measurement:
        """The gradient at a point for a fresh batch.

        Args:
            enough: tells of what is known so far whether no more noise would matter; each probe is a gradient. By default all are made.

        Raises:
            OutOfRange: it holds NaN or infinity, or vanishes beyond what floats hold.
            Unsteady: it is another one each time it is asked for.
        """
        layout = self._layout
        if not self._usual:
            self._look_around(point)
        # From here on no other batch: with it the mask of dropout is drawn.
        inputs, cotangents = self._last = self._drawn()
        values = self._gradient(point, inputs, cotangents)
        largest = layout.largest(values)
        if not np.isfinite(largest).all():
            bad = np.flatnonzero(~np.isfinite(values))
            name = layout.name_at(int(bad[0]))
            raise OutOfRange(f"the gradient of {name} is {values[bad[0]]} in {bad.size} of {values.size} entries")
        self._refuse_vanished(largest)
        self._usual.append(largest)
        usual = _median_of_positive(self._usual)
        if 0 < largest.max(initial=0.0) < self.eps * usual.max(initial=0.0):
            raise OutOfRange("all gradients lie below what rounding leaves of those that are usual")
        scale = np.maximum(largest, usual)
        levels = self._levels(largest, usual)
        measured = Measurement(layout, values, None, levels, scale, False)
        if enough is not None and enough(measured):
            return measured
        noise = np.zeros_like(values)
        floor = self._floor(point, values, scale, cotangents)
        lost = (largest > 0) & (largest < _LOST * self.eps * largest.max(initial=0.0))
        for number in range(PROBES + _FURTHER * bool(lost.any())):
            probed = self._probe(point, inputs, cotangents, values, number, floor)
            if probed is None:
                return replace(
                    measured,
                    noise=np.full_like(values, floor),
                    compared=np.full_like(scale, scale.max()),
                    full=True,
                    resolved=np.zeros(len(scale), bool),
                )
            if not number:
                measured = replace(measured, steady=_steady(values, probed, min(_STEADY, _STEADIEST / self.eps)))
            np.maximum(noise, probed, out=noise)
            measured = replace(measured, noise=noise)
            if enough is not None and enough(measured):
                return measured
        noisy = self._noisy(layout.largest(noise), scale)
        above = np.array([(np.abs(values[at]) > MARGIN * noise[at]).any() for at in layout.slices])
        rounding = layout.shared(above) == 0
        # Rounding of zero is about as large as noise; what is far less is something that noise hides.
        noisy |= rounding & (largest > 0) & (layout.largest(noise) > _HIDDEN * scale)
        return replace(
            measured,
            levels=np.where(noisy, np.inf, measured.levels),
            compared=np.where(rounding, scale.max(), scale),
            resolved=~rounding,
            full=True,
        )

    def closely(self, measured: Measurement, near: Callable[[float], Sequence[Floats]]) -> Measurement:
        """The last gradient, measured in full, with what it changes by when the parameters move.

        A difference that is there at each of some near points is none of rounding, which is another one at each; so less of it is
        enough to tell two entries apart than beside probes of one point.

        Args:
            near: the point that it was measured at, moved within the space by so much of the size of the parameters.
        """
        if self._last is None:
            raise ValueError("nothing has been measured")
        noise = np.zeros_like(measured.values)
        for _ in range(_NEAR):
            other = self._jittered(near(_STEP * self._model.eps), *self._last)
            other -= measured.values
            np.maximum(noise, np.abs(other, out=other), out=noise)
        # Of some entries all near points may show too little by chance.
        usual = np.array([np.median(noise[at]) if noise[at].size else 0.0 for at in self._layout.slices])
        largest = self._layout.largest(measured.values)
        levels = self._levels(largest, _median_of_positive(self._usual))
        return replace(measured, noise=noise, levels=np.maximum(levels, usual), close=True)

    def _levels(self, largest: Floats, usual: Floats) -> Floats:
        """What rounding that no probe sees may make of the entries of each parameter."""
        # Where attention saturates, what is left of its gradients is less than the rounding of the large ones that cancel in them.
        saturated = (largest < self.eps * largest.max(initial=0.0)) & (largest < _SATURATED * usual)
        return np.where(saturated, np.inf, self.eps * np.maximum(largest, usual))

    def _noisy(self, noise: Floats, scale: Floats) -> Flags:
        least = _NOISY * np.sqrt(self._model.eps)
        # Of a gradient that vanishes noise may be more times than floats hold.
        with np.errstate(over="ignore"):
            relative = np.divide(noise, scale, out=np.zeros_like(scale), where=scale > 0)
            self._least = np.minimum(self._least, np.where(relative > 0, relative, np.inf))
            much = relative > np.minimum(np.maximum(least, _NOISIER * self._least), _NOISIEST)
        # A module of which all is rounding, on the scale of the others' gradients, is heard: it is frozen.
        return np.asarray(much & ((relative < 1 / MARGIN) | (noise > least * scale.max(initial=0))))

    def _look_around(self, point: Sequence[Floats]) -> None:
        for _ in range(_BATCHES):
            largest = self._layout.largest(self._gradient(point, *self._drawn()))
            if np.isfinite(largest).all():
                self._usual.append(largest)

    def _drawn(self) -> tuple[Any, list[Floats]]:
        with asked(self._model):
            inputs = self._model.batch(self._rng)
            shapes = self._model.output_shapes(inputs)
        if not shapes:
            raise SymcheckError("the model returns nothing that has a gradient")
        return inputs, [self._cotangent(shape) for shape in shapes]

    def _floor(self, point: Sequence[Floats], values: Floats, scale: Floats, cotangents: list[Floats]) -> float:
        """What rounding leaves of a gradient that is zero as a whole; 0 where this one is larger."""
        usual = max(float(scale.max(initial=0.0)), *(float(np.linalg.norm(c)) for c in cotangents))
        # What cancels has come through the layers, each of which makes it larger by its norm at most.
        passed = float(np.exp(min(np.log(_AMPLIFIED), sum(np.log(max(1.0, float(np.linalg.norm(p)))) for p in point))))
        floor = float(_ROUNDED * self._model.eps * usual * passed)
        return floor if float(np.linalg.norm(values)) <= floor else 0.0

    def _probe(
        self, point: Sequence[Floats], inputs: Any, cotangents: list[Floats], values: Floats, number: int, floor: float
    ) -> Floats | None:
        """By how much another way of computing it changes the gradient, or None where all of it is what rounding leaves of zero.

        Raises:
            Unsteady: it is another gradient.
        """
        size = float(np.linalg.norm(values))
        # Odd factors, so that no bit stays where it was.
        nudge = 1 + self._model.eps * (3, -5, 7)[number % 3]
        factor = (1.37, -0.71, 1.83)[number % 3]
        moved = [np.asarray(p * nudge) for p in point]
        scaled = [c * factor for c in cotangents]
        other, change, reorders = values, np.inf, self._reorders
        for reorder in (True, False) if self._reorders else (False,):
            fed, told = (self._reordered(inputs, scaled) or (inputs, scaled)) if reorder else (inputs, scaled)
            other = self._jittered(moved, fed, told) if number else self._gradient(moved, fed, told)
            other /= factor
            other -= values
            np.abs(other, out=other)
            change = float(np.linalg.norm(other))
            # Whether it is another gradient the first one tells, in which nothing else is moved.
            if number or change <= _ANOTHER * size:
                return other
            self._reorders = False
        self._reorders = reorders
        if max(change, size) <= floor:
            return None
        most = self._layout.parameters[int(np.argmax(self._layout.largest(other)))].name
        raise Unsteady(
            f"two gradients of one batch at one point differ by {change / size if size else np.inf:.2g} of their size, most in that of "
            f"{most}: the model is random, or rounding decides on which side of a kink it is, or grows until nothing is left of the gradient"
        )

    def _reordered(self, inputs: Any, cotangents: list[Floats]) -> tuple[Any, list[Floats]] | None:
        counts = {c.shape[0] if c.ndim else 0 for c in cotangents}
        if len(counts) != 1 or (samples := counts.pop()) < 2:
            return None
        order = self._rng.permutation(samples)
        fed = self._model.reordered(inputs, order)
        return None if fed is None else (fed, [c[order] for c in cotangents])

    def _jittered(self, point: Sequence[Floats], inputs: Any, cotangents: Sequence[Floats]) -> Floats:
        """A gradient in stochastic arithmetic, where the model bears that, and single precision has no room for more rounding."""
        if self._model.eps > _ROOM:
            return self._gradient(point, inputs, cotangents)
        told = [c * (1 + self.eps / 2 * self._rng.choice((-1.0, 1.0), c.shape)) for c in cotangents]
        found = self._gradient(point, inputs, told, int(self._rng.integers(1 << 62)))
        return found if np.isfinite(found).all() else self._gradient(point, inputs, cotangents)

    def _gradient(
        self, point: Sequence[Floats], inputs: Any, cotangents: Sequence[Floats], jitter: int | None = None
    ) -> Floats:
        self.evaluations += 1
        with asked(self._model):
            found = self._model.gradient(point, inputs, cotangents, jitter)
        flat = np.empty(self._layout.count)
        for number, (place, parameter) in enumerate(zip(self._layout.slices, self._layout.parameters, strict=True)):
            part, found[number] = found[number], _TAKEN
            if part.shape != parameter.values.shape:
                raise SymcheckError(
                    f"the gradient of {parameter.name} has shape {part.shape}, the parameter {parameter.values.shape}"
                )
            flat[place] = part.reshape(-1)
        return flat

    def _cotangent(self, shape: tuple[int, ...]) -> Floats:
        drawn = self._rng.standard_normal(shape)
        return np.asarray(drawn - drawn.mean(-1, keepdims=True) if self._centred and shape else drawn)

    def _refuse_vanished(self, largest: Floats) -> None:
        if (small := np.flatnonzero((largest > 0) & (largest < _SMALLEST))).size:
            name = self._layout.parameters[int(small[0])].name
            raise OutOfRange(
                f"the gradient of {name} is at most {largest[small[0]]:.0e}: what lies below it may vanish altogether in float64, "
                "so frozen and vanishing cannot be told apart"
            )


def _steady(values: Floats, probed: Floats, times: float) -> Flags:
    found = np.empty(len(values), bool)
    for part in blocks(len(values)):
        found[part] = np.abs(values[part]) > times * probed[part]
    return found


def _median_of_positive(rows: Sequence[Floats]) -> Floats:
    """The lower median of the positive numbers in each column; 0 where there are none."""
    ordered = np.sort(np.where(np.array(rows) > 0, rows, np.inf), 0)
    count = np.isfinite(ordered).sum(0)
    middle = ordered[np.maximum(count - 1, 0) // 2, np.arange(ordered.shape[1])]
    return np.asarray(np.where(count > 0, middle, 0.0))
