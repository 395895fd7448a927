"""Pure functions of jax: computed in float64 whatever the parameters are stored in."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from symcheck import reach
from symcheck.errors import SubjectError


def test_functions_of_jax(jax):
    def apply(params, x):
        for W, b in params[:-1]:
            x = jax.numpy.tanh(x @ W + b)
        return x @ params[-1][0] + params[-1][1]

    keys = jax.random.split(jax.random.key(int(np.random.default_rng().integers(2**31))), 2)
    drawn = [
        (jax.random.normal(key, shape), jax.numpy.zeros(shape[1]))
        for key, shape in zip(keys, [(5, 16), (16, 3)], strict=True)
    ]
    constant = jax.tree.map(lambda a: jax.numpy.full_like(a, 0.5), drawn)
    x = np.ones((8, 5))
    for params, expected in [(drawn, (147, 147, 0)), (constant, (147, 12, 0))]:
        found = reach((apply, params), x)
        assert (found.parameters, found.reachable, found.frozen, found.grade) == (*expected, "observed")
    slight = [(constant[0][0].at[0, 3].add(1e-4), constant[0][1]), constant[1]]
    assert reach((apply, slight), x).reachable == 12 + 5 + 1 + 3
    assert not jax.config.jax_enable_x64


@pytest.fixture
def drawn(jax):
    rng = np.random.default_rng()
    return lambda *shape: jax.numpy.asarray(rng.standard_normal(shape))


def test_every_float_of_a_tree_counts_in_whatever_node_it_lies(jax, drawn):
    @jax.tree_util.register_dataclass
    @dataclass
    class Layer:
        weight: Any
        bias: Any

    def apply(params, x):
        return jax.numpy.tanh(x @ params["layer"].weight + params["layer"].bias) @ params["out"] * params["gain"]

    params = {"layer": Layer(drawn(3, 4), drawn(4)), "out": drawn(4, 2), "gain": 1.5, "name": "f", "none": None}
    found = reach((apply, params), np.ones((8, 3)))
    assert (found.parameters, found.reachable) == (12 + 4 + 8 + 1, 25)
    assert {"layer.weight", "layer.bias", "out", "gain"} == set(found.classes)
    layer = Layer(drawn(3, 4), drawn(4))
    assert reach((lambda one, x: jax.numpy.tanh(x @ one.weight + one.bias), layer), np.ones((8, 3))).parameters == 16


def test_complex_parameters_are_refused(jax, drawn):
    params = {"a": drawn(4, 3) + 1j * drawn(4, 3), "b": drawn(3)}
    with pytest.raises(SubjectError, match="a is complex"):
        reach((lambda p, x: jax.numpy.abs(x @ p["a"]) * p["b"], params), np.ones((8, 4)))


def test_keys_are_handed_on(jax, drawn):
    def apply(params, x, key):
        kept = jax.random.bernoulli(key, 0.9, (len(x), 4)) + jax.random.uniform(params["key"], (4,))
        return jax.numpy.tanh(x @ params["a"]) * kept @ params["b"]

    params = {"a": drawn(3, 4), "b": drawn(4, 2), "key": jax.random.key(1)}
    found = reach((apply, params), (np.ones((8, 3)), jax.random.key(0)))
    assert (found.parameters, found.reachable) == (20, 20)
    assert "key<fry> as given" in found.fed


class Graph(NamedTuple):
    nodes: Any
    senders: Any
    receivers: Any


def test_named_tuples_are_one_input(jax, drawn):
    def apply(params, graph):
        sent = jax.numpy.tanh(graph.nodes @ params["a"])[graph.senders]
        return jax.ops.segment_sum(sent, graph.receivers, 5) @ params["b"]

    graph = Graph(np.ones((5, 3)), np.arange(5), np.roll(np.arange(5), 1))
    assert reach((apply, {"a": drawn(3, 4), "b": drawn(4, 2)}), graph).reachable == 20


def test_floats_that_numpy_has_not_are_inputs_too(jax, drawn):
    for inputs in (
        jax.numpy.ones((8, 3), "bfloat16"),
        lambda rng: jax.numpy.asarray(rng.normal(size=(8, 3)), "bfloat16"),
    ):
        found = reach((lambda p, x: jax.numpy.tanh(x @ p[0]) @ p[1], [drawn(3, 4), drawn(4, 2)]), inputs)
        assert found.reachable == 20
        assert "as given" not in found.fed


def test_a_loop_is_compiled_once(jax, drawn):
    from symcheck.adapters.reach_jax import JaxModel

    traced = []

    def apply(params, x):
        def step(h, row):
            traced.append(row)
            return jax.numpy.tanh(h @ params["a"] + row), None

        return jax.lax.scan(step, x[:, 0], x.swapaxes(0, 1))[0]

    model = JaxModel(apply, {"a": drawn(3, 3)}, np.ones((4, 5, 3)))
    point, inputs = [np.asarray(p.values) for p in model.parameters], model.batch(np.random.default_rng())
    model.outputs_at(point, inputs)
    before = len(traced)
    for _ in range(3):
        model.outputs_at(point, inputs)
    assert len(traced) == before
