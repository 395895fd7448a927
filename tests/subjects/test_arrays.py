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
