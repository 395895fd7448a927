"""ReLUs that the signs of their weights keep at zero: proved, kept by every optimizer that is named, refuted by one entry."""

from dataclasses import replace
from fractions import Fraction
from math import inf

import numpy as np
import pytest

from symcheck.exact.interpretation import interpret
from symcheck.network import Network
from symcheck.symmetry import certify, verify
from symcheck.symmetry.grades import grades

NONNEGATIVE = ("relu", "sigmoid", "softplus")


@pytest.fixture
def rng():
    return np.random.default_rng()


def he(rng, out, inputs):
    return rng.standard_normal((out, inputs)) * np.sqrt(2 / inputs)


def network(*weights, activation="relu", biases=None, **options):
    weights = [np.array(w, float) if isinstance(w, list) else w for w in weights]
    return Network(weights, biases or [np.zeros(len(w)) for w in weights], activation, **options)


def judged(subject, optimizer="sgd"):
    """The certificate, which verifies and says what training at random says."""
    certificate = certify(subject, optimizer)
    assert verify(certificate.to_json(), subject)
    return certificate


def test_a_layer_of_negative_weights_above_relu_is_dead_for_ever(rng):
    subject = network(he(rng, 512, 64), -abs(he(rng, 512, 512)), he(rng, 10, 512))
    certificate = judged(subject)
    assert certificate.verdict == "dead"
    below, above = certificate.layers
    assert above.zero.all()
    assert above.frozen.all()
    assert below.frozen.all()
    assert not below.zero.any()
    assert below.active.all()
    assert grades(certificate, subject)[1] == "exact"
    # It is the same function as that of the last bias alone.
    assert certificate.quotient().network.sizes == (64, 512, 1, 10)


def test_one_positive_entry_gives_one_unit_back(rng):
    second = -abs(he(rng, 20, 20))
    second[7, 3] = 5e-324
    certificate = judged(network(he(rng, 20, 6), second, abs(he(rng, 3, 20))))
    assert np.flatnonzero(~certificate.layers[1].zero).tolist() == [7]
    assert certificate.verdict == "tied"


@pytest.mark.parametrize("below", NONNEGATIVE)
def test_what_is_never_negative_below_decides(below, rng):
    weights = he(rng, 5, 4), -abs(he(rng, 3, 5)), he(rng, 2, 3)
    assert judged(network(*weights, activation=[below, "relu"])).layers[1].zero.all()
    for other in ("tanh", "gelu", "identity", "any"):
        assert not judged(network(*weights, activation=[other, "relu"])).layers[1].zero.any()
    for above in ("tanh", "gelu", "sigmoid", "leaky_relu"):
        assert not judged(network(*weights, activation=[below, above])).layers[1].zero.any()


def test_inputs_of_one_sign_count_when_they_are_declared():
    weights = -np.ones((2, 3)), np.ones((1, 2))
    assert not judged(network(*weights)).layers[0].zero.any()
    for inputs in ((0, inf), (0, 1), (0.5, 1)):
        assert judged(network(*weights, inputs=inputs)).layers[0].zero.all()
    assert judged(network(-weights[0], weights[1], inputs=(-inf, 0))).layers[0].zero.all()
    assert not judged(network(*weights, inputs=(-1, 0))).layers[0].zero.any()
    assert not judged(network(*weights, inputs=(-1e-300, 1))).layers[0].zero.any()


def test_a_bias_decides_where_no_weights_do():
    for bias, dead in ((0.0, True), (-1.0, True), (-5e-324, True), (5e-324, False)):
        subject = network([[0.0], [0.0]], [[1.0, 1.0]], biases=[np.array([bias, 1.0]), np.zeros(1)])
        assert judged(subject).layers[0].zero.tolist() == [dead, False]


def test_a_positive_bias_is_not_made_up_for_by_weights():
    """Decay of the weights alone would bring the unit back, whatever the bound of what is below."""
    subject = network([[-1.0]], [[1.0]], biases=[np.array([0.5]), np.zeros(1)], inputs=(0.5, 1))
    assert not judged(subject).layers[0].zero.any()
    subject = network([[1.0]], [[1.0]], [[1.0]], activation=["tanh", "relu"], biases=[np.zeros(1), -np.ones(1), None])
    assert not judged(subject).layers[1].zero.any()


def test_tied_units_below_count_by_the_sum_of_their_weights():
    tied, apart = [[1.0], [1.0]], [[1.0], [2.0]]
    rows = [[1.0, -2.0], [-2.0, 1.0]]
    assert judged(network(tied, rows, [[1.0, 1.0]])).layers[1].zero.all()
    assert not judged(network(apart, rows, [[1.0, 1.0]])).layers[1].zero.any()
    # A sum of exactly 0 is not positive, and one that is above it by the last bit is.
    for weight, dead in ((1.0, True), (1.0 + 2.0**-52, False)):
        assert judged(network(tied, [[weight, -1.0]], [[1.0]])).layers[1].zero.all() == dead


def test_a_dead_layer_hides_what_lies_above_it_and_ties_what_lies_below():
    """Columns into a dead layer do not tell the units below apart."""
    subject = network([[1.0, 2.0], [1.0, 2.0]], [[-1.0, -3.0], [2.0, 2.0]], [[1.0, 1.0]])
    below = judged(subject).layers[0]
    assert below.classes == 1
    assert judged(network([[1.0, 2.0], [1.0, 2.0]], [[1.0, 3.0], [2.0, 2.0]], [[1.0, 1.0]])).layers[0].classes == 2


@pytest.mark.parametrize(
    ("optimizer", "kept"), [("adamw", True), ("muon", True), ("dropout", True), ("sgd_l1", False), ("noise", False)]
)
def test_signs_count_where_an_optimizer_leaves_them_alone(optimizer, kept, rng):
    subject = network(he(rng, 4, 3), -abs(he(rng, 4, 4)), he(rng, 2, 4))
    layer = judged(subject, optimizer).layers[1]
    assert layer.zero.all() == layer.zero.any() == kept


def test_masks_leave_no_class_to_sum_over():
    subject = network([[1.0], [1.0]], [[1.0, -2.0]], [[1.0]])
    assert judged(subject).layers[1].zero.all()
    assert not judged(subject, "dropout").layers[1].zero.any()


def test_a_unit_that_is_silent_for_a_while_separates_later():
    """Layer 2 is silent while the units below are tied, which they are until a first update."""
    subject = network([[1.0], [1.0]], [[1.0, -2.0], [1.0, 2.0]], [[1.0, 1.0]])
    certificate = judged(subject)
    assert not certificate.layers[1].zero.any()
    steps = [layer.separates_at for layer in interpret(subject, np.random.default_rng()).layers]
    assert [layer.separates_at for layer in certificate.layers] == steps == [1, 1]


def test_forged_claims_about_silence_are_rejected(rng):
    subject = network(he(rng, 6, 4), np.r_[-abs(he(rng, 3, 6)), abs(he(rng, 3, 6))], abs(he(rng, 2, 6)))
    certificate = judged(subject)
    layer = certificate.layers[1]
    assert layer.zero.tolist() == [True] * 3 + [False] * 3
    more = np.array([True] * 4 + [False] * 2)
    labels = np.array([0, 0, 0, 0, 1, 2])
    forged = replace(layer, zero=more, frozen=more, labels=labels, active=layer.active & ~more)
    assert "let it be positive" in verify(replace(certificate, layers=(certificate.layers[0], forged)), subject).reason
    fewer = np.array([True] * 2 + [False] * 4)
    labels = np.array([0, 0, 1, 2, 3, 4])
    forged = replace(layer, zero=fewer, frozen=fewer, labels=labels)
    assert not verify(replace(certificate, layers=(certificate.layers[0], forged)), subject)
    unread = tuple(read for read in certificate.witness if read.side != "sign")
    assert "does not show" in verify(replace(certificate, witness=unread), subject).reason


def test_a_unit_that_no_sign_shows_to_be_dead_is_undecided():
    """z = relu(x) - relu(2x) is never positive; with 2 in place of 1 it is."""
    for weight, verdict in ((1.0, "undecided"), (2.5, "broken")):
        subject = network([[1.0], [2.0]], [[weight, -1.0], [1.0, 1.0]], [[1.0, 1.0]])
        certificate = judged(subject)
        assert certificate.verdict == verdict
        assert certificate.layers[1].active.tolist() == [weight > 2, True]
        assert certificate.layers[1].undecided.tolist() == [weight < 2, False]
        claimed = replace(certificate.layers[1], undecided=np.zeros(2, bool), active=np.ones(2, bool))
        forged = replace(certificate, layers=(certificate.layers[0], claimed))
        assert bool(verify(forged, subject)) == (verdict == "broken")


def test_an_input_outside_the_declared_range_is_no_witness():
    subject = network([[1.0, 0.0], [1.0, 1.0]], [[1.0, -1.0]], [[1.0]], inputs=(0, inf))
    certificate = judged(subject)
    assert certificate.layers[1].undecided.all()
    seen = replace(certificate.layers[1], undecided=np.zeros(1, bool), active=np.ones(1, bool))
    forged = replace(certificate, layers=(certificate.layers[0], seen), points=np.array([[1.0, -1.0]]))
    assert "none of the inputs" in verify(forged, subject).reason


def test_the_same_network_has_the_same_certificate(rng):
    """Narrow ReLUs that are rarely active are found each time or never."""
    for _ in range(40):
        subject = network(he(rng, 16, 8), he(rng, 16, 16), he(rng, 12, 16), he(rng, 3, 12))
        first, second = certify(subject), certify(subject)
        assert first.verdict == second.verdict
        assert first.as_dict()["layers"] == second.as_dict()["layers"]


def test_inputs_of_any_size_show_that_a_unit_is_active():
    for weight, bias in ((1e-300, 0.0), (1e300, 0.0), (5e-324, 0.0), (1.0, -1e6), (1e301, -1.0)):
        subject = network([[weight]], [[1.0]], biases=[np.array([bias]), np.zeros(1)])
        certificate = judged(subject)
        assert certificate.verdict == "broken", (weight, bias, certificate.layers[0].sentence)


def test_what_may_be_all_rounding_shows_nothing():
    """z = 0.39 h + 0.79 h + 0.9 h - 2.08 h is exactly 0, and in float64 some units in the last place above or below."""
    parts = [0.39, 0.79, 0.9, 2.08]
    assert sum(map(Fraction, parts[:3])) <= Fraction(parts[3])
    weights = [[p] for p in parts], [[1.0, 1.0, 1.0, -1.0]], [[1.0]], [[1.0]]
    for below in ("leaky_relu", "tanh", "any"):
        certificate = judged(network(*weights, activation=[below, "relu", "relu"], inputs=(0, 1)))
        if below != "tanh":
            assert not certificate.layers[2].active.any()
        assert certificate.verdict == "undecided" or below == "tanh"


def test_points_may_overflow_in_floating_point():
    subject = network([[1e301]], [[1.0]])
    certificate = judged(subject)
    assert verify(replace(certificate, points=np.array([[1e10]])), subject)
    assert not verify(replace(certificate, points=np.array([[-1e10]])), subject)
