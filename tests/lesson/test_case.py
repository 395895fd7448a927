"""A case in training gives the numbers of the reference, and dropout and penalties do what they say."""

from dataclasses import replace

import numpy as np
import pytest

from symcheck.lesson.case import TrainedNetwork, alike, frame_at, frames
from symcheck.lesson.presets import STARTS, broken, traps, two_units
from symcheck.reference import forward, trajectory
from symcheck.reference.optimizers import SGD
from symcheck.symmetry import certify


def cases() -> dict[str, TrainedNetwork]:
    rng = np.random.default_rng()
    return {**broken(rng), **traps(rng), **{key: make(rng) for key, make in STARTS.items()}}


@pytest.mark.parametrize("key", [k for k, c in cases().items() if c.masks is None])
def test_a_case_is_trained_by_the_reference(key: str) -> None:
    case = cases()[key]
    rule = SGD(l1=case.l1)
    expected = [
        case.params, *trajectory(case.params, (case.X, case.Y), case.activation, "mse", rule, case.rates, case.steps)
    ]  # fmt: skip
    for frame, params in zip(frames(case), expected, strict=True):
        for (W, b), (V, d) in zip(frame.params, params, strict=True):
            assert np.array_equal(W, V)
            assert np.array_equal(b, d)
        assert np.array_equal(frame.output, forward(params, case.X, case.activation))


def test_a_mask_is_the_network_without_the_unit() -> None:
    case = replace(two_units(((0.5, 0.25), (-0.5, 0.75)), ((0.5, 1.5),)), masks=np.array([[1.0, 0.0]]))
    (W, b), (V, d) = case.params
    alone = frame_at(
        replace(case, params=[(W[:1], b[:1]), (V[:, :1], d)], masks=None), [(W[:1], b[:1]), (V[:, :1], d)], 0
    )
    masked = frame_at(case, case.params, 0)
    assert masked.loss == alone.loss
    assert np.array_equal(masked.gradients[0][0][0], alone.gradients[0][0][0])
    assert not masked.gradients[0][0][1].any()
    assert masked.gradients[1][0][0, 1] == 0


def test_units_are_alike_up_to_rounding_and_sign() -> None:
    h = np.array([[1.0, 1.0 + 1e-13, -1.0, 1.001, 0.0], [2.0, 2.0, -2.0, 2.0, 0.0]])
    assert alike(h) == [1, 1, -1, 2, 3]


@pytest.mark.parametrize("key", [k for k, c in cases().items() if c.factors is None])
def test_what_is_seen_agrees_with_the_certificate(key: str) -> None:
    """Units that are certified tied are alike at every step; and where all units are apart, the steps shown see it."""
    case = cases()[key]
    certificate = certify(case.network, case.optimizer)
    seen = [[alike(h) for h in frame.units] for frame in frames(case)]
    for place, layer in enumerate(certificate.layers):
        for now in seen:
            groups = {
                label: {abs(now[place][i]) for i in np.flatnonzero(layer.labels == label)} for label in layer.labels
            }
            assert all(len(found) == 1 for found in groups.values())
        assert len({abs(n) for n in seen[-1][place]}) == layer.classes


def test_the_promised_classes() -> None:
    found = cases()
    for key, at in (("constant", [1, 1, 1]), ("he", [4, 4, 4]), ("equal-rows", [1, 3, 3])):
        counts = [len({abs(n) for n in alike(frame.units[0])}) for frame in frames(found[key])]
        assert counts[:3] == at
        assert len(set(counts[1:])) == 1
