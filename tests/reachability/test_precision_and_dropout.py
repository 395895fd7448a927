"""Torch models of which parts compute in float32 or refuse float64, and models with dropout."""

import random

import numpy as np
import pytest

from symcheck import assert_trainable, reach

pytestmark = pytest.mark.usefixtures("one_thread")


def test_parts_that_compute_in_float32_are_judged_in_float64(torch):
    """As normalizations of language models do: rounding of float32 would hide what is a million times smaller than it."""

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = torch.nn.Linear(4, 6), torch.nn.Linear(6, 2)
            self.extra = torch.nn.Parameter(torch.randn(6))

        def forward(self, x):
            z = self.first(x)
            z = z + self.extra
            z = z.float() * torch.rsqrt(z.to(torch.float32).square().mean(-1, keepdim=True) + 1e-6)
            weights = torch.softmax(z, -1, dtype=torch.float32)
            return self.second(weights.to(x.dtype))

    found = reach(Model())
    assert (found.parameters, found.reachable, found.frozen) == (50, 44, 0)
    assert found.gap.equal < 1e-10 < 1e-9 < found.gap.different
    assert found.together[0].entries == 6


def test_dropout_is_off_and_what_it_parts_is_told(torch):
    """Equal units part under dropout, which is noise and no start; the common shift of a key bias stays frozen."""
    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Dropout(0.5), nn.Linear(6, 2))
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.3)
    found = reach(model, torch.randn(16, 4))
    assert (found.reachable, found.with_dropout) == (4 + 1 + 2 + 2, found.parameters)
    assert found.parted_by_dropout == ("0.weight", "0.bias", "3.weight")
    with pytest.raises(AssertionError, match="1 of 6 move apart"):
        assert_trainable(model, torch.randn(16, 4))
    model = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.3, batch_first=True)
    found = reach(model)
    assert (found.frozen, found.with_dropout, found.parted_by_dropout) == (4, found.reachable, ())
    assert model.training


def test_fused_experts_are_judged_in_float64(torch):
    """Their product itself takes no float64; one pair of experts that starts alike behind equal rows of a router is found."""
    if not hasattr(torch.nn.functional, "grouped_mm"):
        pytest.skip("this torch has no grouped product")

    class Fused(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.router, self.experts = torch.nn.Linear(8, 4), torch.nn.Parameter(torch.randn(4, 8, 8))

        def forward(self, x):
            shares = torch.softmax(self.router(x), -1)
            rows = x.repeat(4, 1)
            ends = torch.arange(1, 5, dtype=torch.int32) * len(x)
            found = torch.nn.functional.grouped_mm(rows, self.experts.to(rows.dtype), offs=ends).reshape(4, len(x), 8)
            return (shares.T[..., None] * torch.tanh(found)).sum(0)

    model = Fused()
    found = reach(model)
    assert (found.parameters, found.frozen) == (4 * 8 + 4 + 4 * 64, 0)
    assert found.precision == "float64"
    with torch.no_grad():
        for tied in (model.router.weight, model.router.bias, model.experts):
            tied[3] = tied[1].clone()
    found = reach(model)
    assert [(g.parameter, g.axis, g.tied) for g in found.groups if g.axis == 0] == [
        (name, 0, ((1, 3),)) for name in ("experts", "router.weight", "router.bias")
    ]
    assert found.gap.equal < 1e-10


def test_what_a_model_draws_itself_is_drawn_anew_and_said(torch):
    """A variational autoencoder; one whose noise is multiplied by zero draws as well, and its scale never moves."""
    nn = torch.nn

    class Autoencoder(nn.Module):
        def __init__(self, factor):
            super().__init__()
            self.encoder, self.mean, self.scale = nn.Linear(5, 6), nn.Linear(6, 2), nn.Linear(6, 2)
            self.decoder, self.factor = nn.Linear(2, 5), factor

        def forward(self, x):
            hidden = torch.tanh(self.encoder(x))
            noise = torch.randn_like(self.mean(hidden)) * self.factor
            return self.decoder(self.mean(hidden) + noise * torch.exp(self.scale(hidden) / 2))

    said = "what the model draws itself is drawn anew for each batch"
    drawing = Autoencoder(1.0)
    state = torch.random.get_rng_state()
    found = reach(drawing)
    assert torch.equal(state, torch.random.get_rng_state())
    assert (found.reachable, found.frozen, said in found.fed) == (found.parameters, 0, True)
    found = reach(Autoencoder(0.0))
    assert (found.frozen, said in found.fed) == (14, True)
    assert said not in reach(nn.Sequential(nn.Linear(5, 6), nn.Dropout(0.5), nn.Linear(6, 2))).fed


@pytest.mark.parametrize("draw", ["numpy.random.normal()", "random.random()"])
def test_draws_of_other_generators_are_said(draw, torch):
    class Noisy(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(3, 2)

        def forward(self, x):
            return self.layer(x) * (1 + eval(draw, {"numpy": np, "random": random}))

    found = reach(Noisy())
    assert (found.frozen, "drawn anew" in found.fed) == (0, True)
