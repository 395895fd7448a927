"""A law that was asked for is tested, or the report does not pass: initializers, networks and implementations."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from symcheck.checking import check
from symcheck.counterexamples.implementations import CorrectMLP

RNG = np.random.default_rng
STRUCTURED = ["orthogonal", "identity", "hadamard", "sparse(0.1)", "constant(0.5)", "zeros"]


def uniform_layers() -> list[Any]:
    return [RNG().uniform(-1 / 8, 1 / 8, (out, 64)) for out in (64, 64, 6)]


def sparse(out: int, inputs: int) -> Any:
    w = RNG().normal(0.0, 0.01, (out, inputs))
    for column in w.T:
        column[RNG().permutation(out)[: -(-out // 10)]] = 0.0
    return w


def orthogonal(out: int, inputs: int) -> Any:
    q, r = np.linalg.qr(RNG().standard_normal((max(out, inputs), min(out, inputs))))
    q = q * np.sign(np.diag(r))
    return q if out >= inputs else q.T


@pytest.mark.parametrize("law", STRUCTURED)
def test_default_layers_do_not_pass_as_structured_ones(law: str) -> None:
    report = check(uniform_layers(), law)
    assert "network.structure" in {f.check for f in report.failures}


@pytest.mark.parametrize(
    ("law", "layer"),
    [
        ("orthogonal", orthogonal),
        ("orthogonal(2)", lambda out, inputs: 2 * orthogonal(out, inputs)),
        ("sparse(0.1)", sparse),
        ("identity", lambda out, inputs: np.eye(out, inputs)),
    ],
)
def test_structured_layers_pass(law: str, layer: Any) -> None:
    sizes = [(64, 64), (64, 64), (6, 64)]
    report = check(
        [layer(*shape) for shape in sizes], law, activation="tanh", only=["network.structure", "network.scale"]
    )
    assert report.passed, report.failures


def test_the_draws_of_a_sparse_law_are_tested_too() -> None:
    report = check([2 * sparse(64, 64), 2 * sparse(6, 64)], "sparse(0.1)")
    assert "network.scale" in {f.check for f in report.failures}


def test_weights_that_are_not_finite_have_no_law() -> None:
    weights = uniform_layers()
    weights[0][0, 0] = np.nan
    assert not check(weights, "uniform(-0.125, 0.125)").passed


def test_an_initializer_that_fails_for_the_shapes_of_the_test() -> None:
    def narrow(shape: tuple[int, ...], rng: Any) -> Any:
        if max(shape) > 100:
            raise MemoryError("too wide")
        return rng.standard_normal(shape)

    report = check(narrow, "he_normal")
    assert not report.passed


class Structured(CorrectMLP):
    layer: Any = staticmethod(orthogonal)

    def initialize(self, sizes: Any, rng: Any) -> Any:
        return [(self.layer(out, inputs), np.zeros(out)) for inputs, out in pairwise(sizes)]


class WithoutStart:
    activation, loss = "tanh", "mse"

    def forward(self, params: Any, X: Any) -> Any:
        return CorrectMLP().forward(params, X)


LAW = "implementation.initial_weights_follow_their_law"


def test_implementations_are_held_to_structures() -> None:
    assert check(Structured(), "orthogonal", only=[LAW]).passed
    assert not check(Structured(), "orthogonal(1.01)", only=[LAW]).passed
    assert not check(CorrectMLP(), "orthogonal", only=[LAW]).passed


def test_an_implementation_that_draws_nothing_cannot_follow_a_law() -> None:
    (finding,) = check(WithoutStart(), "he_normal", only=[LAW]).findings
    assert finding.bad
    assert "he_normal was asked for and not tested" in finding.message
    assert check(WithoutStart(), only=[LAW]).findings[0].status == "skipped"
