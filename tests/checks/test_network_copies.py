"""Layers that hold the same random numbers are found; patterns and independent draws are left alone."""

from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.checks.network_copies import looks_random, same_numbers
from symcheck.laws.names import parse_law
from symcheck.reference.samplers import sample


def draw(*shape: int, seed: int | None = None) -> Any:
    return np.random.default_rng(seed).standard_normal(shape)


def found(weights: list[Any]) -> Any:
    report = symcheck.check(weights)
    return next(f for f in report.findings if f.check == "network.fresh")


def test_how_layers_repeat_is_said() -> None:
    w, seed = draw(12, 12), int(np.random.default_rng().integers(2**31))
    assert same_numbers(w, w.copy()) == "the second is the first"
    assert same_numbers(w, 0.5 * w) == "the second is the first times 0.5"
    assert same_numbers(w, w.T.copy()) == "the second is the first transposed"
    assert same_numbers(w, -w) is None
    first, second = draw(12, 8, seed=seed), draw(6, 12, seed=seed) / 3
    assert same_numbers(first, second) == "their first 72 agree, read in rows, up to the factor 0.3333"
    assert same_numbers(first.T, second.T) == "their first 72 agree, read in columns, up to the factor 0.3333"


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    "law", ["he_normal", "glorot_uniform", "he_normal(distribution=truncated_normal)", "sparse(0.5)"]
)
def test_a_seed_used_again_is_found_and_fresh_draws_are_not(dtype: Any, law: str) -> None:
    seed, shapes = int(np.random.default_rng().integers(2**31)), [(24, 24), (24, 24)]
    generators = [np.random.default_rng(seed) for _ in shapes]
    repeated = [sample(parse_law(law), shape, g).astype(dtype) for shape, g in zip(shapes, generators, strict=True)]
    assert found(repeated).status == "failed"
    rng = np.random.default_rng()
    assert found([sample(parse_law(law), shape, rng).astype(dtype) for shape in shapes]).status == "passed"


@pytest.mark.parametrize(
    "pattern",
    [
        np.zeros((24, 24)),
        np.full((24, 24), 0.3),
        np.eye(24),
        parse_law("hadamard"),
        np.arange(576.0).reshape(24, 24),
        np.linspace(-1, 1, 576).reshape(24, 24),
        np.cos(np.pi * np.outer(np.arange(24), np.arange(24) + 0.5) / 24),
        np.arange(1.0, 25)[(np.arange(24)[:, None] + np.arange(24)) % 24],
        np.sign(draw(24, 24)),
    ],
)
def test_patterns_may_repeat(pattern: Any) -> None:
    matrix = pattern if isinstance(pattern, np.ndarray) else sample(pattern, (24, 24), np.random.default_rng())
    assert not looks_random(matrix)
    assert found([matrix, matrix.copy(), draw(3, 24)]).status == "skipped"


def test_narrow_layers() -> None:
    w = draw(1, 20)
    assert found([draw(20, 5), w, w[:, :1].copy()]).status == "passed"
    assert found([w.T.copy(), w]).status == "failed"


def test_a_fully_tied_network_is_not_said_to_have_units_apart() -> None:
    tied = symcheck.check([np.full((6, 4), 0.3), np.full((2, 6), 0.3)])
    (skipped,) = [f for f in tied.findings if f.check == "network.near_ties"]
    assert skipped.status == "skipped"
    first, second = draw(6, 4), draw(2, 6)
    first[1], second[:, 1] = first[0], second[:, 0]
    (passed,) = [f for f in symcheck.check([first, second]).findings if f.check == "network.near_ties"]
    assert passed.message.startswith("apart from the tied ones, no two units")


def test_a_rank_is_at_most_its_maximum() -> None:
    import re

    network = symcheck.Network([draw(64, 20), draw(3, 64)], [draw(64), draw(3)])
    (strength,) = [f for f in symcheck.check(network).findings if f.check == "network.strength"]
    rank, most = re.search(r"effective rank ([\d.]+) of (\d+)", strength.message).groups()  # type: ignore[union-attr]
    assert float(rank) <= int(most) == 21
