"""Laws: names, parameters, the distribution of an entry."""

import numpy as np
import pytest
from scipy import stats

from symcheck.errors import LawError
from symcheck.fans import Fans
from symcheck.laws.families import TRUNCATED_AT_TWO
from symcheck.laws.law import CATALOGUE
from symcheck.laws.libraries import LIBRARY_LAWS
from symcheck.laws.names import parse_law

FANS = Fans(64, 256)


@pytest.mark.parametrize(
    ("text", "std"),
    [
        ("he_normal", np.sqrt(2 / 64)),
        ("he_uniform", np.sqrt(2 / 64)),
        ("he_normal(mode=fan_out)", np.sqrt(2 / 256)),
        ("he_normal(gain=2)", 2 * np.sqrt(2 / 64)),
        ("glorot_normal", np.sqrt(2 / 320)),
        ("glorot_uniform(gain=1.5)", 1.5 * np.sqrt(2 / 320)),
        ("lecun_normal", np.sqrt(1 / 64)),
        ("lecun_uniform(mode=fan_avg)", np.sqrt(1 / 160)),
        ("he_normal(distribution=truncated_normal)", np.sqrt(2 / 64)),
        ("he_normal(distribution=uncorrected_truncated_normal)", TRUNCATED_AT_TWO * np.sqrt(2 / 64)),
        ("variance_scaling(scale=2, mode=fan_in, distribution=truncated_normal)", np.sqrt(2 / 64)),
        ("0.01 * randn", 0.01),
        ("randn * 0.5", 0.5),
        ("normal(std=3)", 3.0),
        ("uniform(-1, 1)", 1 / np.sqrt(3)),
        ("uniform(0, 0.01)", 0.01 / np.sqrt(12)),
        ("truncated_normal(0.02)", 0.02 * TRUNCATED_AT_TWO),
        ("truncated_normal(1, -2, 2)", TRUNCATED_AT_TWO),
    ],
)
def test_standard_deviation_of_an_entry(text: str, std: float) -> None:
    assert parse_law(text).entry(FANS).std == pytest.approx(std, rel=1e-12)


@pytest.mark.parametrize("text", ["he_normal(distribution=truncated_normal)", "truncated_normal(0.5, -0.3, 1.1)"])
def test_truncated_moments_agree_with_scipy(text: str) -> None:
    entry = parse_law(text).entry(FANS)
    scipy_law = stats.truncnorm(entry.low / entry.parent_std, entry.high / entry.parent_std, scale=entry.parent_std)
    assert (entry.mean, entry.std) == pytest.approx((scipy_law.mean(), scipy_law.std()), rel=1e-9, abs=1e-12)


def test_truncation_constant() -> None:
    assert pytest.approx(stats.truncnorm(-2, 2).std(), rel=1e-12) == TRUNCATED_AT_TWO


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_name_is_read_back(name: str) -> None:
    law = parse_law("constant(0.25)" if name == "constant" else name)
    assert parse_law(law.name) == law


@pytest.mark.parametrize("text", sorted({law for laws in LIBRARY_LAWS.values() for law in laws.values()}))
def test_every_library_law_can_be_read(text: str) -> None:
    law = parse_law(text)
    assert parse_law(law.name).family == law.family


def test_a_bare_name_is_the_librarys_own_law() -> None:
    assert parse_law("he_normal").family == "normal"
    assert parse_law("he_normal", "jax").family == "truncated_normal"
    assert parse_law("kaiming_normal", "keras").family == "truncated_normal"
    assert parse_law("he_normal", "torch").family == "normal"
    assert parse_law("he_uniform", "jax").family == "uniform"
    assert parse_law("he_normal(gain=2)", "jax") == parse_law("he_normal(gain=2, distribution=truncated_normal)")
    assert parse_law("he_normal(distribution=normal)", "jax").family == "normal"
    assert parse_law("variance_scaling(2, fan_in, normal)", "jax").family == "normal"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "foo",
        "he_normal(",
        "he_normal(2, 3)",
        "he_normal(mode=fan_all)",
        "he_normal(distribution=cauchy)",
        "normal(-1)",
        "normal(std=nan)",
        "normal('wide')",
        "uniform(1, 1)",
        "uniform(2, 1)",
        "constant",
        "constant(inf)",
        "sparse(1)",
        "sparse(-0.1)",
        "orthogonal(0)",
        "zeros(1)",
        "2 * he_normal",
        "he_normal(gain=import_os)",
        "__import__('os')",
        "he_normal.real",
        "he_normal(**{})",
        "truncated_normal(1, 2, -2)",
    ],
)
def test_a_name_that_is_no_law_is_one_sentence(text: str) -> None:
    with pytest.raises(LawError) as caught:
        parse_law(text)
    assert str(caught.value).count("\n") == 0
    assert len(str(caught.value)) > 10
