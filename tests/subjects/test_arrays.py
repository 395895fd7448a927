"""Named arrays as a network: order, biases, layout."""

import numpy as np
import pytest

from symcheck.errors import NetworkError
from symcheck.subjects.arrays import parts_from_arrays


def arrays(**shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng()
    return {name.replace("__", "."): rng.standard_normal(shape) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    "named",
    [
        arrays(W1=(4, 3), b1=(4,), W2=(2, 4), b2=(2,)),
        arrays(b2=(2,), W2=(2, 4), b1=(4,), W1=(4, 3)),
        arrays(l0__weight=(4, 3), l0__bias=(4,), l1__weight=(2, 4), l1__bias=(2,)),
        arrays(weights_0=(4, 3), weights_1=(2, 4), biases_0=(4,), biases_1=(2,)),
        arrays(coefs_0=(3, 4), coefs_1=(4, 2), intercepts_0=(4,), intercepts_1=(2,)),
        arrays(W1=(4, 3), b1=(4, 1), W2=(2, 4), b2=(2, 1)),
        arrays(arr_0=(4, 3), arr_1=(4,), arr_2=(2, 4), arr_3=(2,)),
    ],
)
def test_layers_are_found(named: dict[str, np.ndarray]) -> None:
    parts = parts_from_arrays(named)
    assert [w.shape for w in parts.weights] == [(4, 3), (2, 4)]
    assert [b is not None and b.shape for b in parts.biases] == [(4,), (2,)]
    firsts = [a for a in named.values() if a.size == 4]
    assert np.array_equal(parts.biases[0], firsts[0].ravel())


def test_numbers_are_ordered_as_numbers() -> None:
    named = {f"W{i}": np.full((i + 1, i), float(i)) for i in range(1, 12)}
    assert [w.flat[0] for w in parts_from_arrays(named).weights] == list(range(1, 12))


def test_a_layer_may_lack_its_bias() -> None:
    parts = parts_from_arrays(arrays(W1=(4, 3), W2=(2, 4), b2=(2,)))
    assert parts.biases[0] is None
    assert parts.biases[1] is not None


def test_square_matrices_say_what_was_taken() -> None:
    named = arrays(W1=(3, 3), W2=(3, 3))
    parts = parts_from_arrays(named)
    assert parts.layout == "out_in"
    assert "square" in parts.notes[0]
    turned = parts_from_arrays(named, "in_out")
    assert np.array_equal(turned.weights[0], named["W1"].T)


@pytest.mark.parametrize(
    ("named", "match"),
    [
        ({}, "no weight matrix"),
        (arrays(b1=(3,)), "no weight matrix"),
        (arrays(W1=(4, 3), W2=(5, 6)), "chain neither"),
        (arrays(W1=(4, 3), b1=(5,)), "chain neither"),
        (arrays(conv=(4, 3, 3, 3)), "matrices and bias vectors only"),
        (arrays(W1=(4, 3), W2=(2, 4), x=(2,), y=(4,), z=(4,)), "cannot tell which"),
        ({"W1": [[1.0, 2.0], [3.0]]}, "rows differ in length"),
    ],
)
def test_what_does_not_chain_is_said(named: dict[str, np.ndarray], match: str) -> None:
    with pytest.raises(NetworkError, match=match):
        parts_from_arrays(named)


def test_an_order_that_the_names_do_not_tell() -> None:
    parts = parts_from_arrays(arrays(encoder=(16, 20), decoder=(4, 16)))
    assert [w.shape for w in parts.weights] == [(16, 20), (4, 16)]
    assert parts.notes == ["read in the order of the file: encoder, decoder"]
    parts = parts_from_arrays(arrays(W1=(16, 20), b1=(16,), W2=(4, 12), b2=(4,), W3=(12, 16), b3=(12,)))
    assert [w.shape for w in parts.weights] == [(16, 20), (12, 16), (4, 12)]
    assert [b.shape for b in parts.biases if b is not None] == [(16,), (12,), (4,)]
    assert parts.notes == ["read in the only order that chains: W1, W3, W2"]


@pytest.mark.parametrize(
    ("named", "layout", "message"),
    [
        (
            arrays(W1=(4, 3), W2=(6, 5)),
            None,
            "the matrices W1 (4, 3), W2 (6, 5) chain neither as (out, in) nor as (in, out)",
        ),
        (arrays(W1=(4, 3), W2=(2, 4)), "in_out", "the matrices W1 (4, 3), W2 (2, 4) chain not as (in, out)"),
        (arrays(a=(2, 4), b=(9, 2), c=(4, 4), d=(4, 3)), None, "in more than one order, such as"),
        (arrays(a=(4, 4), b=(2, 4), c=(4, 4), d=(4, 3)), None, "in more than one order, such as"),
        ({"W1": np.ones((3, 2), complex)}, None, "W1 has dtype complex128; weights must be real numbers"),
        ({"W1": np.ones((0, 2))}, None, "W1 is empty (shape (0, 2))"),
    ],
)
def test_what_is_wrong_is_said_with_the_names(named: dict[str, np.ndarray], layout: str | None, message: str) -> None:
    with pytest.raises(NetworkError) as caught:
        parts_from_arrays(named, layout)
    assert message in str(caught.value)


def test_a_certificate_says_in_what_order_the_matrices_were_read(cli, tmp_path) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng()
    shapes = {"W1": (16, 20), "W2": (4, 12), "W3": (12, 16)}
    np.savez(tmp_path / "order.npz", **{name: abs(rng.standard_normal(shape)) for name, shape in shapes.items()})
    for command in ("check", "certify"):
        outcome = cli(command, str(tmp_path / "order.npz"))
        assert outcome.status == 0
        assert "read in the only order that chains from W1: W1, W3, W2" in outcome.out


def test_the_subject_is_named_with_what_is_wrong(cli, tmp_path) -> None:  # type: ignore[no-untyped-def]
    np.savez(tmp_path / "odd.npz", W1=np.ones((4, 3)), W2=np.ones((6, 5)))
    np.savez(tmp_path / "complex.npz", W1=np.ones((4, 3), complex), W2=np.ones((6, 4)))
    np.savez(tmp_path / "scalar.npz", x=3.0)
    for name, words in [("odd", "W2 (6, 5)"), ("complex", "W1 has dtype complex128"), ("scalar", "x has shape ()")]:
        for command, *options in (("check", "--kind", "network"), ("certify",)):
            outcome = cli(command, str(tmp_path / f"{name}.npz"), *options)
            assert outcome.status == 2
            assert outcome.err.startswith(f"symcheck: {tmp_path / name}.npz: ")
            assert words in outcome.err
