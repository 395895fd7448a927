"""Units that no ordinary input opens: inputs far away are tried, and what none opens is undecided unless it is proved dead."""

import autograd.numpy as np
import numpy
import pytest

from symcheck import SymcheckError, assert_trainable, certify, reach
from symcheck.reachability.experiments import Experiments
from symcheck.render.reach_reasons import reason_sentence

pytestmark = pytest.mark.usefixtures("one_thread")


def held_shut(torch, bias, before=None):
    nn = torch.nn
    model = nn.Sequential(nn.Linear(3, 6), before or nn.Identity(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2))
    nn.init.constant_(model[2].bias, bias)
    return model


@pytest.mark.parametrize("bias", [-20.0, -1e4])
def test_inputs_far_away_open_what_a_bias_holds_shut(bias, torch):
    found = reach(held_shut(torch, bias))
    assert (found.reachable, found.frozen, found.undecided) == (found.parameters, 0, 0)
    assert_trainable(held_shut(torch, bias))


def test_one_unit_among_others_is_opened_too():
    rng = numpy.random.default_rng()
    params = {"W": rng.normal(size=(3, 6)), "b": numpy.zeros(6), "V": rng.normal(size=(6, 2))}
    params["b"][4] = -3000.0
    found = reach((lambda p, x: np.maximum(x @ p["W"] + p["b"], 0) @ p["V"], params), numpy.ones((8, 3)))
    assert found.reachable == found.parameters


def test_what_bounded_inputs_cannot_open_is_undecided(torch, cli, tmp_path, monkeypatch):
    """Behind a tanh no input is far away: the layer is shut, and nothing here proves it."""
    found = reach(held_shut(torch, -20.0, torch.nn.Tanh()))
    assert (found.frozen, found.undecided, found.reachable) == (0, found.parameters - 2, 2)
    with pytest.raises(
        AssertionError, match="undecided: no input tried opens it, and nothing proves that none"
    ) as failed:
        assert_trainable(held_shut(torch, -20.0, torch.nn.Tanh()))
    assert str(failed.value).startswith("training can move 71 parameters in 2 dimensions, and 69 are undecided\n")
    assert_trainable(held_shut(torch, -20.0, torch.nn.Tanh()), allow=["*"])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shut.py").write_text(
        "from torch import nn\n"
        "model = nn.Sequential(nn.Linear(3, 6), nn.Tanh(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2))\n"
        "nn.init.constant_(model[2].bias, -20.0)\n"
    )
    done = cli("reach", "shut.py:model")
    assert done.status == 1
    assert "0 never move   69 undecided" in done.out
    assert "with the signs of 2.bias turned it moves" in " ".join(done.out.split())


def test_ids_are_not_made_larger(torch):
    nn = torch.nn
    model = nn.Sequential(nn.Embedding(7, 4), nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2))
    nn.init.constant_(model[1].bias, -50.0)
    assert reach(model).undecided + 2 == reach(model).parameters


def test_a_layer_that_is_dead_by_sign_is_proved(torch):
    """Grossly: all its weights are negative and its inputs are never so. Slightly: one weight is not, and an input opens it."""
    nn = torch.nn
    model = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2))
    with torch.no_grad():
        model[2].weight.abs_().neg_()
        model[2].bias.zero_()
    found = reach(model)
    assert (found.frozen, found.undecided) == (found.parameters - 2, 0)
    with torch.no_grad():
        model[2].weight[0, 0] = 50.0
    found = reach(model)
    assert 0 < found.frozen < found.parameters - 2
    assert found.undecided == 0


def test_outputs_that_are_clamped_on_all_inputs_are_undecided(torch):
    """Nothing of it is dead: larger weights lead outputs between the bounds. Where they are there, all moves."""
    nn = torch.nn
    for bounds, opens in (((100.0, 101.0), False), ((-100.0, 101.0), True)):
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.Hardtanh(*bounds))
        found = reach(model)
        assert (found.reachable, found.undecided > 0) == ((26, False) if opens else (0, True))
        if not opens:
            with pytest.raises(AssertionError, match="undecided: no input tried .* nothing proves that none does"):
                assert_trainable(model)


@pytest.mark.parametrize("hard", [True, False])
def test_a_choice_has_no_gradient_and_weights_of_what_is_chosen_have(hard, torch):
    """The router of experts that are chosen, and no more, never learns; multiplied by their scores it does."""
    nn = torch.nn

    class Experts(nn.Module):
        def __init__(self):
            super().__init__()
            self.router, self.experts = nn.Linear(4, 3), nn.ModuleList([nn.Linear(4, 2) for _ in range(3)])

        def forward(self, x):
            scores, chosen = self.router(x).softmax(-1).topk(1)
            outputs = torch.stack([expert(x) for expert in self.experts], 1)
            found = outputs.gather(1, chosen[..., None].expand(-1, -1, 2)).squeeze(1)
            return found if hard else found * scores

    found = reach(Experts())
    assert (found.reachable, found.frozen, found.undecided) == ((30, 15, 0) if hard else (45, 0, 0))
    if hard:
        (reason,) = found.why("frozen", "router.weight")
        assert (reason.kind.value, "in jumps alone" in reason_sentence(reason)) == ("jumps", True)
        assert found.why("frozen", "router.bias")


def test_a_steep_slope_is_no_jump(torch):
    def way(x, steep):
        return torch.tanh(x * 1e5) if steep else torch.sign(x)

    class Model(torch.nn.Module):
        def __init__(self, steep):
            super().__init__()
            self.steep, self.first = steep, torch.nn.Linear(3, 4)

        def forward(self, x):
            return way(self.first(x), self.steep)

    for steep in (True, False):
        from symcheck.adapters.reach_torch import TorchModel

        model = TorchModel(Model(steep), torch.ones(8, 3))
        experiments = Experiments(model, numpy.random.default_rng(), False, 8)
        offset = {"first.bias": experiments.offset("first.bias", numpy.ones(4, bool)) * 30}
        assert experiments.jumps(offset) is not steep


def test_zeros_beside_other_entries_are_a_reason(torch):
    """Queries and keys of one head of two, in one packed parameter."""
    nn = torch.nn

    class Attending(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention, self.last = nn.MultiheadAttention(4, 2, batch_first=True), nn.Linear(4, 2)
            torch.nn.init.normal_(self.attention.in_proj_bias)
            with torch.no_grad():
                for rows in (slice(0, 2), slice(4, 6)):
                    self.attention.in_proj_weight[rows] = 0
                    self.attention.in_proj_bias[rows] = 0

        def forward(self, x):
            return self.last(self.attention(x, x, x)[0])

    found = reach(Attending(), torch.randn(4, 5, 4))
    assert found.undecided == 0
    assert any(r.partly and r.kind.value in ("zero", "zeros") for r in found.reasons)
    with pytest.raises(
        AssertionError, match="while entries of attention.in_proj_.* it moves once these start at random"
    ):
        assert_trainable(Attending(), torch.randn(4, 5, 4))


@pytest.mark.parametrize(("layer", "width"), [("GLU", 6), ("Softmax2d", 3), ("RReLU", 3)])
def test_what_couples_units_or_draws_is_no_activation_of_a_network(layer, width, torch):
    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, width), getattr(nn, layer)(), nn.Linear(3, 2))
    if layer != "Softmax2d":
        found = reach(model)
        assert (found.reachable, found.frozen) == (found.parameters, 0)
    with pytest.raises(SymcheckError, match=f"{layer}, which"):
        certify(model)


@pytest.mark.parametrize("detached", [True, False])
def test_what_is_shut_at_the_start_is_not_said_to_be_detached(detached, torch):
    """Gates of a hard sigmoid that start far below zero: no gradient from here, though other values of them have one."""

    class Gated(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.last = torch.nn.Linear(4, 3)
            self.gates = torch.nn.Parameter(torch.full((3,), 0.1 if detached else -9.0))

        def forward(self, x):
            gates = self.gates.detach() if detached else self.gates
            return self.last(x) * torch.clamp(torch.sigmoid(gates) * 1.2 - 0.1, 0, 1)

    found = reach(Gated())
    kinds = {r.kind.value for r in found.why("frozen", "gates")}
    assert (found.reachable, "detached" in kinds) == ((15, True) if detached else (0, False))
    if not detached:
        with pytest.raises(AssertionError, match="undecided"):
            assert_trainable(Gated())
