"""Certificates of whatever holds the weights of a network."""

from pathlib import Path

import numpy as np
import pytest

import symcheck
from symcheck.errors import SymcheckError

TIED = [np.full((3, 2), 0.5), np.full((1, 3), 0.5)]


def test_a_list_of_arrays_and_a_file_are_networks(tmp_path: Path) -> None:
    np.savez(tmp_path / "tied.npz", W1=TIED[0], W2=TIED[1])
    for subject in (TIED, tuple(TIED), str(tmp_path / "tied.npz"), tmp_path / "tied.npz", "constant(0.5)"):
        certificate = symcheck.certify(subject, activation="tanh")
        assert certificate.verdict == "tied", subject
        assert set(certificate.activations) == {"tanh"}
    rng = np.random.default_rng()
    assert symcheck.certify([rng.standard_normal(w.shape) for w in TIED], activation="tanh").verdict == "broken"


def test_what_is_given_is_what_is_certified() -> None:
    certificate = symcheck.certify(TIED, "adam", activation="relu", inputs=(0, 1), head="softmax")
    assert (certificate.activations, certificate.inputs, certificate.head) == (("relu",), (0.0, 1.0), "softmax")
    assert symcheck.certify(symcheck.Network(TIED, activation="tanh"), activation="relu").activations == ("relu",)


def test_a_certificate_is_verified_against_arrays() -> None:
    certificate = symcheck.certify(TIED, activation="tanh")
    assert symcheck.verify(certificate, TIED).ok
    other = [TIED[0] + np.arange(3)[:, None], TIED[1]]
    assert not symcheck.verify(certificate, other).ok


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (None, "None"),
        (np.random.standard_normal, "is an initializer; a certificate is about the weights of a network"),
        ([np.ones((3, 2)), np.full((1, 3), np.nan)], "certificates are about real numbers"),
        ("no_such_file.npz", "no_such_file.npz"),
    ],
)
def test_what_holds_no_network_is_refused_in_one_sentence(subject: object, said: str) -> None:
    with pytest.raises(SymcheckError) as caught:
        symcheck.certify(subject)
    assert "\n" not in str(caught.value)
    assert said in str(caught.value)


def test_a_network_without_hidden_layers_has_no_symmetry_to_break():
    """Slightly other: with one hidden unit there is one that moves."""
    assert symcheck.certify([np.zeros((3, 5))]).verdict_in_words == "no hidden units"
    assert symcheck.certify([np.ones((1, 5)), np.ones((3, 1))]).verdict_in_words == "symmetry broken"
