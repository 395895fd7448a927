"""Code as its author left it is read: its outputs are numpy's, its gradients and steps those of its own loss."""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from objectives import CASES, FORMS, Form, load

from symcheck.activations import get_activation
from symcheck.subjects.scratch.author import Read, read
from symcheck.subjects.scratch.probing import computed

_READ: dict[str, Read] = {}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[Form, Read]:
    name = request.param
    if name not in _READ:
        _READ[name] = read(load(FORMS / f"{name}.py"), name)
    return CASES[name], _READ[name]


def params_for(driver: Any, sizes: tuple[int, ...], form: Form, rng: np.random.Generator) -> list[tuple[Any, Any]]:
    turned = driver.layout == "in_out"
    pairs = []
    for n, m in pairwise(sizes):
        W = rng.standard_normal((m, n)) / np.sqrt(n)
        pairs.append((W.T.copy() if turned else W, form.biases * 0.3 * rng.standard_normal(m)))
    return pairs


def numeric(driver: Any, form: Form, params: Any, X: Any, Y: Any) -> list[list[Any]]:
    """Central differences of the form's loss through the driver's own forward."""
    slopes = []
    for i, pair in enumerate(params):
        found = []
        for p in (0, 1):
            slope = np.zeros_like(pair[p])
            for at in np.ndindex(slope.shape):
                values = []
                for h in (1e-7, -1e-7):
                    moved = [[W.copy(), b.copy()] for W, b in params]
                    moved[i][p][at] += h
                    values.append(form.loss(driver.forward([tuple(m) for m in moved], X), Y))
                slope[at] = (values[0] - values[1]) / 2e-7
            found.append(slope)
        slopes.append(found)
    return slopes


def test_what_is_offered_is_what_the_code_has(case: tuple[Form, Read]) -> None:
    form, found = case
    offered = {n for n in ("initialize", "forward", "gradients", "update", "train_step") if hasattr(found.driver, n)}
    assert offered == form.offers


def test_activations_are_seen(case: tuple[Form, Read]) -> None:
    form, found = case
    assert (found.driver.settings.activation, found.driver.settings.output_activation) == (form.activation, form.output)
    assert found.driver.biases == form.biases


def test_outputs_are_those_of_the_parameters_that_are_set(case: tuple[Form, Read]) -> None:
    form, found = case
    rng = np.random.default_rng()
    for sizes in form.sizes:
        params = params_for(found.driver, sizes, form, rng)
        X = rng.standard_normal((5, sizes[0]))
        turned = [(W.T, b) for W, b in params] if found.driver.layout == "in_out" else params
        expected = computed(turned, X, [form.activation] * (len(params) - 1), form.output)
        np.testing.assert_allclose(found.driver.forward(params, X), expected, rtol=1e-9, atol=1e-12)


def test_gradients_and_steps_are_those_of_its_own_loss(case: tuple[Form, Read]) -> None:
    form, found = case
    rng = np.random.default_rng()
    driver = found.driver
    for sizes in form.sizes:
        params = params_for(driver, sizes, form, rng)
        X, Y = (
            rng.standard_normal((5, sizes[0])),
            np.eye(max(2, sizes[-1]))[np.arange(5) % max(2, sizes[-1]), : sizes[-1]],
        )
        slopes = numeric(driver, form, params, X, Y)
        if hasattr(driver, "gradients"):
            close(driver.gradients(params, X, Y), slopes, form)
        if hasattr(driver, "train_step") and form.plain_steps:
            rate = form.rate or 2.0**-6
            after = deepcopy(driver).train_step(params, X, Y, rate)
            close(
                [((W - V) / rate, (b - c) / rate) for (W, b), (V, c) in zip(params, after, strict=True)], slopes, form
            )


def close(got: Any, expected: Any, form: Form) -> None:
    for pair, wanted in zip(got, expected, strict=True):
        np.testing.assert_allclose(pair[0], wanted[0], rtol=1e-4, atol=1e-7)
        if form.biases:
            np.testing.assert_allclose(pair[1], wanted[1], rtol=1e-4, atol=1e-7)


def test_an_update_takes_the_gradients_that_are_handed_over(case: tuple[Form, Read]) -> None:
    form, found = case
    driver = found.driver
    if not hasattr(driver, "update"):
        pytest.skip("it has no update")
    rng = np.random.default_rng()
    for sizes in form.sizes:
        params, slopes = params_for(driver, sizes, form, rng), params_for(driver, sizes, form, rng)
        after = driver.update(params, slopes, 0.25)
        for (W, b), (dW, db), (V, c) in zip(params, slopes, after, strict=True):
            np.testing.assert_allclose(V, W - 0.25 * dW, rtol=1e-12)
            np.testing.assert_allclose(c, b - 0.25 * db, rtol=1e-12)


def test_a_start_has_the_widths_that_were_asked_for_and_comes_from_the_generator(case: tuple[Form, Read]) -> None:
    form, found = case
    driver = found.driver
    if not hasattr(driver, "initialize"):
        pytest.skip("it has no initialization")
    before = np.random.get_state()[1].copy()  # type: ignore[union-attr,index]
    for sizes in form.sizes:
        one, again, other = (driver.initialize(sizes, np.random.default_rng(seed)) for seed in (1, 1, 2))
        assert [len(b) for _, b in one] == list(sizes[1:])
        assert all(np.array_equal(V, W) for (V, _), (W, _) in zip(one, again, strict=True))
        same = all(np.array_equal(V, W) for (V, _), (W, _) in zip(one, other, strict=True))
        assert same == driver.deterministic
    assert np.array_equal(np.random.get_state()[1], before)  # type: ignore[index]


def test_nothing_of_one_call_is_left_to_the_next(case: tuple[Form, Read]) -> None:
    form, found = case
    driver = found.driver
    rng = np.random.default_rng()
    sizes = form.sizes[0]
    params = params_for(driver, sizes, form, rng)
    X = rng.standard_normal((3, sizes[0]))
    one = driver.forward(params, X)
    driver.forward(params_for(driver, sizes, form, rng), X + 1)
    assert np.array_equal(driver.forward(params, X), one)


def test_every_name_of_the_table_is_an_activation() -> None:
    for form in CASES.values():
        assert get_activation(form.activation).function is not None


def test_what_an_optimizer_remembers_is_kept_from_step_to_step() -> None:
    driver = read(load(FORMS / "momentum.py"), "momentum").driver
    rng = np.random.default_rng()
    params = params_for(driver, (3, 4, 2), CASES["momentum"], rng)
    X, Y = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    first = driver.train_step(params, X, Y, 0.125)
    second, alone = driver.train_step(first, X, Y, 0.125), deepcopy(driver).train_step(first, X, Y, 0.125)
    for (V, _), (U, _), (W, _), (start, _) in zip(second, alone, first, params, strict=True):
        # The velocity of the first step comes on top of what the second would be without it.
        np.testing.assert_allclose(V - U, 0.9 * (W - start), rtol=1e-9, atol=1e-14)
