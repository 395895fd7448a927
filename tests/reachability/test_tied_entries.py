"""Entries of one parameter that are tied without being whole slices, and slices tied along two axes for two causes."""

import json

import pytest

from symcheck import assert_trainable, reach


@pytest.fixture
def cyclic(torch):
    """The penalty on cycles of a learned graph: its gradient is a power series in the matrix of weights."""

    class Cyclic(torch.nn.Module):
        def __init__(self, weights):
            super().__init__()
            self.graph = torch.nn.Parameter(weights)

        def forward(self, x):
            return x * torch.trace(torch.matrix_exp(self.graph))

    return lambda weights: (Cyclic(weights), torch.randn(8))


def test_a_multiple_of_the_identity_plus_a_constant_moves_in_two_dimensions(cyclic, torch):
    start = 0.5 * torch.eye(4) + 0.1
    found = reach(*cyclic(start))
    assert (found.reachable, found.frozen, found.groups) == (2, 0, ())
    (entries,) = found.tied_entries
    assert (entries.parameter, entries.distinct, entries.of, entries.by_initialization) == ("graph", 2, 16, True)
    assert json.loads(found.to_json())["tied_entries"][0]["distinct"] == 2
    with pytest.raises(AssertionError, match="graph: 16 entries that move in 2 ways only by the initialization"):
        assert_trainable(*cyclic(start))
    assert_trainable(*cyclic(start), allow=["graph"])


def test_one_pair_of_entries_is_found(cyclic, torch):
    start = torch.diag(torch.tensor([0.3, 0.5, 0.7, 0.7])) + 0.1
    start[2, 3] = start[3, 2] = 0.2
    _, sample = cyclic(start)
    model, _ = cyclic(start)
    (entries,) = reach(model, sample).tied_entries
    assert entries.by_initialization
    assert entries.distinct < entries.of
    with torch.no_grad():
        model.graph += 1e-2 * torch.randn(4, 4)
    assert reach(model, sample).tied_entries == ()
    assert_trainable(model, sample)


def test_what_the_architecture_adds_within_one_parameter_is_told_and_no_fault(torch):
    class Gates(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.biases = torch.nn.Parameter(torch.randn(2, 3))

        def forward(self, x):
            gate, new = torch.tanh((self.biases[0] + self.biases[1])[:2]), self.biases[:, 2]
            return torch.cat([x * gate, torch.tanh(x[:, :1] * new[0] + new[1])], 1)

    found = reach(Gates(), torch.randn(8, 2))
    (entries,) = found.tied_entries
    assert (found.reachable, entries.distinct, entries.of, entries.by_initialization) == (4, 4, 6, False)
    assert_trainable(Gates(), torch.randn(8, 2))


def test_a_reason_is_told_of_the_axis_alone_that_it_is_for(torch, capsys):
    from rich.console import Console

    from symcheck.render.reach import show_reach

    frozen, mixed = torch.nn.Linear(4, 5), torch.nn.Linear(5, 5, bias=False)
    torch.nn.init.constant_(frozen.weight, 0.3)
    torch.nn.init.zeros_(frozen.bias)
    torch.nn.init.constant_(mixed.weight, 0.1)
    mean = torch.nn.AvgPool1d(5)
    model = torch.nn.Sequential(frozen.requires_grad_(False), torch.nn.Tanh(), mixed, torch.nn.Tanh(), mean)
    show_reach(reach(model, torch.randn(6, 4)), Console(width=200))
    lines = [line for line in capsys.readouterr().out.splitlines() if "axis 1" in line and "axis 0" not in line]
    assert lines
    assert all("by the architecture, wherever it starts: no reason known" in line for line in lines)


def test_what_the_start_freezes_and_what_the_architecture_does_are_told_apart(torch, capsys):
    """Key biases are frozen wherever attention starts, and where queries and keys are zero their weights are too."""
    from rich.console import Console

    from symcheck.render.reach import show_reach

    class Attending(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.projected = torch.nn.Linear(4, 12)

        def forward(self, x):
            query, key, value = self.projected(x).chunk(3, -1)
            return (query @ key.transpose(-1, -2)).softmax(-1) @ value

    model = Attending()
    with torch.no_grad():
        model.projected.weight[:8] = 0
        model.projected.bias[:8] = 0
    show_reach(reach(model, torch.randn(6, 5, 4)), Console(width=250))
    out = capsys.readouterr().out
    assert "4 of 12 frozen by the initialization" in out
    assert "4 of 12 frozen by the architecture, wherever it starts: it adds the same to every score" in out
    with pytest.raises(AssertionError) as failed:
        assert_trainable(model, torch.randn(6, 5, 4))
    assert "4 of 12 frozen by the initialization" in str(failed.value)
    assert "architecture" not in str(failed.value)
