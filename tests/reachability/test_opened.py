"""Units that no ordinary input opens: inputs far away are tried, and what none opens is undecided unless it is proved dead."""

import autograd.numpy as np
import numpy
import pytest

from symcheck import assert_trainable, reach

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
