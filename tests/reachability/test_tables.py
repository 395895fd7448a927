"""The tables of gradient colour refinement on torch models: what is reachable and frozen, and why."""

import itertools

import numpy as np
import pytest

from symcheck import reach
from symcheck.reaching import faults
from symcheck.render.reach import fault_lines

pytestmark = pytest.mark.usefixtures("one_thread")

NAMES = [
    *("default tanh", "all 0.5", "all zero", "sigmoid all zero", "first layer zero", "constant, identity, constant"),
    *("LoRA B = 0", "LoRA A = B = 0", "encoder of cloned layers", "copied experts, random router"),
    *("copied experts, zero router", "cloned ensemble", "constant LSTM", "default GRU", "zero gate", "zero last layer"),
    *("zero gate and last layer", "biases before batch normalization", "biases before one group a channel"),
    *("biases before one group", "convolutions of 0.1", "grouped convolutions of 0.1", "blocks of GPT"),
    *("blocks of GPT, tied embeddings", "blocks of GPT, zero projections", "packed attention of 0.2", "sign-dead ReLU"),
]


def inputs_of(name, torch):
    if name.startswith("blocks"):
        return lambda rng: torch.as_tensor(rng.permuted(np.arange(40) % 11).reshape(8, 5))
    if name.startswith("packed"):
        return torch.randn(8, 5, 4)
    if name.startswith(("biases", "conv", "grouped")):
        return torch.randn(8, 4 if name.startswith("grouped") else 3, 6, 6)
    return None


def test_every_case_is_named(cases):
    assert list(cases.TABLE) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_table(name, cases, torch):
    build, expected, fault = cases.TABLE[name]
    model = build()
    found = reach(model, inputs_of(name, torch))
    assert (found.parameters, found.reachable, found.frozen) == expected
    assert all(found.why("frozen", part.parameter) for part in found.frozen_parameters)
    if found.gap is not None and found.reachable:
        assert found.gap.equal * 30 < found.gap.different
    wrong = faults(found)
    assert bool(wrong) is fault
    assert all("by the initialization" in line for line in fault_lines(found, wrong))


def test_first_layer_zero_under_relu_leaves_units_that_the_bias_opens(cases, torch):
    model = cases.first_zero(torch.nn.ReLU)
    alive = int((model[2].bias > 0).sum())
    found = reach(model)
    assert (found.reachable, found.frozen) == (4 * alive + 3, 416 - 4 * alive)


def test_one_planted_pair_of_four_million(torch):
    """Found among 4,275,210 parameters at the cost of its own: 1,024 weights into a unit, its bias, and 1,024 out of it."""
    nn = torch.nn
    sizes = (64, *[1024] * 5, 10)
    layers = [nn.Linear(n, m) for n, m in itertools.pairwise(sizes)]
    with torch.no_grad():
        layers[2].weight[7], layers[2].bias[7] = layers[2].weight[3], layers[2].bias[3]
        layers[3].weight[:, 7] = layers[3].weight[:, 3]
    found = reach(nn.Sequential(*[part for layer in layers[:-1] for part in (layer, nn.Tanh())], layers[-1]))
    assert (found.parameters, found.reachable, found.frozen) == (4_275_210, 4_275_210 - 2_049, 0)
    assert {(g.parameter, g.tied) for g in found.groups} == {
        ("4.weight", ((3, 7),)),
        ("4.bias", ((3, 7),)),
        ("6.weight", ((3, 7),)),
    }
