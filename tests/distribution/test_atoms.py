"""Repeated numbers: none of a sound generator's is called too many, and those of a masked or rounded draw are."""

import numpy as np
import pytest
from false_alarms import rounded

from symcheck.distribution.atoms import atoms_test
from symcheck.distribution.formats import FORMATS
from symcheck.distribution.rounding import unit_of
from symcheck.fans import Fans
from symcheck.laws.families import EntryLaw
from symcheck.laws.names import parse_law

N = 40_000


def entry_of(text: str) -> EntryLaw:
    return parse_law(text).entry(Fans(100, 50))


def judged(w: np.ndarray, text: str, dtype: str):  # type: ignore[no-untyped-def]
    return atoms_test(w, unit_of(entry_of(text), FORMATS[dtype]))


def by_grid(text: str, bits: int) -> np.ndarray:
    """Draws by the inverse distribution function from uniform numbers of so many bits."""
    entry, rng = entry_of(text), np.random.default_rng()
    return np.clip(entry.quantile(rng.integers(1, 1 << bits, N) * 2.0**-bits), entry.low, entry.high)


def box_muller(bits: int) -> np.ndarray:
    rng = np.random.default_rng()
    u, v = (rng.integers(0, 1 << bits, N // 2) * 2.0**-bits for _ in range(2))
    r = np.sqrt(-2 * np.log1p(-u))
    return np.concatenate([r * np.cos(2 * np.pi * v), r * np.sin(2 * np.pi * v)])


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("text", ["normal(1)", "uniform(-1, 1)", "uniform(0, 1)", "he_normal", "uniform(1, 1.05)"])
def test_sound_draws(text: str, dtype: str) -> None:
    bits = FORMATS[dtype].bits - 1
    ideal = entry_of(text).draw((N,), np.random.default_rng())
    for w in (ideal, by_grid(text, bits)):
        assert judged(rounded(w, dtype, False), text, dtype).p_value > 1e-11


@pytest.mark.parametrize("dtype", FORMATS)
def test_pairs_of_box_and_muller(dtype: str) -> None:
    assert judged(rounded(box_muller(FORMATS[dtype].bits), dtype, False), "normal(1)", dtype).p_value > 1e-11


def test_numpys_own_single_precision() -> None:
    rng = np.random.default_rng()
    assert judged(rng.standard_normal(N, dtype=np.float32), "normal(1)", "float32").p_value > 1e-11
    assert judged(rng.random(N, dtype=np.float32), "uniform(0, 1)", "float32").p_value > 1e-11


@pytest.mark.parametrize("dtype", FORMATS)
def test_a_mask_of_zeros(dtype: str) -> None:
    rng = np.random.default_rng()
    part = 0.01 if dtype != "bfloat16" else 0.02
    w = np.where(rng.random(N) < part, 0.0, rng.standard_normal(N))
    found = judged(rounded(w, dtype, False), "normal(1)", dtype)
    assert found.p_value < 1e-11
    assert (found.kind, found.value) == ("value", 0.0)


@pytest.mark.parametrize(("narrow", "wide"), [("float16", "float32"), ("bfloat16", "float32"), ("float32", "float64")])
@pytest.mark.parametrize("n", [64, 4096])
def test_digits_of_a_narrower_format(narrow: str, wide: str, n: int) -> None:
    w = np.float64(rounded(np.random.default_rng().standard_normal(n), narrow, False))
    found = judged(w, "normal(1)", wide)
    assert found.p_value < 1e-11
    assert (found.kind, found.form, found.measured) == ("digits", narrow, n)


def test_half_of_the_draws_rounded() -> None:
    rng = np.random.default_rng()
    w = rng.standard_normal(4096)
    w[::2] = w[::2].astype(np.float32)
    assert judged(w, "normal(1)", "float64").kind == "digits"


def test_a_table_in_place_of_a_generator() -> None:
    rng = np.random.default_rng()
    found = judged(rng.choice(rng.standard_normal(2000), N), "normal(1)", "float64")
    assert found.p_value < 1e-11
    assert found.kind in ("distinct", "value")


def test_a_pair_alone_is_no_alarm_and_three_alike_are() -> None:
    w = np.random.default_rng().standard_normal(4096)
    w[1] = w[0]
    assert judged(w, "normal(1)", "float64").p_value > 1e-11
    w[2] = w[0]
    assert judged(w, "normal(1)", "float64").p_value < 1e-11
