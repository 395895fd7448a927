"""How a function is called, where its signature leaves that open: found by trying, shown, and bounded."""

import functools
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import prod, sqrt
from typing import Any

import numpy as np
import pytest

from symcheck.checking import check
from symcheck.errors import SubjectError
from symcheck.subjects.modules import takes_module
from symcheck.subjects.trying import settle

randn = np.random.randn


def he(out: int, inputs: int) -> Any:
    return randn(out, inputs) * sqrt(2 / inputs)


def fill(w: Any) -> None:
    w[...] = randn(*w.shape) * sqrt(2 / prod(w.shape[1:]))


def fixed_depth(n_x: int, n_h: int, n_y: int) -> dict[str, Any]:
    return {"W1": he(n_h, n_x), "b1": np.zeros((n_h, 1)), "W2": he(n_y, n_h), "b2": np.zeros((n_y, 1))}


def flat(input_size: int, hidden_size: int, output_size: int) -> Any:
    return he(hidden_size, input_size), np.zeros(hidden_size), he(output_size, hidden_size), np.zeros(output_size)


def two_lists(dims: Sequence[int]) -> Any:
    weights = [he(out, inputs).T for inputs, out in pairwise(dims)]
    return weights, [np.zeros((1, w.shape[1])) for w in weights]


def by_number(dims: Sequence[int]) -> Any:
    layers = range(1, len(dims))
    return {"W": {l: he(dims[l], dims[l - 1]) for l in layers}, "b": {l: np.zeros((dims[l], 1)) for l in layers}}


class Net:
    def init_weights(self, a: int, b: int) -> Any:
        return he(b, a)

    def reset(self) -> None:
        self.rate, self.W1, self.b1, self.W2, self.b2 = 0.1, he(30, 20), np.zeros(30), he(5, 30), np.zeros(5)

    @staticmethod
    def static(z: Sequence[int]) -> Any:
        return randn(*z) * sqrt(2 / prod(z[1:]))


class Needs:
    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = sizes

    def init_weights(self, shape: Sequence[int]) -> Any:
        return randn(*shape)


INITIALIZERS: dict[str, tuple[Callable[..., Any], str]] = {
    "rows first": (lambda s, r: he(s, r), "f(fan_out, fan_in) -> (out, in)"),
    "columns first": (lambda s, r: he(r, s), "f(fan_in, fan_out) -> (out, in)"),
    "one name tells": (lambda q, n_in: he(q, n_in), "f(fan_out, fan_in) -> (out, in)"),
    "a shape": (lambda z: randn(*z) * sqrt(2 / prod(z[1:])), "f(shape) -> (out, in)"),
    "sides": (lambda *xs: randn(*xs) * sqrt(2 / prod(xs[1:])), "f(*shape) -> (out, in)"),
    "a generator too": (lambda z, rng: rng.normal(0, sqrt(2 / prod(z[1:])), z), "f(shape, rng) -> (out, in)"),
    "in place": (fill, "f_(tensor)"),
    "in place by another name": (lambda p: fill(p), "f_(tensor)"),
    "a new array like it": (lambda p: randn(*p.shape) * sqrt(2 / prod(p.shape[1:])), "f(array) -> (out, in)"),
    "a list and a number": (lambda units, which: he(units[which], units[which - 1]), "f(layer_size, l) -> (out, in)"),
    "a method": (Net.init_weights, "f(fan_in, fan_out) -> (out, in)"),
    "a static method": (Net.static, "f(shape) -> (out, in)"),
    "a partial": (functools.partial(lambda gain, s, r: gain * he(s, r), 1.0), "f(fan_out, fan_in) -> (out, in)"),
}
NETWORKS = {
    "fixed depth": (fixed_depth, "f(512, 384, 640)"),
    "one after the other": (flat, "f(512, 384, 640)"),
    "two lists": (two_lists, "f([512, 384, 640, 320])"),
    "two dictionaries": (by_number, "f([512, 384, 640, 320])"),
    "layer_sizes": (lambda layer_sizes: [he(o, i) for i, o in pairwise(layer_sizes)], "f([512, 384, 640, 320])"),
}


@pytest.mark.first(6)
@pytest.mark.parametrize("name", INITIALIZERS)
def test_what_works_is_found_and_shown(name: str) -> None:
    subject, called_as = INITIALIZERS[name]
    report = check(subject, "he_normal")
    assert report.called_as == called_as
    assert report.passed, report.failures
    assert "how it is called was found by trying" in report.notes
    assert not check(subject, "lecun_normal").passed


@pytest.mark.first(3)
@pytest.mark.parametrize("name", NETWORKS)
def test_functions_that_draw_all_layers(name: str) -> None:
    subject, called_as = NETWORKS[name]
    report = check(subject, "he_normal")
    assert report.called_as == called_as
    assert report.passed, report.failures
    assert any(note.startswith("would notice a standard deviation that is off by 1.6 %") for note in report.notes)
    assert not check(subject, "lecun_normal").passed


def test_an_error_of_a_few_percent_is_seen_in_whole_networks() -> None:
    wide = lambda layer_sizes: [1.02 * he(o, i) for i, o in pairwise(layer_sizes)]  # noqa: E731
    assert [f.check for f in check(wide, "he_normal").failures] == ["network.scale"]


def test_two_orders_that_both_work_are_told_at_the_top() -> None:
    assumed = [n for n in check(lambda s, r: he(s, r)).notes if n.startswith("assumed: ")]
    assert len(assumed) == 1
    assert "f(s, r) is f(fan_out, fan_in)" in assumed[0]
    assert "--layout in_out" in assumed[0]
    turned = check(lambda s, r: he(r, s).T, "he_normal", layout="in_out")
    assert turned.passed, turned.failures
    assert turned.called_as == "f(fan_in, fan_out) -> (in, out)"
    assert not [n for n in check(lambda q, n_in: he(q, n_in)).notes if n.startswith("assumed: ")]


def test_a_vectorized_function() -> None:
    report = check(np.vectorize(lambda _: np.random.normal(0.0, 0.1)), "normal(0.1)")
    assert report.called_as == "f(array) -> (out, in)"
    assert report.passed, report.failures


def test_a_method_that_fills_its_instance() -> None:
    report = check(Net.reset)
    assert report.kind == "network"
    assert "20-30-5, relu, linear head, with biases" in str(report.notes)


def test_a_method_whose_class_asks_for_arguments() -> None:
    with pytest.raises(SubjectError, match="cannot be called without arguments.*for which an instance is needed"):
        check(Needs.init_weights)


def test_trying_is_bounded_and_says_what_was_tried() -> None:
    calls: list[Any] = []

    def hopeless(q: Any, z: Any) -> Any:
        calls.append((q, z))
        raise RuntimeError("never")

    with pytest.raises(
        SubjectError, match=r"cannot tell how to call.*tried: f\(fan_in, fan_out\) raises RuntimeError: never"
    ):
        check(hopeless)
    assert len(calls) <= 4


def test_what_the_signature_settles_is_not_called_for_it() -> None:
    calls: list[Any] = []

    def draw(shape: Any, rng: Any) -> Any:
        calls.append(shape)
        return rng.standard_normal(shape)

    settled = settle(draw, draw, "draw", None, 0)
    assert settled.convention is not None
    assert settled.convention.certain
    assert not calls


def test_a_call_that_is_forced_is_not_tried() -> None:
    report = check(lambda s, r: he(r, s), "he_normal", call="f(fan_in, fan_out)")
    assert report.passed
    assert not [n for n in report.notes if "trying" in n or n.startswith("assumed")]


class Module:
    weight: Any
    bias: Any


def init_weights(m: Any) -> None:
    if isinstance(m, Module):
        fill(m.weight)


def by_class_name(m: Any) -> None:
    if m.__class__.__name__.find("Conv") != -1:
        fill(m.weight.data)


def walks(*models: Any) -> None:
    for model in models:
        for m in model.modules():
            fill(m)


def applies(model: Any) -> None:
    def inner(m: Any) -> None:
        fill(m)

    model.apply(inner)


def annotated(module: Module) -> None:
    pass


@pytest.mark.parametrize("function", [init_weights, by_class_name, walks, applies, annotated])
def test_functions_over_modules_are_told_in_one_sentence(function: Callable[..., Any]) -> None:
    assert takes_module(function)
    with pytest.raises(SubjectError, match="takes a module"):
        check(function)


def asks_for_an_array(t: Any) -> None:
    assert isinstance(t, np.ndarray)
    fill(t)


@pytest.mark.parametrize("function", [fill, asks_for_an_array, Net().init_weights, np.vectorize(abs), randn, len])
def test_functions_over_arrays_are_not(function: Callable[..., Any]) -> None:
    assert takes_module(function) == ""


@pytest.mark.parametrize("layers", [1, 2])
def test_one_unit_after_another_matrix_is_a_layer(layers: int) -> None:
    hidden = [he(64, 64) for _ in range(layers)]
    report = check([*hidden, he(1, 64)])
    assert f"{'-'.join(['64'] * (layers + 1))}-1, relu, linear head, no biases" in str(report.notes)
