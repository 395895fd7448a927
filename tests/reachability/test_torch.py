"""Torch models: training as the judge, what they return and are fed, and a model left as it was."""

import random
import re
import types
import warnings

import numpy as np
import pytest

from symcheck import SymcheckError, assert_trainable, reach

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_relu_after_the_last_layer_counts(cases, torch):
    """Where no output is ever positive nothing has a gradient; without that ReLU all of it has."""
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2), torch.nn.ReLU())
    assert reach(model[:3]).frozen == 0
    with torch.no_grad():
        model[2].weight.zero_()
        model[2].bias.fill_(-1.0)
    found = reach(model)
    assert (found.reachable, found.frozen, found.undecided, found.grade) == (0, 0, 26, "observed")


def test_key_biases_are_named(cases, torch):
    found = reach(cases.encoder())
    assert [(f.parameter, f.indices, f.by_initialization) for f in found.frozen_parameters] == [
        (f"layers.{i}.self_attn.in_proj_bias", tuple(range(8, 16)), 0) for i in range(3)
    ]


def test_a_pair_of_equal_units_is_found_and_allowed(cases, torch):
    model = cases.stack(torch.nn.Tanh, 5, 16, 16, 3)
    with torch.no_grad():
        model[0].weight[7], model[0].bias[7] = model[0].weight[4].clone(), model[0].bias[4].clone()
        model[2].weight[:, 7] = model[2].weight[:, 4].clone()
    with pytest.raises(AssertionError) as failed:
        assert_trainable(model)
    assert str(failed.value).splitlines() == [
        "training can move 419 parameters in 397 dimensions only",
        "0.weight axis 0, 0.bias axis 0, 2.weight axis 1: 15 of 16 move apart; alike are 4, 7, by the initialization: "
        "they start alike: 0.weight drawn at random parts them",
    ]
    assert_trainable(model, allow=["0.*", "2.weight"])
    with pytest.raises(SymcheckError, match="no parameter matches"):
        assert_trainable(model, allow=["3.weight"])
    with torch.no_grad():
        model[2].weight[0, 7] += 1e-5
    assert_trainable(model)


class Complaint(Exception):
    pass


def state_of(model, torch):
    return (
        {n: (id(p), p.dtype, p.requires_grad, p.data_ptr(), p.detach().clone()) for n, p in model.named_parameters()},
        {n: (id(b), b.dtype, b.clone()) for n, b in model.named_buffers()},
        [(m, m.training) for m in model.modules()],
        {n: None if p.grad is None else (id(p.grad), p.grad.clone()) for n, p in model.named_parameters()},
        torch.get_default_dtype(),
        torch.random.get_rng_state(),
        random.getstate(),
        np.random.get_state()[1].copy(),
    )


def same(a, b, torch):
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, np.ndarray):
        return np.array_equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k], torch) for k in a)
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(same(x, y, torch) for x, y in zip(a, b, strict=True))
    return a is b or bool(a == b)


@pytest.mark.parametrize("fails", [False, True])
def test_a_model_is_left_as_it_was(fails, torch):
    class Counting(torch.nn.Module):
        calls = 0

        def forward(self, x):
            Counting.calls += 1
            random.random(), np.random.rand(), torch.rand(1)
            if fails and Counting.calls > 5:
                raise Complaint("enough")
            return x

    norm, dropout = torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.5)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), norm, dropout, Counting(), torch.nn.Linear(4, 2).half().float())
    model[4].bias.requires_grad_(False)
    model(torch.randn(8, 3)).sum().backward()
    dropout.eval()
    inputs = torch.randn(8, 3)
    before = state_of(model, torch)
    Counting.calls = 0
    if fails:
        with pytest.raises((Complaint, SymcheckError)):
            reach(model, inputs)
    else:
        assert reach(model, inputs).frozen == 4
    assert same(before, state_of(model, torch), torch)


def test_generators_are_left_where_inputs_are_found(torch):
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    before = state_of(model, torch)
    reach(model)
    assert same(before, state_of(model, torch), torch)


def test_a_model_that_writes_to_its_inputs_parameters_and_buffers_is_judged_and_left(torch):
    class Writing(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.last = torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)
            self.teacher = torch.nn.Linear(4, 2).requires_grad_(False)
            self.register_buffer("seen", None)

        def forward(self, x, labels):
            x.mul_(2)
            labels[labels == 0] = -100
            self.seen = x.detach().mean(0)
            self.teacher.weight.data.mul_(0.9).add_(0.1 * self.last.weight.data)
            self.last.bias.data.clamp_(-0.01, 0.01)
            hidden = torch.tanh(self.first(x))
            return self.last(hidden) - self.teacher(hidden)

    model = Writing().double()
    inputs = torch.randn(8, 3, dtype=torch.float64), torch.arange(8)
    kept = tuple(t.clone() for t in inputs)
    before = state_of(model, torch)
    assert reach(model, inputs).reachable == 26
    assert same(before, state_of(model, torch), torch)
    assert same(kept, inputs, torch)
    assert model.seen is None


@pytest.mark.parametrize(
    "name", ["all 0.5", "copied experts, zero router", "constant LSTM", "default GRU", "zero gate and last layer"]
)
@pytest.mark.parametrize("rule", ["SGD", "Adam"])
def test_ties_survive_training_and_distinct_classes_part(name, rule, cases, torch):
    """300 steps in float64. Adam divides by the size of the gradient plus 1e-8, and rounding with it."""
    model = cases.TABLE[name][0]().double()
    found = reach(model)
    labels = np.concatenate([c.ravel() for c in found.classes.values()])
    start = torch.cat([p.detach().reshape(-1) for p in model.parameters()]).numpy()
    optimizer = getattr(torch.optim, rule)(model.parameters(), lr=0.01)
    width = 8 if "gate" not in name else 6
    width = {"all 0.5": 5, "copied experts, zero router": 4, "constant LSTM": 3, "default GRU": 3}.get(name, width)
    shape = (8, 4, width) if name in ("constant LSTM", "default GRU") else (8, width)
    for _ in range(300):
        optimizer.zero_grad()
        output = model(torch.randn(shape, dtype=torch.float64))
        (output - torch.randn(output.shape, dtype=torch.float64)).square().mean().backward()
        optimizer.step()
    moved = torch.cat([p.detach().reshape(-1) for p in model.parameters()]).numpy() - start
    rounding = 1e-10 if rule == "SGD" else 1e-6
    assert np.abs(moved[labels == 0]).max(initial=0) < rounding
    relative = moved * np.sign(labels)
    means = {label: relative[np.abs(labels) == label] for label in np.unique(np.abs(labels[labels != 0]))}
    assert all(np.ptp(values) < rounding for values in means.values())
    first = np.sort([abs(values[0]) for values in means.values()])
    assert (np.diff(first) > 0).all()


def test_inputs_are_found(torch):
    nn = torch.nn
    for model, said in [
        (nn.Sequential(nn.Embedding(7, 4), nn.Linear(4, 2)), r"ids below 7"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 3)), r"\(8, 3, 5, 5\)"),
        (nn.GRU(3, 4), r"\(8, 6, 3\)"),
    ]:
        found = reach(model)
        assert found.frozen == 0
        assert re.search(said, found.fed)


def compiled(torch):
    with warnings.catch_warnings(action="ignore"):
        return torch.jit.trace(torch.nn.Linear(3, 2), torch.ones(1, 3))


@pytest.mark.parametrize(
    ("build", "inputs", "said"),
    [
        (lambda torch: torch.nn.ReLU(), None, "no inputs were found|no parameters"),
        (lambda torch: torch.nn.Bilinear(2, 3, 4), None, "no inputs were found that a Bilinear takes"),
        (lambda torch: torch.nn.Linear(3, 2).requires_grad_(False), None, "no parameters that training moves"),
        (lambda torch: torch.nn.LazyLinear(2), None, "has no shape yet"),
        (lambda torch: compiled(torch), None, "compiled by torch.jit"),
        (lambda torch: torch.nn.Linear(3, 2, device="meta"), None, "meta device"),
        (lambda torch: torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU()), "wide", "does not take the inputs"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(build, inputs, said, torch):
    with pytest.raises(SymcheckError, match=said) as refused:
        reach(build(torch), torch.randn(4, 9) if inputs else None)
    assert "\n" not in str(refused.value)


def test_outputs_in_a_dataclass(torch):
    from dataclasses import dataclass

    @dataclass
    class Output:
        logits: object
        steps: int = 3

    class Model(torch.nn.Linear):
        def forward(self, x):
            return Output({"scores": super().forward(x)})

    assert reach(Model(3, 2)).reachable == 8


MODELS = """
import torch
from torch import nn

def half():
    model = nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 3))
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.5)
    return model, torch.randn(4, 5)

def gru():
    return nn.GRU(3, 6), lambda rng: torch.as_tensor(rng.standard_normal((8, 5, 3)))
"""


def test_command(cli, tmp_path, torch, monkeypatch):
    import json

    monkeypatch.chdir(tmp_path)
    (tmp_path / "models_to_reach.py").write_text(MODELS)
    done = cli("reach", "models_to_reach.py:half", "--json", "-")
    told = json.loads(done.out)
    assert done.status == 1
    assert {k: told[k] for k in ("parameters", "reachable", "frozen", "grade")} == {
        "parameters": 147,
        "reachable": 5 + 1 + 3 + 3,
        "frozen": 0,
        "grade": "exact",
    }
    first = told["groups"][0]
    assert (first["parameter"], first["axis"], first["distinct"], first["of"]) == ("0.weight", 0, 1, 16)
    assert first["tied"] == [list(range(16))]
    shown = cli("reach", "models_to_reach.py:gru")
    assert shown.status == 0
    assert "198 parameters   training can move in 186 dimensions   0 never move" in shown.out
    assert "12 entries move with bias_ih_l0 by the architecture, wherever it starts" in " ".join(shown.out.split())
    refused = cli("reach", "models_to_reach.py:nothing")
    assert refused.status == 2
    assert refused.err.count("\n") == 1


@pytest.mark.parametrize("wrapped", ["distribution", "mixture", "namespace"])
def test_what_objects_in_outputs_are_made_of_is_an_output(wrapped, torch):
    """A policy returns a distribution: its parameters are used."""
    nn, distributions = torch.nn, torch.distributions

    class Policy(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.scores, self.value = nn.Linear(4, 8), nn.Linear(8, 2), nn.Linear(8, 1)

        def forward(self, x):
            hidden = torch.tanh(self.body(x))
            scores, value = self.scores(hidden), self.value(hidden)
            if wrapped == "distribution":
                return distributions.Normal(scores, 1.0), value
            if wrapped == "mixture":
                parts = distributions.Normal(scores, torch.ones_like(scores))
                return distributions.MixtureSameFamily(distributions.Categorical(logits=scores.detach()), parts), value
            return types.SimpleNamespace(scores=scores, value=value, kind="policy")

    assert reach(Policy(), torch.randn(6, 4)).frozen == 0
