"""Equal and different gradients of one module do not overlap, and rounds that show nothing new cost one gradient."""

import itertools
from dataclasses import replace

import autograd.numpy as np
import numpy
import pytest

from symcheck import reach
from symcheck.adapters.reach_autograd import AutogradModel
from symcheck.reachability.classes import NoisyClasses
from symcheck.reachability.measurement import Measurement
from symcheck.reachability.measuring import PROBES
from symcheck.reachability.model import Layout, Trainable
from symcheck.reachability.space import QUIET, observe
from symcheck.render.reach import evidence

EPS = float(numpy.finfo(float).eps)


def refined(noise, small, layout):
    """Three entries of a module: one that moves, one that is rounding of the size of `noise`, and a small one that is none."""
    classes = NoisyClasses(layout, 1e4, EPS)
    values = numpy.array([1.0, 0.4 * noise, small])
    floor = numpy.array([1e-30, noise, 1e-30])
    levels = numpy.full(len(layout.parameters), EPS)
    classes.refine(Measurement(layout, values, floor, levels, numpy.ones(len(levels)), True))
    return classes


@pytest.fixture
def layout():
    return Layout([Trainable(f"layer.{name}", numpy.ones(1), "layer") for name in "abc"])


def test_what_rounding_of_its_module_exceeds_is_in_doubt(layout):
    """Gross: rounding is a hundred times the small gradient. Slight: a third of it. Both are clear by their own noise alone."""
    for noise in (1e-6, 8e-9):
        classes = refined(noise, 1e-8, layout)
        assert classes.labels.tolist() == [1, 0, 0]
        assert classes.doubts["first"].tolist() == [2]


def test_what_is_clear_of_the_rounding_of_its_module_is_different(layout):
    classes = refined(1e-10, 1e-8, layout)
    assert (classes.labels > 0).tolist() == [True, False, True]
    (gap,) = classes.gaps.by_module
    assert (gap.module, gap.equal, gap.different) == ("layer", pytest.approx(4e-11), pytest.approx(1e-8))


def test_rounding_of_another_module_is_no_doubt():
    modules = ("layer", "other", "layer")
    layout = Layout([Trainable(name, numpy.ones(1), name) for name in modules])
    classes = refined(1e-6, 1e-8, layout)
    assert (classes.labels > 0).tolist() == [True, False, True]


def test_the_gap_is_told_in_words():
    rng = numpy.random.default_rng()
    params = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4), "c": rng.normal(size=4)}
    found = reach((lambda p, x: np.tanh(x @ p["W"] + p["b"] + p["c"]), params), numpy.ones((8, 3)))
    assert {gap.module for gap in found.gaps} == {"W", "b", "c"}
    assert all(gap.equal * 10 < gap.different for gap in found.gaps)
    assert f"gap between gradients narrowest in {found.gap.module}: equal ones " in evidence(found)


def test_a_round_that_shows_nothing_new_costs_one_gradient():
    """A bias that nothing uses keeps the search going; only its first rounds are measured in full."""
    rng = numpy.random.default_rng()
    params = {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}
    model = AutogradModel(lambda p, x: np.tanh(x @ p["W"]) + 0 * p["b"], params, numpy.ones((8, 3)))
    space = observe(model, rng)
    assert space.classes.labels[-4:].tolist() == [0] * 4
    assert space.evaluations <= 4 + 4 * (1 + PROBES) + QUIET


def single(params, x):
    """Two hidden layers of tanh, computed in float32."""
    (V, a), (W, b), (U, c) = [(W.astype(numpy.float32), b.astype(numpy.float32)) for W, b in params]
    hidden = np.tanh(np.tanh(x.astype(numpy.float32) @ V.T + a) @ W.T + b)
    return (hidden @ U.T + c).astype(float)


def nearly_constant(rng, offset):
    sizes = (5, 16, 16, 3)
    params = [(numpy.full((m, n), 0.5), numpy.full(m, 0.5)) for n, m in itertools.pairwise(sizes)]
    params[0][0][3] += offset
    return params


@pytest.mark.parametrize(("offset", "reachable"), [(0.0, 14), (1e-3, 21), (1e-1, 21)])
def test_single_precision_tells_a_slight_difference_from_rounding(offset, reachable):
    """By the margins of double precision alone one run in ten was refused: 0.3 % of a gradient counted as its rounding."""
    for _ in range(4):
        rng = numpy.random.default_rng()
        model = AutogradModel(single, nearly_constant(rng, offset), numpy.ones((8, 5)))
        assert model.eps == numpy.finfo(numpy.float32).eps
        assert observe(model, rng).classes.dimension == reachable


@pytest.mark.parametrize(
    ("moves", "dimension", "doubts"),
    [
        # What near points keep is a difference, what they change is rounding, and between the two is doubt.
        (1e-9, 2, 0),
        (6e-9, 1, 1),
        (1e-7, 1, 0),
    ],
)
def test_near_points_tell_a_difference_from_rounding(layout, moves, dimension, doubts):
    noise, levels, compared = numpy.full(3, 3e-9), numpy.full(3, EPS), numpy.ones(3)
    equal = Measurement(layout, numpy.array([1.0, 1.0, 0.0]), noise, levels, compared, True)
    differ = replace(equal, values=numpy.array([1.0, 1.0 + 6e-8, 0.0]))
    classes = NoisyClasses(layout, 30.0, EPS)
    classes.refine(equal)
    assert classes.dimension == 1
    classes.refine_closely(replace(differ, noise=numpy.full(3, moves), close=True))
    assert (classes.dimension, len(classes.doubts)) == (dimension, doubts)
