"""What was false when it was attacked on purpose, and what stands beside it."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from symcheck.exact.fields import MERSENNE, RandomPrime
from symcheck.exact.interpretation import exact_field, interpret
from symcheck.exact.rings import IntegerRing, ResidueRing, joined, rings
from symcheck.network import Network
from symcheck.symmetry import certify, verify
from symcheck.symmetry.images import Exact
from symcheck.symmetry.replay import Replay
from symcheck.symmetry.training import MOST_WEIGHTS


@pytest.fixture
def rng():
    return np.random.default_rng()


def network(*weights, activation="sigmoid", **options):
    weights = [np.array(w, float) for w in weights]
    return Network(weights, [np.zeros(len(w)) for w in weights], activation, **options)


def steps(certificate):
    return [layer.separates_at for layer in certificate.layers]


@pytest.mark.parametrize("bits", [61, 122, 59 * 61, -61])
def test_the_step_does_not_rest_on_residues(bits):
    """Rows that agree modulo 2^61 - 1, and modulo others, differ before any update."""
    big = 2.0 ** (bits if abs(bits) < 1000 else 1000)
    subject = network([[1.0], [big]], [[1.0, 2.0], [1.0, 2.0]], [[1.0, 3.0]])
    certificate = certify(subject)
    assert steps(certificate) == [0, 1]
    assert verify(certificate, subject)
    late = replace(certificate, layers=(replace(certificate.layers[0], separates_at=1), certificate.layers[1]))
    assert not verify(late, subject)


def test_differences_that_a_modulus_divides_do_not_delay_a_step(rng):
    """Sums that differ by a multiple of 2^k - 1, for every modulus at once, under each class of optimizers."""
    for bits in (61, 59, 58, 57, 55, 53):
        subject = network([[float(2**bits), 1.0], [1.0, float(2**bits)]], [[2.0**bits, 1.0], [1.0, 2.0**bits]])
        assert steps(certify(subject)) == [0]
        constant = network(np.ones((2, 1)), [[2.0**bits, 0.0], [1.0, 0.0]], [[1.0, 2.0**bits]])
        for optimizer in ("sgd", "coupled", "dropout", "noise"):
            certificate = certify(constant, optimizer)
            assert verify(certificate, constant)
            assert steps(certificate)[1] == 0


def test_the_field_of_a_random_prime_tells_apart_what_the_other_does_not(rng):
    confused = network([[1.0], [2.0**61]], [[1.0, 2.0]])
    assert interpret(confused, rng).layers[0].separates_at != 0
    field = exact_field(confused, rng)
    assert isinstance(field, RandomPrime)
    assert interpret(confused, rng, field=field).layers[0].separates_at == 0
    plain = network([[1.0], [2.0]], [[1.0, 2.0]])
    assert exact_field(plain, rng) is MERSENNE


def test_products_of_linear_layers_are_not_compared_modulo_a_number_that_is_known(rng):
    """Each weight is small; the products 2^30 2^31 and 1 agree modulo 2^61 - 1."""
    weights = [[1.0], [2.0**30]], [[1.0, 0.0], [0.0, 2.0**31]], [[1.0, 1.0]]
    subject = network(*weights, activation="identity")
    assert interpret(subject, rng).layers[1].classes_at(0)[0].tolist() == [0, 0]
    assert steps(certify(subject))[1] == 0


def test_the_digest_of_an_exact_sum_has_a_key_of_its_own(rng):
    ring, sums = IntegerRing(0), np.array([[2**900, 3 * 2**900, 0, -(2**900)]], object)
    lifts = [Exact(ring, rng).lift(sums)[0] for _ in range(8)]
    assert len({lift[0] for lift in lifts}) == 8
    for lift in lifts:
        assert lift[2] == 0
        assert int(lift[0]) + int(lift[3]) == MERSENNE.modulus
        assert lift[0] != lift[1]


@pytest.mark.parametrize(
    ("first", "second"), [(1848771413216047922, 1368947974487521665), (561234597515674648, 20240794060010575)]
)
def test_sums_with_equal_digests_and_residues_are_told_apart(first, second):
    """Rows of powers of two whose sums have one residue and, by BLAKE2b without a key, one digest of 8 bytes."""

    def row(x):
        powers = [2.0 ** (j + 61 * ((x >> (4 * (j - 1))) & 15)) for j in range(1, 17)]
        return np.array([1.0, *powers, 2.0 ** (17 + 915)]) * 2.0**-400

    rows = [row(first), row(second)]
    assert sum(map(Fraction, rows[0])) != sum(map(Fraction, rows[1]))
    middle = np.vstack([[np.roll(r, i) for i in range(18)] for r in rows])
    subject = network(np.full((18, 2), 0.5), middle, np.ones((1, 36)), activation="tanh")
    certificate = certify(subject)
    assert certificate.layers[1].labels.tolist() == [0] * 18 + [1] * 18
    assert verify(certificate, subject)


def test_the_chance_of_a_false_match_is_stated(rng):
    small = certify(network(np.ones((2, 1)), np.ones((1, 2))))
    large = certify(Network([rng.normal(size=(300, 4)), rng.normal(size=(2, 300))]))
    assert 0 < small.chance < large.chance < 1e-9
    assert json.loads(small.to_json())["chance"] == small.chance


def test_certify_ends_where_two_sets_of_rings_are_needed_in_turn():
    subject = network([[2.0**-1000], [2.0**-939]], np.ones((2, 2)), [[2.0**500, 1.0], [1.0, 2.0**500]], np.ones((1, 2)))
    certificate = certify(subject)
    assert verify(certificate, subject)
    assert certificate.layers[0].classes == 2


def test_rings_only_grow_when_they_are_joined():
    residues, integers = (ResidueRing(61), ResidueRing(59)), (ResidueRing(61), IntegerRing(-900))
    assert joined(residues, (ResidueRing(61),)) == residues
    assert joined(residues, integers) == integers
    assert joined(integers, (ResidueRing(61), IntegerRing(-1000)))[1] == IntegerRing(-1000)
    values = [np.array([2.0**-1074, 1e308])]
    assert joined(rings(values, 4), rings(values, 4)) == rings(values, 4)


def test_linear_units_that_training_never_separates_are_not_called_broken(rng):
    subject = network([[-1.0], [-1.0]], [[1, 0], [0, 1], [1, -1]], [[1, -1, -1]], [[-1]], activation="identity")
    certificate = certify(subject)
    assert certificate.verdict == "undecided"
    assert certificate.layers[0].undecided.all()
    assert certificate.layers[0].separates_at is None
    assert "not decided" in certificate.layers[0].sentence
    assert interpret(subject, rng).layers[0].labels.tolist() == [0, 0]
    assert verify(certificate, subject)
    sure = replace(certificate.layers[0], undecided=np.zeros(2, bool), separates_at=1)
    assert not verify(replace(certificate, layers=(sure, *certificate.layers[1:])), subject)


def test_a_linear_network_that_is_too_large_to_be_trained_is_undecided(rng):
    width = int(np.sqrt(MOST_WEIGHTS)) + 10
    weights = [rng.normal(size=(width, 4)), rng.normal(size=(width, width)), rng.normal(size=(2, width))]
    subject = Network(weights, None, "identity")
    certificate = certify(subject)
    assert certificate.verdict == "undecided"
    assert certificate.layers[1].undecided.all()
    assert verify(certificate, subject)


@pytest.mark.parametrize("optimizer", ["noise", "dropout", "sgd", "coupled"])
def test_steps_are_those_of_training_under_every_class_of_optimizers(optimizer, rng):
    zero, one, none = np.zeros, np.ones, None
    subjects = [
        network(one((3, 2)), one((1, 3)), activation="tanh"),
        network(one((3, 2)), one((3, 3)), rng.normal(size=(2, 3)), activation="tanh"),
        Network(
            [zero((1, 1)), -one((2, 1)), np.array([[1.0, 0], [1, 0]]), zero((3, 2)), zero((3, 3))],
            [zero(1), zero(2), zero(2), np.array([-1.0, -1, 0]), zero(3)],
            ["tanh", "tanh", "any", "gelu"],
        ),
        Network([one((3, 2)), one((1, 3))], none, "tanh"),
    ]
    rule = {"sgd": "sgd"}.get(optimizer, optimizer)
    for subject in subjects:
        certificate, trained = certify(subject, optimizer), interpret(subject, rng, rule=rule).layers
        assert verify(certificate, subject)
        for i, (layer, seen) in enumerate(zip(certificate.layers, trained, strict=True)):
            known = layer.classes == layer.units and not layer.zero.any() and not layer.undecided.any()
            assert layer.separates_at == (seen.separates_at if known else None)
            for other in {None, 0, 1, 2, 3} - {layer.separates_at}:
                forged = replace(certificate.layers[i], separates_at=other)
                layers = (*certificate.layers[:i], forged, *certificate.layers[i + 1 :])
                assert not verify(replace(certificate, layers=layers), subject)


def test_a_late_step_of_a_large_network_is_said_to_be_unchecked(rng):
    width = int(np.sqrt(MOST_WEIGHTS)) + 10
    weights = [np.ones((width, 3)), rng.normal(size=(width, width)), rng.normal(size=(2, width))]
    subject = Network(weights, [np.zeros(len(w)) for w in weights], "tanh")
    certificate = certify(subject)
    assert steps(certificate) == [1, 0]
    outcome = verify(certificate, subject)
    assert outcome
    assert len(outcome.unchecked) == 1
    assert "layer 1" in outcome.unchecked[0]
    early = replace(certificate, layers=(replace(certificate.layers[0], separates_at=0), certificate.layers[1]))
    assert not verify(early, subject)


def test_verify_looks_at_a_layer_no_more_often_than_the_witness_and_its_neighbours_ask(monkeypatch):
    """Twice the layers, twice the work: conclusions are drawn where something has changed."""
    concluded = []
    conclude = Replay._conclude
    monkeypatch.setattr(Replay, "_conclude", lambda self, i: concluded.append(i) or conclude(self, i))
    counts = []
    for depth in (20, 40, 80):
        subject = network(*[np.array([[1.0, 2.0], [2.0, 1.5]])] * depth, activation="tanh")
        certificate = certify(subject)
        concluded.clear()
        assert verify(certificate, subject)
        counts.append(len(concluded))
    assert counts[2] - counts[1] <= 2.5 * (counts[1] - counts[0])


def test_a_step_that_is_repeated_is_looked_at_once(monkeypatch, rng):
    subject = network(np.ones((3, 2)), np.ones((2, 3)), activation="tanh")
    certificate = certify(subject)
    longer = replace(certificate, witness=certificate.witness * 2000)
    settled = []
    settle = Replay._settle
    monkeypatch.setattr(Replay, "_settle", lambda self, changed: settled.append(1) or settle(self, changed))
    assert verify(longer, subject)
    assert len(settled) < 100


@pytest.mark.parametrize(
    "name", ["leaky_relu(1.0000001)", "leaky_relu(0.1)", "elu(0.30000000000000004)", "leaky_relu(2)"]
)
def test_a_parameter_survives_being_saved(name, rng):
    subject = network(rng.normal(size=(3, 2)), rng.normal(size=(1, 3)), activation=name)
    (sigma,), (again,) = subject.activations, Network(subject.weights, None, subject.activations[0].name).activations
    assert (again.name, again.symbolic, again.symmetry) == (sigma.name, sigma.symbolic, sigma.symmetry)
    assert verify(certify(subject).to_json(), subject)
