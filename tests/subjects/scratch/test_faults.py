"""Code with a mistake in it is read as the same network, so that the mistake shows in what it gives."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faults import FAULTS, UNSAID
from objectives import CASES, FORMS, load
from test_forms import numeric, params_for

from symcheck.subjects.scratch.author import read
from symcheck.subjects.scratch.probing import computed


def written(name: str, folder: Path) -> Path:
    """The file with its fault."""
    file, old, new, _ = FAULTS[name]
    text = (FORMS / f"{file}.py").read_text()
    assert text.count(old) == 1
    path = folder / f"{file}_changed.py"
    path.write_text(text.replace(old, new) + UNSAID.get(name, ""))
    return path


def changed(name: str, folder: Path) -> tuple[Any, Any, str]:
    """The file with its fault: what was read of it, its form, and what is wrong."""
    file, _, _, wrong = FAULTS[name]
    return read(load(written(name, folder)), file), CASES[file], wrong


@pytest.mark.first(12)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_read_and_shows(name: str, tmp_path: Path) -> None:
    found, form, wrong = changed(name, tmp_path)
    driver = found.driver
    rng = np.random.default_rng()
    told = driver.settings
    assert told.activation == form.activation
    assert told.output_activation == form.output
    sizes = form.sizes[0]
    params = params_for(driver, sizes, form, rng)
    X, Y = rng.standard_normal((5, sizes[0])), np.eye(max(2, sizes[-1]))[np.arange(5) % max(2, sizes[-1]), : sizes[-1]]
    turned = [(W.T, b) for W, b in params] if driver.layout == "in_out" else params
    expected = computed(turned, X, [form.activation] * (len(params) - 1), form.output)
    agree = np.allclose(driver.forward(params, X), expected, rtol=1e-9)
    assert agree == (wrong != "outputs")
    if wrong == "outputs":
        return
    assert ("gradients" in form.offers) == hasattr(driver, "gradients")
    # One step alone is right where what it leaves behind is not.
    assert bool(found.piling) == (wrong == "grow")
    if wrong == "grow":
        return
    if wrong == "raises":
        with pytest.raises(ValueError, match="broadcast"):
            driver.gradients(params, X, Y)
        sizes = (4, 4, 4)
        params, X, Y = params_for(driver, sizes, form, rng), rng.standard_normal((4, 4)), np.eye(4)
    if hasattr(driver, "gradients"):
        got = driver.gradients(params, X, Y)
    else:
        rate = form.rate or 2.0**-6
        after = deepcopy(driver).train_step(params, X, Y, rate)
        got = [((W - V) / rate, (b - c) / rate) for (W, b), (V, c) in zip(params, after, strict=True)]
    slopes = numeric(driver, form, params, X, Y)
    if wrong == "shape":
        assert any(np.shape(b) != np.shape(d) for (_, b), (_, d) in zip(got, slopes, strict=True))
        return
    parts = [(a, b) for p, q in zip(got, slopes, strict=True) for a, b in zip(p, q, strict=True)]
    assert any(not np.allclose(a, b, rtol=1e-3, atol=1e-6) for a, b in parts)


def test_an_update_takes_whole_gradients_where_the_backward_gives_one_number(tmp_path: Path) -> None:
    found, form, _ = changed("one number for all biases", tmp_path)
    rng = np.random.default_rng()
    params, slopes = (params_for(found.driver, (4, 3, 2), form, rng) for _ in range(2))
    for (_, b), (_, db), (_, c) in zip(params, slopes, found.driver.update(params, slopes, 0.5), strict=True):
        np.testing.assert_allclose(c, b - 0.5 * db, rtol=1e-12)


def test_what_gets_its_own_gradients_is_no_update(tmp_path: Path) -> None:
    assert not hasattr(changed("derivative at the wrong layer", tmp_path)[0].driver, "update")
