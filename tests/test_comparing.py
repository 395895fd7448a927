"""`symcheck.compare`: equal initializations are the same, a change of one parameter is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.comparing import ComparedParameter
from symcheck.distribution.two_samples import two_sample_tests, visible_ratio
from symcheck.errors import SymcheckError

Model = dict[str, np.ndarray]


def model_of(**changed: Callable[[np.random.Generator], Any]) -> Callable[[], Model]:
    def build() -> Model:
        rng = np.random.default_rng()
        model = {f"layers.{i}.weight": rng.normal(0, 0.02, (256, 256)) for i in range(3)}
        model |= {
            "norm.scale": np.ones(256),
            "head.weight": rng.uniform(-0.1, 0.1, (64, 256)),
            "head.bias": np.zeros(64),
        }
        return model | {name.replace("__", "."): make(rng) for name, make in changed.items()}

    return build


def different(found: Any) -> dict[str, ComparedParameter]:
    return {row.name: row for row in found.rows if row.verdict != "same"}


def test_equal_code_is_the_same() -> None:
    found = symcheck.compare(model_of(), model_of(), draws=4)
    assert found.same, different(found)
    assert [row.how for row in found.rows] == ["drawn"] * 3 + ["equal", "drawn", "equal"]
    assert all(row.sees is not None and row.sees < 0.1 for row in found.rows if row.how == "drawn")


@pytest.mark.parametrize(
    ("changed", "name", "how"),
    [
        ({"layers__1__weight": lambda rng: rng.normal(0, 0.0208, (256, 256))}, "layers.1.weight", "scale"),
        ({"layers__2__weight": lambda rng: rng.normal(0.002, 0.02, (256, 256))}, "layers.2.weight", "location"),
        ({"layers__0__weight": lambda rng: rng.uniform(-0.0346, 0.0346, (256, 256))}, "layers.0.weight", None),
        ({"norm__scale": lambda rng: np.full(256, 1.0001)}, "norm.scale", "entries"),
        ({"head__bias": lambda rng: rng.normal(0, 1e-6, 64)}, "head.bias", "randomness"),
        ({"head__weight": lambda rng: rng.uniform(-0.1, 0.1, (256, 64))}, "head.weight", "shape"),
        ({"extra__weight": lambda rng: rng.normal(size=(4, 4))}, "extra.weight", "shape"),
    ],
)
def test_a_change_of_one_parameter_is_named(changed: Any, name: str, how: str | None) -> None:
    found = symcheck.compare(model_of(), model_of(**changed), draws=10)
    assert list(different(found)) == [name]
    assert how is None or different(found)[name].how == how
    assert not found.same
    assert found.as_dict()["verdict"] == "different"


def test_files_of_one_model_are_equal_and_of_two_draws_alike(tmp_path: Any) -> None:
    first, second = model_of()(), model_of()()
    np.savez(tmp_path / "a.npz", **first)
    np.savez(tmp_path / "b.npz", **second)
    found = symcheck.compare(tmp_path / "a.npz", tmp_path / "a.npz")
    assert {row.how for row in found.rows} == {"equal"}
    assert symcheck.compare(tmp_path / "a.npz", tmp_path / "b.npz").same


def test_initializers_are_compared_shape_by_shape() -> None:
    assert symcheck.compare("he_normal", "variance_scaling(2, fan_in, normal)", draws=2).same
    found = symcheck.compare("he_normal", "he_normal(mode=fan_out)", draws=2)
    assert "512 -> 512" not in different(found), "where both fans are equal so are the laws"
    assert {"1024 -> 256", "256 -> 1024"} <= set(different(found))


def test_what_cannot_be_compared_is_one_sentence() -> None:
    with pytest.raises(SymcheckError, match="no module"):
        symcheck.compare("nosuchmodule:f", "he_normal")

    def fails() -> Model:
        raise RuntimeError("no weights today")

    with pytest.raises(SymcheckError, match="no weights today"):
        symcheck.compare(fails, model_of())


def test_p_values_are_bounds() -> None:
    rng = np.random.default_rng()
    runs = [[d.p_value for d in two_sample_tests(rng.normal(size=60), rng.normal(size=90), rng)] for _ in range(4000)]
    for level in (0.2, 0.05, 0.01):
        # 8 standard deviations above what a valid p-value may do at most.
        most = level + 8 * np.sqrt(level * (1 - level) / len(runs))
        assert (np.array(runs) <= level).mean(axis=0).max() <= most


def test_ties_and_extremes_are_no_difference() -> None:
    rng = np.random.default_rng()
    for scale in (1e-320, 1e300):
        first, second = (scale * rng.integers(-3, 4, 2000) for _ in range(2))
        assert min(d.p_value for d in two_sample_tests(first, second, rng)) > 1e-9
    zeros = two_sample_tests(np.zeros(50), np.zeros(70), rng)
    assert min(d.p_value for d in zeros) > 1e-9


def test_the_stated_error_is_seen() -> None:
    rng = np.random.default_rng()
    n, alpha = 40_000, 1e-9
    ratio = visible_ratio(n, n, alpha)
    scale = two_sample_tests(rng.normal(size=n), (1 + ratio) * rng.normal(size=n), rng)[1]
    assert scale.p_value < alpha
