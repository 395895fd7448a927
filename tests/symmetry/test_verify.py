"""The verifier accepts every certificate after a round trip through JSON, and none that was tampered with.

Tampering keeps the document consistent wherever it can, as a forger would: verdict, counts and sentences follow
the forged layers, so that only the weights speak against it.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
from forgeries import FORGERIES, edits, forged, same_claims, step_changed
from small_networks import planted_network, random_network

from symcheck.network import Network
from symcheck.symmetry import certify, decision, verify
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.documents import MalformedCertificate
from symcheck.symmetry.partition import Refinement
from symcheck.symmetry.witness import Read

NETWORKS = 150


@pytest.fixture(scope="module")
def rng():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def cases(rng):
    """Networks with their certificates, every other one from the harder family."""
    networks = [(random_network, planted_network)[i % 2](rng) for i in range(NETWORKS)]
    return [(network, certify(network)) for network in networks]


def told(network):
    layers = zip(network.weights, network.biases, strict=True)
    arrays = [(w.tolist(), None if b is None else b.tolist()) for w, b in layers]
    return f"{network!r} {[a.name for a in network.activations]} {arrays}"


def test_every_certificate_is_accepted_after_a_round_trip(cases):
    for network, certificate in cases:
        result = verify(certificate.to_json(), network)
        assert result, (result.reason, told(network))
        assert verify(Certificate.from_json(certificate.to_json()), network)


@pytest.mark.parametrize("optimizer", ["coupled", "dropout", "noise"])
def test_certificates_of_other_optimizers_are_accepted(cases, optimizer):
    for network, _ in cases[::3]:
        result = verify(certify(network, optimizer).to_json(), network)
        assert result, (result.reason, told(network))


@pytest.mark.parametrize("forge", FORGERIES)
def test_forged_claims_are_rejected(cases, rng, forge):
    tried = 0
    for network, certificate in cases:
        wrong = forge(certificate, rng)
        if wrong is None:
            continue
        tried += 1
        result = verify(wrong.to_json(), network)
        assert not result, f"accepted: {[layer.sentence for layer in wrong.layers]} of {told(network)}"
        assert result.reason
        assert "\n" not in result.reason
    # Every kind applies to one network in ten at least: none of 150 does with a probability below 2e-7.
    assert tried, "no network to which this applies"


@pytest.mark.parametrize("optimizer", ["coupled", "dropout"])
def test_forged_claims_about_other_optimizers_are_rejected(cases, rng, optimizer):
    of_weights = FORGERIES[: FORGERIES.index(step_changed)]
    tried = 0
    for network, _ in cases[::3]:
        certificate = certify(network, optimizer)
        for forge in rng.choice(of_weights, 3, replace=False):
            wrong = forge(certificate, rng)
            if wrong is not None:
                tried += 1
                assert not verify(wrong.to_json(), network), (forge.__name__, optimizer, told(network))
    assert tried > 25


@pytest.mark.parametrize("claims", [{"zero"}, {"frozen"}, {"zero", "frozen"}, {"labels"}])
def test_nothing_may_be_claimed_of_a_single_unit_under_noise(claims):
    network = Network([np.zeros((3, 2)), np.zeros((2, 3))], [np.zeros(3), np.zeros(2)], "relu")
    certificate = certify(network, "noise")
    assert verify(certificate.to_json(), network)
    flags = {name: np.array([name in claims, False, False]) for name in ("zero", "frozen")}
    labels = np.array([0, 0, 1]) if "labels" in claims else None
    wrong = forged(certificate, 0, labels=labels, **flags)
    assert "noise" in verify(wrong.to_json(), network).reason


def test_documents_of_other_sizes_than_their_own_are_no_certificates():
    data = certify(Network([np.ones((3, 2)), np.eye(3), np.ones((2, 3))], activation=["tanh", "relu"])).as_dict()
    Certificate.from_json(json.dumps(data))
    for key in ("activation", "biases", "layers"):
        for entries in (data[key][1:], [*data[key], data[key][0]]):
            with pytest.raises(MalformedCertificate, match="do not fit its sizes|one for each hidden layer|list of 3"):
                Certificate.from_json(json.dumps({**data, key: entries}))
    for key in ("head", "optimizer_class"):
        with pytest.raises(MalformedCertificate, match="names no known"):
            Certificate.from_json(json.dumps({**data, key: "other"}))


def test_documents_that_contradict_themselves_are_rejected(cases, rng):
    for network, certificate in cases[::5]:
        for name, data in edits(certificate.as_dict(), rng):
            result = verify(data, network)
            assert not result, (name, told(network))
            assert result.reason
            assert not verify(json.dumps(data), network)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"broken"', "{}", '{"certificate": 1}', "[" * 10**5])
def test_what_is_no_certificate_is_rejected_with_a_sentence(text):
    result = verify(text, Network([np.ones((2, 2)), np.ones((1, 2))]))
    assert not result
    assert result.reason


def test_weights_changed_by_one_unit_in_the_last_place(cases, rng):
    changed = 0
    for network, certificate in cases:
        weights = [w.copy() for w in network.weights]
        matrix = weights[rng.integers(len(weights))]
        i, j = (int(rng.integers(n)) for n in matrix.shape)
        matrix[i, j] = np.nextafter(matrix[i, j], 10.0)
        other = Network(weights, network.biases, network.activations, network.head)
        if same_claims(certify(other), certificate):
            continue
        changed += 1
        assert not verify(certificate, other), told(other)
    assert changed >= 10


@pytest.mark.parametrize(("layer", "side"), [(2, "incoming"), (1, "outgoing")])
def test_reads_that_tell_units_apart_are_needed(rng, layer, side):
    weights = [np.full((4, 3), 0.5), rng.normal(size=(4, 4)), np.full((2, 4), 0.25)]
    network = Network(weights, [np.zeros(len(w)) for w in weights], "tanh")
    certificate = certify(network)
    assert certificate.verdict == "broken"
    telling = [read for read in certificate.witness if (read.layer, read.side) == (layer, side)]
    rest = tuple(read for read in certificate.witness if read not in telling)
    assert telling
    assert not verify(replace(certificate, witness=rest).to_json(), network)
    for field in ("units", "neighbours"):
        part = tuple(replace(read, **{field: ((0, 2),)}) for read in telling)
        assert not verify(replace(certificate, witness=(*part, *rest)).to_json(), network)


def test_a_step_that_tells_a_part_of_a_class_or_looks_at_no_hidden_layer_is_rejected():
    weights = [np.full((4, 3), 0.5), np.eye(4), np.full((2, 4), 0.25)]
    network = Network(weights, activation="tanh")
    certificate = certify(network)
    assert [layer.classes for layer in certificate.layers] == [1, 1]
    for units, neighbours in (([[0, 2]], [[0, 4]]), ([[0, 4]], [[0, 2]])):
        wrong = {"layer": 2, "side": "incoming", "neighbours": neighbours, "units": units}
        longer = replace(certificate, witness=(*certificate.witness, Read.from_dict(wrong)))
        assert "part of a class" in verify(longer, network).reason
    for layer in (-1, 0, 3):
        wrong = {"layer": layer, "side": "incoming", "neighbours": [], "units": []}
        longer = replace(certificate, witness=(*certificate.witness, Read.from_dict(wrong)))
        assert "is not hidden" in verify(longer, network).reason


@pytest.mark.parametrize("optimizer", ["sgd", "coupled"])
@pytest.mark.parametrize("head", ["linear", "softmax"])
@pytest.mark.parametrize("outputs", [2, 3])
def test_units_with_equal_rows_and_other_columns_cannot_be_claimed_to_be_tied(rng, outputs, head, optimizer):
    network = Network([np.full((3, 2), 0.5), rng.normal(size=(outputs, 3))], [np.zeros(3), None], "any", head)
    certificate = certify(network, optimizer)
    for labels in ([0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]):
        wrong = forged(certificate, 0, labels=np.array(labels))
        # Without a witness nothing is told apart, so the weights alone speak against it.
        assert "outgoing weights differ" in verify(replace(wrong, witness=()).to_json(), network).reason


def test_one_dead_unit_above_does_not_free_a_layer_from_its_conditions(rng):
    """The deltas of the other units still tell the columns of layer 1 apart."""
    weights = [np.full((3, 2), 0.5), abs(rng.normal(size=(3, 3))), rng.normal(size=(2, 3))]
    weights[1][2], weights[2][:, 2] = 0, 0
    network = Network(weights, [np.zeros(len(w)) for w in weights], "relu")
    certificate = certify(network)
    assert certificate.layers[1].frozen.tolist() == [False, False, True]
    wrong = forged(certificate, 0, labels=np.zeros(3, int))
    for layers in ((1, 2), (2,), ()):
        witness = tuple(read for read in certificate.witness if read.layer in layers)
        assert "outgoing weights differ" in verify(replace(wrong, witness=witness).to_json(), network).reason


def test_opposite_deltas_of_units_that_are_constant_but_not_zero_do_not_cancel_for_ever():
    """What holds of tanh is claimed of an activation that need not vanish at zero: weights out of its units move alike."""
    weights, biases = [np.zeros((2, 3)), np.ones((2, 2)), np.array([[1.0, -1.0]])], [np.zeros(2), None, None]
    odd, generic = (Network(weights, biases, ["tanh", name]) for name in ("tanh", "any"))
    certificate = certify(odd)
    assert verify(certificate.to_json(), odd)
    below, above = certificate.layers
    assert below.frozen.all()
    layers = (below, replace(above, zero=np.zeros(2, bool)))
    wrong = replace(certificate, activations=("tanh", "any"), layers=layers)
    for named in ((1, 2), (2,), ()):
        witness = tuple(read for read in certificate.witness if read.layer in named)
        assert "gradient need not vanish" in verify(replace(wrong, witness=witness).to_json(), generic).reason


def test_opposite_deltas_with_masks_of_their_own_do_not_cancel():
    """Without masks layer 1 is dead, because the deltas of the two zero units above it are opposite."""
    weights, biases = [np.zeros((2, 3)), np.ones((2, 2)), np.array([[1.0, -1.0]])], [np.zeros(2), None, None]
    network = Network(weights, biases, "tanh")
    certificate = certify(network)
    assert certificate.layers[0].frozen.all()
    assert not certify(network, "dropout").layers[0].frozen.any()
    wrong = replace(certificate, optimizer_class="dropout")
    for layers in ((1, 2), (2,), ()):
        witness = tuple(read for read in certificate.witness if read.layer in layers)
        assert "gradient need not vanish" in verify(replace(wrong, witness=witness).to_json(), network).reason


@pytest.mark.parametrize("optimizer", ["sgd", "coupled", "dropout", "noise"])
def test_a_layer_separates_at_some_step_unless_its_classes_forbid_it(rng, optimizer):
    weights, constant = [rng.normal(size=(3, 2)), rng.normal(size=(2, 3))], [np.ones((3, 2)), np.ones((2, 3))]
    for network in (Network(weights, None, "relu"), Network(constant, None, "relu"), Network(constant, None, "tanh")):
        certificate = certify(network, optimizer)
        (layer,) = certificate.layers
        assert (layer.separates_at is None) == (layer.classes < 3 or layer.zero.any())
        for step in (0, 1) if layer.separates_at is None else (None,):
            wrong = replace(certificate, layers=(replace(layer, separates_at=step),))
            assert "separates" in verify(wrong.to_json(), network).reason


@pytest.mark.parametrize("step", [1, 5])
def test_a_later_step_is_refuted_by_the_weights_of_a_large_network(rng, step):
    """Above 16,384 weights nothing is trained, but units that differ at the start are seen to."""
    weights = [rng.normal(size=(200, 60)), rng.normal(size=(60, 200))]
    network = Network(weights, [np.zeros(200), np.zeros(60)], "relu")
    certificate = certify(network)
    assert certificate.layers[0].separates_at == 0
    assert verify(certificate, network)
    late = replace(certificate, layers=(replace(certificate.layers[0], separates_at=step),))
    assert not verify(late.to_json(), network)


def test_the_search_is_never_called(cases, monkeypatch):
    def search(*_):
        raise AssertionError("the verifier searched")

    monkeypatch.setattr(Refinement, "run", search)
    monkeypatch.setattr(decision, "decide", search)
    for network, certificate in cases[::3]:
        assert verify(certificate.to_json(), network)
        assert not verify(replace(certificate, head="").to_json(), network)
    with pytest.raises(AssertionError, match="searched"):
        certify(cases[0][0])
