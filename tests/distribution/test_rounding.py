"""Draws taken back from their rounding follow the ideal law, and what is wrong with them stays wrong."""

import numpy as np
import pytest
from false_alarms import rounded

from symcheck.distribution.formats import FORMATS
from symcheck.distribution.goodness import bounds_test, family_test, mean_test, scale_test
from symcheck.distribution.rounding import largest_share, share_of, unit_of, unrounded
from symcheck.fans import Fans
from symcheck.laws.families import EntryLaw
from symcheck.laws.names import parse_law

FANS, N = Fans(100, 50), 60_000
#: Law, dtype: those that the dtype holds but coarsely, first.
COARSE = [
    ("normal(0.005, mean=1)", "bfloat16"),
    ("uniform(1, 1.05)", "bfloat16"),
    ("uniform(1, 1.05)", "float16"),
    ("normal(1e-7)", "float16"),
    ("uniform(-2e-7, 2e-7)", "float16"),
    ("truncated_normal(1e-7)", "float16"),
    ("he_normal", "bfloat16"),
    ("he_normal", "float16"),
    ("truncated_normal(1, -1, 3)", "bfloat16"),
    ("normal(1e-44)", "float32"),
    ("he_uniform", "float64"),
]


def entry_of(text: str) -> EntryLaw:
    return parse_law(text).entry(FANS)


def draws(text: str, dtype: str, twice: bool = False) -> np.ndarray:
    return rounded(entry_of(text).draw((N,), np.random.default_rng()), dtype, twice)


def p_values(w: np.ndarray, text: str, dtype: str) -> dict[str, float]:
    ideal = unrounded(w, entry_of(text), FORMATS[dtype], np.random.default_rng())
    x, entry = ideal.array, ideal.entry
    return {
        "scale": scale_test(x, entry).p_value,
        "mean": mean_test(x, entry).p_value,
        "bounds": bounds_test(x, entry, ideal.slack, ideal.grain).p_value,
        "family": family_test(x, entry).p_value,
    }


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize(("text", "dtype"), COARSE)
def test_a_rounded_draw_is_right(text: str, dtype: str, twice: bool) -> None:
    if twice and dtype == "float64":
        pytest.skip("there is no narrower step on the way")
    assert min(p_values(draws(text, dtype, twice), text, dtype).values()) > 1e-11


@pytest.mark.parametrize(("text", "dtype"), COARSE)
def test_it_rounds_to_what_came(text: str, dtype: str) -> None:
    w = draws(text, dtype)
    ideal = unrounded(w, entry_of(text), FORMATS[dtype], np.random.default_rng())
    again = rounded(np.ldexp(ideal.array, ideal.exponent), dtype, twice=False)
    # Both neighbours are right where a draw falls on the edge between them.
    assert np.mean(again != w) < 1e-3


@pytest.mark.parametrize(("text", "dtype"), COARSE)
def test_a_wrong_scale_and_a_wrong_mean_stay_wrong(text: str, dtype: str) -> None:
    entry = entry_of(text)
    ideal = entry.draw((N,), np.random.default_rng())
    wide = rounded(entry.mean + 1.3 * (ideal - entry.mean), dtype, False)
    assert min(p_values(wide, text, dtype).values()) < 1e-11
    moved = rounded(ideal + 0.3 * entry.std, dtype, False)
    assert min(p_values(moved, text, dtype).values()) < 1e-11


def test_the_raw_draws_of_a_coarse_dtype_would_be_rejected() -> None:
    text = "normal(0.005, mean=1)"
    assert scale_test(draws(text, "bfloat16"), entry_of(text)).p_value < 1e-11


@pytest.mark.parametrize(("text", "dtype"), [c for c in COARSE if c[1] != "float64"])
def test_the_shares_are_those_of_draws(text: str, dtype: str) -> None:
    unit = unit_of(entry_of(text), FORMATS[dtype])
    values, counts = np.unique(np.float64(draws(text, dtype)), return_counts=True)
    shares = share_of(unit.of(values), unit.entry, unit.form)
    assert float(shares.sum()) <= 1 + 1e-9
    assert float(shares.max()) <= largest_share(unit.entry, unit.form) * (1 + 1e-9)
    # Six standard deviations of a count and 20 in hand for rare ones: less than 1e-9 for each.
    assert (np.abs(counts - N * shares) < 6.5 * np.sqrt(N * shares) + 20).all()


@pytest.mark.parametrize(
    ("text", "dtype", "carried"),
    [
        ("normal(1e-9)", "float16", False),
        ("normal(1e-8)", "float16", False),
        ("normal(1e-7)", "float16", True),
        ("normal(1e-40)", "bfloat16", True),
        ("normal(1e-46)", "float32", False),
        ("normal(1e-16, mean=1)", "float64", False),
        ("normal(1e-320)", "float64", True),
        ("normal(1e-323)", "float64", False),
        ("normal(0.001, mean=1)", "bfloat16", False),
    ],
)
def test_which_laws_a_dtype_carries(text: str, dtype: str, carried: bool) -> None:
    assert unit_of(entry_of(text), FORMATS[dtype]).carried is carried
