"""`symcheck certify` and `symcheck verify`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Cli = Callable[..., Any]


@pytest.fixture
def weights(tmp_path: Path) -> dict[str, str]:
    """Saved networks, by what is to be found in them."""
    rng = np.random.default_rng()
    half = np.full((6, 4), 0.5)
    networks = {
        # Positive where a ReLU could be dead by chance.
        "random": [rng.standard_normal((6, 4)), abs(rng.standard_normal((6, 6))), rng.standard_normal((3, 6))],
        "constant": [half, np.full((6, 6), 0.5), np.full((3, 6), 0.5)],
        "equitable": [half, np.eye(6), np.full((3, 6), 0.25)],
        "zero": [np.zeros((6, 4)), np.zeros((6, 6)), np.zeros((3, 6))],
        "late": [half, rng.standard_normal((6, 6)), rng.standard_normal((3, 6))],
    }
    files = {}
    for name, matrices in networks.items():
        files[name] = str(tmp_path / f"{name}.npz")
        np.savez(files[name], **{f"W{i}": w for i, w in enumerate(matrices, 1)})
    return files


@pytest.mark.parametrize(
    ("name", "activation", "verdict", "status"),
    [
        ("random", "relu", "broken", 0),
        ("constant", "tanh", "tied", 1),
        ("equitable", "sigmoid", "tied", 1),
        ("zero", "relu", "dead", 1),
        ("zero", "sigmoid", "tied", 1),
        ("late", "tanh", "broken", 0),
    ],
)
def test_certify(cli: Cli, weights: dict[str, str], name: str, activation: str, verdict: str, status: int) -> None:
    outcome = cli("certify", weights[name], "--activation", activation, "--json", "-")
    document = json.loads(outcome.out)
    assert (outcome.status, document["verdict"]) == (status, verdict)
    assert {"verdict", "activation", "head", "optimizer_class", "layers"} <= set(document)
    assert [layer["layer"] for layer in document["layers"]] == [1, 2]
    for layer in document["layers"]:
        assert {"units", "classes", "labels", "signs", "zero", "frozen", "separates_at"} <= set(layer)
        assert layer["units"] == len(layer["labels"]) == len(layer["signs"]) == len(layer["zero"]) == 6


def test_what_the_terminal_says(cli: Cli, weights: dict[str, str]) -> None:
    words = " ".join(cli("certify", weights["equitable"], "--activation", "tanh").out.split())
    assert "verdict: tied" in words
    assert "In floating point, layers 1 and 2: equal, or zero, up to rounding" in words
    assert "Under plain gradient descent it trains as a 4-1-1-3 network does" in words
    assert "Measured, with ordinary matrix products" in words
    words = " ".join(cli("certify", weights["constant"], "--activation", "tanh").out.split())
    assert "bit for bit for ever" in words
    assert "can part" not in words, "nothing is said of what is apart where all is tied"
    words = " ".join(cli("certify", weights["late"], "--activation", "tanh").out.split())
    assert "All units can be apart after 1 update." in words
    words = " ".join(cli("certify", weights["zero"]).out.split())
    assert "verdict: dead" in words
    assert "The outputs do not depend on the inputs" in words
    assert "it trains as" not in words
    said = cli("certify", weights["random"], "--activation", "tanh", "--optimizer", "adam_l2", "--inputs", "0,1").out
    assert "inputs from 0 to 1 coupled optimizers (L1, or Adam with L2 in the gradient)" in " ".join(said.split())


def test_a_saved_certificate_is_accepted_and_a_tampered_one_is_not(
    cli: Cli, weights: dict[str, str], tmp_path: Path
) -> None:
    saved = tmp_path / "certificate.json"
    for name, activation in [("random", "relu"), ("equitable", "tanh"), ("zero", "relu"), ("late", "sigmoid")]:
        cli("certify", weights[name], "--activation", activation, "--head", "softmax", "--save", str(saved))
        outcome = cli("verify", str(saved), weights[name])
        assert outcome.status == 0, outcome.out
        assert "accepted" in outcome.out
        outcome = cli("verify", str(saved), weights[name], "--head", "linear")
        assert outcome.status == 1
        assert "rejected: " in outcome.out
        other = "constant" if name == "random" else "random"
        assert cli("verify", str(saved), weights[other], "--activation", activation).status == 1
    text = json.loads(saved.read_text())
    text["layers"][0]["zero"][0] = True
    saved.write_text(json.dumps(text))
    outcome = cli("verify", str(saved), weights["late"], "--json", "-")
    assert outcome.status == 1
    assert json.loads(outcome.out)["accepted"] is False


def test_optimizers_change_the_certificate(cli: Cli, weights: dict[str, str], tmp_path: Path) -> None:
    np.random.default_rng()
    half = np.full((3, 4), 0.5)
    sums_agree = np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 0.0], [-1.0, 2.0, 2.0]])
    np.savez(tmp_path / "sums.npz", W1=half, W2=sums_agree, W3=np.full((2, 3), 0.25))
    assert cli("certify", str(tmp_path / "sums.npz"), "--activation", "tanh", "--optimizer", "adamw").status == 1
    documents = {
        name: json.loads(
            cli("certify", str(tmp_path / "sums.npz"), "--activation", "tanh", "--optimizer", name, "--json", "-").out
        )
        for name in ("sgd", "l1", "adam_l2", "dropout")
    }
    assert documents["sgd"]["layers"][1]["classes"] == 1
    assert documents["l1"]["layers"][1]["classes"] == 3
    assert documents["adam_l2"]["layers"][1]["classes"] == 3
    assert documents["dropout"]["verdict"] == "broken"


def test_what_cannot_be_certified(cli: Cli, weights: dict[str, str], tmp_path: Path) -> None:
    np.savez(tmp_path / "nan.npz", W1=np.full((3, 2), np.nan), W2=np.ones((1, 3)))
    for arguments, words in [
        (("certify", str(tmp_path / "nan.npz")), "nan.npz: 6 of 6 weights of layer 1 are not finite"),
        (("certify", "no.npz"), "there is no file"),
        (("certify", "json:dumps"), ""),
        (("certify", weights["random"], "--optimizer", "magic"), "magic"),
        (("certify", weights["random"], "--activation", "magic"), "magic"),
        (("verify", "no.json", weights["random"]), "cannot read the certificate"),
        (("verify", weights["random"], weights["random"]), "cannot read the certificate"),
    ]:
        outcome = cli(*arguments)
        assert outcome.status == 2, outcome
        assert words in outcome.err
        assert outcome.err.count("\n") == 1


def test_a_gallery_entry_can_be_certified(cli: Cli) -> None:
    assert cli("certify", "constant(0.5)", "--activation", "gelu").status == 1
    assert cli("certify", "he_normal").status == 0


def test_weights_that_are_not_finite_are_refused_even_where_no_verdict_depends_on_them(
    cli: Cli, tmp_path: Path
) -> None:
    rng = np.random.default_rng()
    weights = {
        "W1": rng.standard_normal((16, 20)),
        "W2": abs(rng.standard_normal((12, 16))),
        "W3": rng.standard_normal((4, 12)),
    }
    np.savez(tmp_path / "good.npz", **weights)
    saved = tmp_path / "certificate.json"
    assert cli("certify", tmp_path / "good.npz", "--save", saved).status == 0
    weights["W3"][3, 11] = np.nan
    np.savez(tmp_path / "bad.npz", **weights)
    for command in (("certify", tmp_path / "bad.npz"), ("verify", saved, tmp_path / "bad.npz")):
        done = cli(*command)
        assert done.status == 2
        assert "bad.npz: 1 of 48 weights of layer 3 is not finite, first nan at [3, 11]" in done.err


def test_the_page_claims_no_more_than_was_decided(cli: Cli, tmp_path: Path) -> None:
    def said(*weights: Any, **options: str) -> str:
        np.savez(tmp_path / "w.npz", *[np.asarray(w, float) for w in weights])
        flags = [text for name, value in options.items() for text in (f"--{name}", value)]
        return " ".join(cli("certify", str(tmp_path / "w.npz"), *flags).out.split())

    beside_a_zero = [[[0, 0], [1, 2], [1, 2]], [[0, 1, 3], [0, 5, 2]], np.zeros((2, 2)), [[1, 3], [2, 5]]]
    assert "All units can be apart" not in said(*beside_a_zero, activation="tanh"), "a step that is null is not 0"
    on_silence = [[[1], [-1]], [[1, 5], [1, 7]], [[1, 1], [2, 2]]]
    words = said(*on_silence, activation="relu", inputs="0,1")
    assert "ties and zeros for ReLU itself" in words, "the tie of layer 2 rests on a unit that is dead by its sign"
    assert "for all activations" not in words
