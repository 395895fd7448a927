"""Network: views, validation, and one clear sentence for what is no network."""

import numpy as np
import pytest

from symcheck.activations import UnknownActivation
from symcheck.checks.sentences import network_not_finite
from symcheck.errors import NetworkError
from symcheck.network import Network


def test_arrays_are_kept_as_read_only_views() -> None:
    weights = [np.ones((3, 2)), np.ones((1, 3))]
    network = Network(weights, [np.zeros(3), None])
    assert all(np.shares_memory(a, b) for a, b in zip(network.weights, weights, strict=True))
    assert not network.weights[0].flags.writeable
    assert weights[0].flags.writeable
    assert network.sizes == (2, 3, 1)
    assert network.biases[1] is None


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.int64, np.uint8])
def test_real_dtypes_are_taken_as_they_are(dtype: type) -> None:
    assert Network([np.ones((2, 2), dtype)]).weights[0].dtype == dtype


def test_read_only_and_strided_arrays_are_taken() -> None:
    base = np.ones((6, 8))
    base.flags.writeable = False
    assert Network([base[::2, ::2], base[:2, ::2][:, :3].T[:2, :2].T @ np.ones((2, 3))]).depth == 2


@pytest.mark.parametrize(
    ("weights", "biases", "match"),
    [
        ([], None, "at least one"),
        (np.ones((2, 2)), None, "list of matrices"),
        ([np.ones(3)], None, "dimensions"),
        ([[[1, 2], [3]]], None, "rows differ in length"),
        ([np.ones((0, 3))], None, "empty"),
        ([np.ones((3, 2)), np.ones((1, 4))], None, "takes 4 inputs"),
        ([np.ones((2, 2), complex)], None, "complex128"),
        ([np.ones((2, 2), object)], None, "object"),
        ([np.ones((2, 2), bool)], None, "bool"),
        ([[["a", "b"]]], None, "dtype"),
        ([np.ones((2, 2), np.longdouble)], None, "float128|longdouble"),
        ([np.ones((2, 2))], [], "0 biases"),
        ([np.ones((2, 2))], [np.ones(3)], "3 entries for 2 units"),
        ([np.ones((2, 2))], [np.ones((2, 1))], "dimensions"),
    ],
)
def test_what_is_no_network(weights: list, biases: list | None, match: str) -> None:
    with pytest.raises(NetworkError, match=match):
        Network(weights, biases)


def test_heads_and_activations_are_checked() -> None:
    weights = [np.ones((2, 2)), np.ones((2, 2)), np.ones((1, 2))]
    with pytest.raises(NetworkError, match="head"):
        Network(weights, head="sigmoid")
    with pytest.raises(UnknownActivation, match="did you mean relu"):
        Network(weights, activation="reluu")
    with pytest.raises(NetworkError, match="1 activations for 2 hidden"):
        Network(weights, activation=["relu"])
    assert [a.name for a in Network(weights, activation=["relu", "tanh"]).activations] == ["relu", "tanh"]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "bfloat16"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_is_found_wherever_it_is(dtype: str, value: float) -> None:
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes", reason="ml_dtypes is not installed").bfloat16
    weights = [np.ones((3, 2)), np.ones((2, 3)).astype(dtype)]
    assert Network(weights).not_finite() is None
    weights[1][1, 2] = value
    found = Network(weights).not_finite()
    assert found is not None
    assert (found.layer, found.part, found.number, found.size, found.where) == (2, "weight", 1, 6, [1, 2])
    sentence = network_not_finite(found)
    assert sentence.startswith("1 of 6 weights of layer 2 is not finite, first ")
    assert sentence.endswith("at [1, 2]")
    weights[1] = np.ones((2, 3))
    found = Network(weights, [np.array([1.0, value, value]), None]).not_finite()
    assert found is not None
    assert (found.layer, found.part, found.number, found.size, found.where) == (1, "bias", 2, 3, [1])
    assert network_not_finite(found).startswith("2 of 3 biases of layer 1 are not finite, first ")
    assert Network([np.ones((3, 2), int)]).not_finite() is None
