"""Reasons are what an experiment showed: each kind is found where it holds, and not told where something else does."""

import numpy as np
import pytest

from symcheck import assert_trainable, reach
from symcheck.reachability.explain import why_everywhere

pytestmark = pytest.mark.usefixtures("one_thread")

CASES = [
    ("LoRA A = B = 0", "zero factors", "frozen", {"A", "B"}, {"A", "B"}, ""),
    ("zero gate and last layer", "zero factors", "frozen", None, {"gate", "outer.weight", "outer.bias"}, ""),
    (
        "copied experts, zero router",
        "zero",
        "frozen",
        {"router.weight", "router.bias"},
        {"router.weight", "router.bias"},
        "",
    ),
    ("all zero", "zeros", "frozen", {"0.weight", "0.bias", "2.weight"}, None, ""),
    ("sign-dead ReLU", "sign", "frozen", None, {"2.weight"}, ""),
    ("all 0.5", "equal start", "tied", {"2.weight", "2.bias", "4.weight"}, {"2.weight"}, ""),
    ("constant, identity, constant", "start", "tied", {"2.weight"}, {"0.weight"}, ""),
    ("copied experts, zero router", "zero beside", "together", None, {"router.weight"}, ""),
    ("cloned ensemble", "equal start", "together", None, {"members.0.0.weight"}, ""),
    ("default GRU", "only added", "together", {"recurrent.bias_ih_l0", "recurrent.bias_hh_l0"}, set(), ""),
    ("biases before batch normalization", "taken away", "frozen", {"0.bias"}, set(), "batch_norm"),
    ("biases before one group a channel", "taken away", "frozen", {"0.bias"}, set(), "group_norm"),
    ("encoder of cloned layers", "taken away", "frozen", {"layers.2.self_attn.in_proj_bias"}, set(), "attention"),
]


@pytest.mark.parametrize(("name", "kind", "effect", "parameters", "changed", "through"), CASES)
def test_reasons_of_the_tables(name, kind, effect, parameters, changed, through, torch):
    import torch_cases

    found = reach(torch_cases.TABLE[name][0](), torch.randn(8, 3, 8, 8) if name.startswith("biases") else None)
    reasons = [r for r in found.reasons if (r.kind.value, r.effect.value) == (kind, effect)]
    fitting = [
        r
        for r in reasons
        if (parameters is None or set(r.parameters) == parameters)
        and (changed is None or set(r.changed) == changed)
        and through in r.through
    ]
    assert fitting, found.reasons
    assert all(found.why("frozen", part.parameter) for part in found.frozen_parameters)


def test_unused_detached_and_unknown(torch):
    nn = torch.nn

    class Parts(nn.Module):
        def __init__(self):
            super().__init__()
            self.used, self.unused, self.detached = nn.Linear(3, 2), nn.Linear(3, 2), nn.Linear(3, 2)
            self.rounded = nn.Linear(3, 2)

        def forward(self, x):
            return self.used(x) + self.detached(x).detach() + torch.round(self.rounded(x))

    found = reach(Parts())
    kinds = {f.parameter: [r.kind.value for r in found.why("frozen", f.parameter)] for f in found.frozen_parameters}
    assert kinds["unused.weight"] == kinds["unused.bias"] == ["unused"]
    assert kinds["detached.weight"] == kinds["detached.bias"] == ["detached"]
    assert kinds.keys() == {f"{part}.{p}" for part in ("unused", "detached", "rounded") for p in ("weight", "bias")}
    assert all(not f.by_initialization for f in found.frozen_parameters)


class Tokens:
    """Ids below 4 of a table of 7, at 3 of 5 positions."""

    def __new__(cls, torch, centred=False):
        nn = torch.nn

        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.ids, self.positions = nn.Embedding(7, 4), nn.Parameter(torch.randn(5, 4))
                self.head = nn.Linear(4, 2)

            def forward(self, ids):
                return self.head(torch.tanh(self.ids(ids) + self.positions[: ids.shape[1]]))

        return Model()


def test_what_was_not_visited_is_told_apart(torch):
    model = Tokens(torch)
    some = reach(model, lambda rng: torch.as_tensor(rng.integers(0, 4, (16, 3))))
    assert (some.frozen, some.not_visited) == (0, 3 * 4 + 2 * 4)
    assert {f.parameter: (f.frozen, f.of, f.indices) for f in some.unvisited_parameters} == {
        "ids.weight": (12, 28, (4, 5, 6)),
        "positions": (8, 20, (3, 4)),
    }
    assert_trainable(model, lambda rng: torch.as_tensor(rng.integers(0, 4, (16, 3))))
    every = reach(model, lambda rng: torch.as_tensor(rng.permuted(np.arange(40) % 7).reshape(8, 5)))
    assert (every.frozen, every.not_visited) == (0, 0)


def test_a_unit_that_no_input_opens_is_frozen_and_was_visited(torch):
    """Its gradient is zero each time as that of a row that was not looked up, yet from another start it moves."""
    nn = torch.nn
    model = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 2))
    with torch.no_grad():
        model[0].weight[4] = 0
        model[0].bias[4] = -1
    found = reach(model)
    assert (found.frozen, found.not_visited) == (3 + 1 + 2, 0)
    assert [r.kind.value for r in found.why("frozen", "0.bias")] == ["sign"]
    with pytest.raises(
        AssertionError, match="dead by sign, no input opens it: with the signs of 0.bias turned it moves"
    ):
        assert_trainable(model)
    with torch.no_grad():
        model[0].bias[4] = 0.01
    assert reach(model).frozen == 0


def test_zeros_that_move_are_no_reason_by_being_zero(torch):
    """Behind equal units the direction of weights that are normalized has no gradient, whatever the bias before has become."""
    from torch.nn.utils.parametrizations import weight_norm

    def equal(*shape):
        layer = torch.nn.Linear(*shape)
        torch.nn.init.constant_(layer.weight, 0.5)
        torch.nn.init.zeros_(layer.bias)
        return weight_norm(layer)

    found = reach(torch.nn.Sequential(equal(4, 6), torch.nn.Tanh(), equal(6, 2)), torch.randn(8, 4))
    assert (found.reachable, found.frozen) == (10, 12)
    reasons = {r.kind.value for r in found.reasons if r.effect.value == "frozen"}
    assert reasons == {"start"}


class Choosing:
    """Experiments on a model that chooses: of a few small steps the larger jump."""

    rounding = 1e-9

    def __init__(self, least):
        self.least = least

    def offset(self, name, mask):
        return np.ones(mask.shape)

    def outputs_change(self, offsets, larger=1.0):
        return float(max(np.abs(o).max() for o in offsets.values()) >= self.least)

    def still(self, name, mask):
        return True

    def jumps(self, offsets, larger=1.0):
        return True


@pytest.mark.parametrize(("least", "kind"), [(1.0, "jumps"), (5e-5, "jumps"), (5e-6, "jumps"), (0.0, "detached")])
def test_a_jump_on_a_small_step_is_no_slope(least, kind):
    nothing = np.zeros(3, bool)
    found = list(why_everywhere(Choosing(least), {"router": np.zeros(3, int)}, {"router": ~nothing}, []))
    assert [r.kind.value for r in found] == [kind]


def test_parameters_of_a_list_have_no_name_below_it(torch):
    class Sum(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = torch.nn.ParameterList([torch.nn.Parameter(torch.full((4, 3), 0.5)) for _ in range(3)])

        def forward(self, x):
            return sum(torch.tanh(x @ part) for part in self.parts)

    assert "3 copies move alike by the initialization" in str(reach(Sum(), torch.randn(8, 4)))
