"""Mutated certificates get the answer that they deserve; what does not shrinks.

The full run is `python benchmarks/mutations.py`.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from certificate_mutants import CLAIMS, TEXTS, edited, mutant
from hypothesis import given, settings
from mutations import Truth, judge, one_sentence, same
from small_networks import Generated, small_network
from structured_networks import rectified_network, structured_network

from symcheck.network import Network
from symcheck.strategies.choices import Choices, built
from symcheck.symmetry import Verification, certify, verify
from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.optimizers import OPTIMIZER_CLASSES


def case(c: Choices) -> tuple[Network, Certificate, list[tuple[str, str]]]:
    draw = c.one_of((small_network, rectified_network, structured_network))
    network = draw(c, max_depth=3, max_width=4)
    kind = OPTIMIZER_CLASSES[0] if c.chance(0.7) else c.one_of(OPTIMIZER_CLASSES)
    certificate = certify(network, kind)
    return network, certificate, [("original", certificate.to_json()), *(mutant(c, certificate) for _ in range(3))]


@settings(max_examples=40, deadline=None)
@given(drawn=built(case))
def test_mutants_get_the_answer_that_they_deserve(drawn: tuple[Network, Certificate, list[tuple[str, str]]]) -> None:
    network, certificate, texts = drawn
    truth = Truth(network, np.random.default_rng())
    for kind, text in texts:
        assert judge(text, certificate, truth, verify)[1] is None, kind


@pytest.fixture
def certified() -> tuple[Network, Certificate]:
    rng = np.random.default_rng()
    weights = [np.full((3, 2), 0.5), rng.integers(1, 9, (3, 3)) + np.eye(3), rng.standard_normal((2, 3))]
    network = Network(weights, [np.zeros(3), np.zeros(3), np.zeros(2)], "relu")
    return network, certify(network)


def raises(text: str, network: Network) -> Verification:
    raise KeyError("verdict")


VERIFIERS = {
    "false accepted": lambda text, network: Verification(True),
    "true rejected": lambda text, network: Verification(False, "no"),
    "raised KeyError": raises,
    "no sentence": lambda text, network: Verification(False, "a\nb"),
}


@pytest.mark.parametrize("fault", VERIFIERS)
def test_wrong_verifiers_are_found_out(fault: str, certified: tuple[Network, Certificate]) -> None:
    network, certificate = certified
    truth = Truth(network, np.random.default_rng())
    false = json.dumps({**certificate.as_dict(), "head": "softmax"})
    text = certificate.to_json() if fault == "true rejected" else false
    assert judge(text, certificate, truth, verify)[1] is None
    wrong = judge(text, certificate, truth, VERIFIERS[fault])[1]
    assert wrong is not None
    assert wrong.startswith(fault)


@pytest.mark.parametrize("key", ["labels", "signs", "zero", "frozen", "separates_at", "undecided", "active"])
def test_any_change_of_a_claim_deserves_to_be_rejected(key: str, certified: tuple[Network, Certificate]) -> None:
    network, certificate = certified
    truth = Truth(network, np.random.default_rng())
    assert truth.deserves(certificate.to_json(), certificate) == "accept"
    document = certificate.as_dict()
    old = document["layers"][1][key]
    slightly = [not old[0], *old[1:]] if isinstance(old, list) else (old or 0) + 1
    for new in (slightly, None if old is not None else 0, 0.5):
        document["layers"][1][key] = new
        assert truth.deserves(json.dumps(document), certificate) == "reject"


def test_numbers_of_another_type_are_another_document(certified: tuple[Network, Certificate]) -> None:
    network, certificate = certified
    truth = Truth(network, np.random.default_rng())
    text = certificate.to_json()
    for old, new in (('"sizes": [2,', '"sizes": [2.0,'), ("[true,", "[1,"), ('"sizes": [2,', '"sizes": [2, 2,')):
        assert old in text
        assert truth.deserves(text.replace(old, new), certificate) == "reject"
    assert truth.deserves(json.dumps(json.loads(text), indent=2), certificate) == "accept"
    assert same({"a": [0.0, 1]}, {"a": [-0.0, 1]})
    assert not same({"a": [0.0, 1]}, {"a": [0, 1]})


def test_points_deserve_what_their_exact_evaluation_says(certified: tuple[Network, Certificate]) -> None:
    network, certificate = certified
    truth = Truth(network, np.random.default_rng())

    def deserved(points: list[list[float]]) -> str:
        return truth.deserves(json.dumps({**certificate.as_dict(), "points": points}), certificate)

    assert deserved([[5e-324, 0.0]]) == "accept"
    assert deserved([[1.0, -1.0]]) == "reject"
    assert deserved([]) == "reject"
    assert deserved([[1.0, 1]]) == "reject"
    bounded = Network(network.weights, network.biases, "relu", inputs=(0.0, 1.0))
    within, outside = [[1.0, 1.0]], [[1.0, float(np.nextafter(1.0, 2.0))]]
    truth, certificate = Truth(bounded, np.random.default_rng()), certify(bounded)
    assert deserved(within) == "accept"
    assert deserved(outside) == "reject"


def test_every_kind_of_mutant_changes_something() -> None:
    rng = np.random.default_rng()
    c = Generated(rng)
    weights = [np.full((3, 2), 0.5), np.eye(3), np.ones((2, 3))]
    certificate = certify(Network(weights, [np.zeros(3), np.zeros(3), np.zeros(2)], "relu"))
    text = certificate.to_json()
    for change in CLAIMS.values():
        assert any(json.dumps(change(c, certificate).as_dict()) != text for _ in range(200))
    for rewrite in TEXTS.values():
        assert any(rewrite(c, text) != text for _ in range(200))
    assert len({json.dumps(edited(c, certificate.as_dict())) for _ in range(200)}) > 50


@pytest.mark.parametrize("reason", [None, "", "a\nb", "\ud800", "\x1b[31m", "x" * 10**4])
def test_what_cannot_be_shown_in_one_line_is_no_sentence(reason: str | None) -> None:
    assert not one_sentence(reason)
    assert one_sentence("the units of layer 2 are not tied")
