"""Tests of independence and of Haar randomness: false alarms at the stated rate at most, and dependence is seen."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from symcheck.distribution.haar import haar_tests
from symcheck.distribution.independence import TESTS, balanced, near_pair, own_traces, pairs, rearranged, traces
from symcheck.laws.names import parse_law
from symcheck.reference.samplers import haar_matrix

DRAWS: dict[str, tuple[Callable[[np.random.Generator, tuple[int, int]], np.ndarray], float]] = {
    "normal": (lambda r, s: r.standard_normal(s), float(stats.norm.ppf(0.75))),
    "uniform": (lambda r, s: r.uniform(-1, 1, s), 0.5),
    "cauchy": (lambda r, s: r.standard_cauchy(s), 1.0),
    "signs": (lambda r, s: r.choice([-1.0, 1.0], s), 1.0),
    "mostly zero": (lambda r, s: r.choice([-1.0, 0.0, 0.0, 0.0, 1.0], s), 0.0),
}


def as_rare_as_stated(p_values: np.ndarray) -> None:
    """The chance that this fails for valid p-values is below 1e-12 at each level."""
    for level in (0.3, 0.1, 0.02):
        seen = int((p_values <= level).sum())
        assert stats.binom.sf(seen - 1, p_values.size, level) > 1e-12, f"{seen} of {p_values.size} <= {level}"


@pytest.mark.parametrize("shape", [(12, 12), (5, 40)])
@pytest.mark.parametrize("name", ["normal", "uniform", "cauchy"])
def test_small_p_values_are_as_rare_as_they_say(name: str, shape: tuple[int, int]) -> None:
    (draw, middle), rng = DRAWS[name], np.random.default_rng()
    runs = [[t.p_value for t in traces(draw(rng, shape), middle, rng)] for _ in range(300)]
    assert len(runs[0]) == TESTS - (shape[0] != shape[1])
    for p_values in np.array(runs).T:
        as_rare_as_stated(p_values)


@pytest.mark.parametrize("name", ["signs", "mostly zero"])
def test_draws_of_few_values_are_not_called_dependent(name: str) -> None:
    (draw, _), rng = DRAWS[name], np.random.default_rng()
    for _ in range(20):
        x = draw(rng, (64, 64))
        assert min(t.p_value for t in own_traces(x, rng)) > 1e-12


@pytest.mark.parametrize("shape", [(64, 64), (256, 64)])
def test_wrong_means_and_scales_are_not_confirmed_as_dependence(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng()
    for x in (rng.standard_normal(shape) + 3, 5 * rng.standard_normal(shape), rng.exponential(1, shape)):
        by_law, own = traces(x, 0.67, rng), own_traces(x, rng)
        assert min(t.p_value for t in by_law) < 1e-12
        assert all(max(a.p_value, b.p_value) > 1e-12 for a, b in zip(by_law, own, strict=True))


def planted(kind: str, rng: np.random.Generator, n: int = 512) -> np.ndarray:
    x = rng.standard_normal((n, n))
    if kind == "symmetric":
        return (x + x.T) / 2**0.5
    if kind == "antisymmetric":
        return (x - x.T) / 2**0.5
    if kind == "sorted":
        return np.sort(x, axis=0)
    if kind == "shifted":
        return np.stack([np.roll(x[0], -k) for k in range(n)])
    if kind == "common column":
        return 0.95 * x + (1 - 0.95**2) ** 0.5 * x[:, :1]
    if kind == "centred":
        return x - x.mean(axis=1, keepdims=True)
    if kind == "smoothed":
        return 0.9 * x + (1 - 0.81) ** 0.5 * np.roll(x, 1, axis=1)
    x[7] = 0.95 * x[200] + (1 - 0.95**2) ** 0.5 * x[7]
    return x


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("symmetric", "transpose"),
        ("antisymmetric", "transpose"),
        ("sorted", "step"),
        ("shifted", "step"),
        ("common column", "sums"),
        ("centred", "sums"),
        ("smoothed", "step"),
        ("correlated", "pair"),
    ],
)
def test_dependence_is_seen_by_the_test_made_for_it(kind: str, seen: str) -> None:
    rng = np.random.default_rng()
    x = planted(kind, rng)
    assert min(t.p_value for t in traces(x, 0.6745, rng) if t.kind == seen) < 1e-14
    assert min(t.p_value for t in own_traces(x, rng) if t.kind == seen) < 1e-6


def test_the_correlated_pair_is_named() -> None:
    trace = pairs(planted("correlated", np.random.default_rng()))
    assert trace.where == (7, 200)
    assert trace.measured == pytest.approx(0.95, abs=0.1)


def test_rearranged_rows() -> None:
    rng = np.random.default_rng()
    x = rng.standard_normal((64, 64))
    assert rearranged(x, 2.0**-52) is None
    x[9] = -rng.permutation(x[30])
    found = rearranged(x, 2.0**-23)
    assert found is not None
    assert found[0] < 1e-300
    assert found[1] == (9, 30)
    coarse = rearranged(np.sign(x), 2.0**-1)
    assert coarse is not None
    assert coarse[0] == 1.0, "no claim where the type has so few values"


def test_balanced_rows() -> None:
    rng, density = np.random.default_rng(), 0.4
    x = rng.standard_normal((64, 64))
    assert min(balanced(x, density, 2.0**-52).values()) > 1e-6
    assert balanced(x - x.mean(axis=1, keepdims=True), density, 2.0**-52)["sum"] < 1e-100
    assert balanced(x / np.linalg.norm(x, axis=1, keepdims=True), density, 2.0**-52)["length"] < 1e-100


@pytest.mark.parametrize("density", [0.4, None])
def test_near_pairs(density: float | None) -> None:
    rng = np.random.default_rng()
    x = rng.standard_normal((64, 64))
    assert near_pair(x, density, 2.0**-52) is None
    for sign, factor in [(1, 1 + 1e-9), (-1, -1 - 9e-4)]:
        x[40] = factor * x[3]
        found = near_pair(x, density, 2.0**-52)
        assert found is not None
        assert (found.rows, found.sign) == ((3, 40), sign)
        assert found.distance == pytest.approx(abs(abs(factor) - 1), rel=1e-2)
        assert found.p_value < 1e-100


def test_the_bound_of_near_pairs_is_one() -> None:
    """Points of the line come near each other by chance: the stated p-value is never smaller than the chance."""
    entry, rng = parse_law("normal(1)").entry(None), np.random.default_rng()  # type: ignore[arg-type]
    p_values = []
    for _ in range(400):
        found = near_pair(entry.draw((20, 1), rng), 0.39894228, 2.0**-52, within=0.5)
        p_values.append(found.p_value if found else 1.0)
    as_rare_as_stated(np.array(p_values))
    # Nor is it 1 whatever is drawn: some 78 are expected, and fewer than 20 come with a chance below 1e-12.
    assert sum(p <= 0.3 for p in p_values) >= 20
    with pytest.raises(AssertionError, match="of 400 <="):
        # As if one pair had been looked at.
        as_rare_as_stated(np.array([p if p == 1 else p / (20 * 19) for p in p_values]))


@pytest.mark.parametrize("shape", [(6, 6), (7, 5), (5, 7)])
def test_haar_matrices_are_not_rejected(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng()
    runs = [
        [o.p_value for o in haar_tests(np.stack([haar_matrix(*shape, rng) for _ in range(40)]), rng)]
        for _ in range(100)
    ]
    for p_values in np.array(runs).T:
        as_rare_as_stated(p_values)
    # Nor are they 1 whatever is drawn: of each kind some 16 of a hundred are expected.
    assert (np.array(runs) <= 0.3).any()


def test_raw_qr_rotations_and_signed_permutations_are_rejected() -> None:
    rng = np.random.default_rng()
    raw = np.stack([np.linalg.qr(rng.standard_normal((6, 6)))[0] for _ in range(200)])
    assert {o.kind for o in haar_tests(raw, rng) if o.p_value < 1e-14} >= {"sign", "determinant"}
    tall = np.stack([np.linalg.qr(rng.standard_normal((7, 5)))[0] for _ in range(200)])
    (sign,) = [o for o in haar_tests(tall, rng) if o.kind == "sign"]
    assert sign.p_value < 1e-14
    turned = np.stack([haar_matrix(6, 6, rng) for _ in range(200)])
    turned[:, 0] *= np.sign(np.linalg.det(turned))[:, None]
    assert {o.kind for o in haar_tests(turned, rng) if o.p_value < 1e-14} == {"determinant"}
    signed = np.stack([np.eye(6)[rng.permutation(6)] * rng.choice([-1.0, 1.0], 6) for _ in range(200)])
    assert {o.kind for o in haar_tests(signed, rng) if o.p_value < 1e-14} == {"entry"}
