"""What moves alike is never parted by rounding, however small its gradients are beside what probes happened to see.

Gradients of a space that is known, with rounding of known size, stand in for a model: of the same ones probes see less here and
more there, because they draw what they move.
"""

import numpy
import pytest

from symcheck.reachability.classes import NoisyClasses
from symcheck.reachability.measurement import Measurement
from symcheck.reachability.model import Layout, Trainable

EPS = float(numpy.finfo(float).eps)
#: Decades over which gradients of a saturated model spread.
DECADES = 18
#: What probes see of a rounding, in its own size.
SEEN = (0.2, 5.0)


class Space:
    """Two clones of a module and one of another scale; of some classes members stand in both clones, and some scalars are frozen."""

    def __init__(self, rng, entries=40):
        modules = ("clone.0", "clone.1", "other")
        self.layout = Layout([Trainable(f"{name}.w", numpy.ones(entries), name) for name in modules])
        own = rng.integers(0, 12, entries)
        self.truth = numpy.concatenate(
            [own, own, numpy.where(rng.random(entries) < 0.1, 0, 12 + numpy.arange(entries))]
        )
        self.signs = rng.choice((-1, 1), len(self.truth))
        self.scale = numpy.repeat([1.0, 1.0, 10.0 ** rng.uniform(-6, 6)], entries)

    def gradient(self, rng, drowned=0.1):
        """Of a random point, with what probes see of its rounding."""
        moves = 10.0 ** -rng.uniform(0, DECADES, self.truth.max() + 1) * rng.choice((-1, 1), self.truth.max() + 1)
        moves[0] = 0
        rounding = EPS * self.scale * rng.uniform(0.5, 1)
        values = moves[self.truth] * self.signs * self.scale
        # A gradient comes out the same where the same is computed, but for some of the rounding.
        values = values + rounding * rng.uniform(-1, 1, len(values)) * rng.integers(0, 2, len(values))
        noise = rounding * rng.uniform(*SEEN, len(values))
        largest = self.layout.largest(values)
        levels = numpy.where(rng.random(3) < drowned, numpy.inf, EPS * largest)
        return Measurement(self.layout, values, noise, levels, largest, True)


def finer(classes, space):
    """Whether scalars that move alike have come apart, or alike though opposite."""
    zero = space.truth == 0
    if (classes.labels[zero] != 0).any():
        return True
    for number in numpy.unique(space.truth[~zero]):
        members = space.truth == number
        signs = classes.signs[members] * space.signs[members]
        if len(set(classes.labels[members].tolist())) > 1 or (
            classes.labels[members][0] and len(set(signs.tolist())) > 1
        ):
            return True
    return False


@pytest.mark.parametrize("clear", [1e4, 30.0])
def test_what_moves_alike_stays_together(clear):
    rng = numpy.random.default_rng()
    parted, told = 0, 0
    for _ in range(300):
        space = Space(rng)
        classes = NoisyClasses(space.layout, clear, EPS)
        for _ in range(6):
            classes.refine(space.gradient(rng))
            if finer(classes, space):
                parted += 1
                break
        told += classes.dimension
    assert parted == 0
    # What is told apart is most of what there is: 11 or 12 classes of the clones, about 36 of the other.
    assert told > 300 * 30
