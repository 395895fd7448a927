"""Where softmax saturates or a normalization cancels, what rounding leaves of zero comes out the same each time, and is zero.

Kept next to 1, a weight of attention loses what it lacks of 1. Of a bias that all keys share, whose gradient is zero, the
backward pass then leaves a smooth function of that loss, as large as the gradients of the weights beside it.
"""

from collections import Counter

import autograd.numpy as np
import numpy
import pytest
from autograd.scipy.special import logsumexp

from symcheck import SymcheckError
from symcheck.adapters.reach_autograd import AutogradModel
from symcheck.reachability.space import observe

EPS = float(numpy.finfo(float).eps)
FORMS = ("softmax", "kernel", "logsumexp", "log_softmax")


def attention_of(torch, form, scale, null=False):
    """One head over three tokens, whose logits are some `scale` apart; `null`: beside a key that has no bias."""
    nn = torch.nn

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.query, self.key, self.value = (nn.Linear(4, 4) for _ in range(3))
            self.out = nn.Linear(4, 2)
            for part in (self.query, self.key):
                nn.init.normal_(part.weight)

        def forward(self, x):
            query, key, value = scale * self.query(x), self.key(x), self.value(x)
            if null:
                key, value = (torch.cat([part, torch.zeros_like(part[:, :1])], 1) for part in (key, value))
            if form == "kernel":
                parts = (part[:, None] for part in (query, key, value))
                return self.out(nn.functional.scaled_dot_product_attention(*parts, scale=1.0)[:, 0])
            logits = query @ key.mT
            if form == "softmax":
                weights = logits.softmax(-1)
            elif form == "logsumexp":
                weights = (logits - logits.logsumexp(-1, keepdim=True)).exp()
            else:
                weights = logits.log_softmax(-1).exp()
            return self.out(weights @ value)

    return Attention().double()


def labels_of(space):
    layout = space.layout
    return {p.name: space.classes.labels[at] for p, at in zip(layout.parameters, layout.slices, strict=True)}


@pytest.mark.parametrize("form", FORMS)
def test_a_bias_that_all_keys_share_is_never_called_live(form, torch, one_thread):
    """By probes in the model's own arithmetic alone nine runs in ten said at this scale that it moves."""
    from symcheck.adapters.reach_torch import TorchModel

    seen = Counter()
    for _ in range(5):
        model = attention_of(torch, form, 60.0)
        try:
            space = observe(TorchModel(model, torch.randn(2, 3, 4)), numpy.random.default_rng())
        except SymcheckError:
            # One in fifty: some gradients vanish beyond what floats hold.
            seen["refused"] += 1
            continue
        frozen = {name: int((part == 0).sum()) for name, part in labels_of(space).items() if not part.all()}
        seen[str(frozen), space.layout.count - space.classes.dimension] += 1
    assert set(seen) - {"refused"} == {("{'key.bias': 4}", 4)}, seen


def test_beside_a_key_without_a_bias_it_is_live(torch, one_thread):
    """Slightly other: then not all logits of a query move alike."""
    from symcheck.adapters.reach_torch import TorchModel

    model = attention_of(torch, "softmax", 1.0, null=True)
    space = observe(TorchModel(model, torch.randn(2, 3, 4)), numpy.random.default_rng())
    assert space.classes.dimension == space.layout.count


def kept_next_to_one(torch, form):
    """Attention of which each weight is 1, or some 1e-20, and a batch."""
    model = attention_of(torch, form, 1.0).requires_grad_(True)
    with torch.no_grad():
        for part in (model.query, model.key):
            part.weight.copy_(7 * torch.eye(4))
            part.bias.zero_()
    return model, torch.eye(4).double()[None, :3]


@pytest.mark.parametrize("form", FORMS)
def test_stochastic_arithmetic_shows_what_other_probes_keep(form, torch, one_thread):
    from symcheck.adapters.reach_torch import TorchModel

    module, x = kept_next_to_one(torch, form)
    model, rng = TorchModel(module, x), numpy.random.default_rng()
    inputs = model.batch(rng)
    inputs.tensors[0].copy_(x)
    names = [p.name for p in model.parameters]
    point = [numpy.asarray(p.values, float) for p in model.parameters]
    against = [rng.standard_normal(shape) for shape in model.output_shapes(inputs)]

    def gradient(jitter=None, nudge=0):
        moved = [p * (1 + nudge * EPS) for p in point]
        return dict(zip(names, model.gradient(moved, inputs, against, jitter), strict=True))

    plain, again = gradient(), gradient(nudge=3)
    jittered = [gradient(int(rng.integers(1 << 62))) for _ in range(5)]

    def size(name, others, least=0.0):
        return max(numpy.abs(other[name] - plain[name]).max() for other in others) / (
            numpy.abs(plain[name]).max() + least
        )

    # The rest of the bias is no rounding for a probe in the model's own arithmetic, and nothing beside the noise of the others.
    assert size("key.bias", jittered, 1e-300) > 100 * size("key.bias", [again], 1e-300)
    assert max(numpy.abs(other["key.bias"]).max() for other in jittered) > 100 * numpy.abs(plain["key.bias"]).max()
    # A gradient in which nothing cancels is none of rounding.
    assert size("out.weight", jittered) < 100 * EPS


class Written:
    """Functions of one library's arrays."""

    def __init__(self, xp, logsumexp, model):
        self.xp, self.logsumexp, self.model = xp, logsumexp, model

    def weights(self, form, logits):
        if form == "logsumexp":
            return self.xp.exp(logits - self.logsumexp(logits, axis=-1, keepdims=True))
        shifted = self.xp.exp(logits - self.xp.max(logits, axis=-1, keepdims=True))
        return shifted / self.xp.sum(shifted, axis=-1, keepdims=True)

    def head(self, params, x, form):
        """A shift of all classes."""
        return self.weights(form, 10 * (x @ params["W"]) + params["frozen"])

    def layer(self, params, x, form):
        """A shift of all units before a normalization over them, far larger than they differ."""
        return self._normalized(x @ params["W"] + 1e6 * params["frozen"], -1)

    def batch(self, params, x, form):
        """A bias before a normalization over the batch, far larger than it varies."""
        return self._normalized(x @ params["W"] + 1e6 * params["frozen"], 0)

    def _normalized(self, z, axis):
        centred = z - self.xp.mean(z, axis=axis, keepdims=True)
        return self.xp.tanh(centred / self.xp.sqrt(self.xp.mean(centred**2, axis=axis, keepdims=True) + 1e-5))


@pytest.fixture
def written(request):
    if request.param == "autograd":
        return Written(np, logsumexp, AutogradModel)
    jax = request.getfixturevalue("jax")
    from symcheck.adapters.reach_jax import JaxModel

    return Written(jax.numpy, jax.scipy.special.logsumexp, JaxModel)


def observed(written, kind, form, moves, rng):
    """Signed labels by parameter. One network in dozens saturates so far that its gradients vanish, or drown, which is refused."""

    # Slightly other: what is frozen is also used where nothing cancels.
    def other(p, x):
        return getattr(written, kind)(p, x, form) + moves * p["frozen"]

    for _ in range(10):
        params = {"W": rng.normal(size=(4, 3)), "frozen": rng.normal(size=3 if kind == "batch" else 1)}
        try:
            return labels_of(observe(written.model(other, params, rng.normal(size=(8, 4))), rng))
        except SymcheckError as refused:
            last = refused
    raise last


@pytest.mark.parametrize("written", ["autograd", "jax"], indirect=True)
@pytest.mark.parametrize(("kind", "form"), [("head", "softmax"), ("head", "logsumexp"), ("layer", ""), ("batch", "")])
def test_other_sums_that_cancel(written, kind, form):
    rng = numpy.random.default_rng()
    for _ in range(4):
        for moves, live in ((0.0, False), (0.1, True)):
            labels = observed(written, kind, form, moves, rng)
            assert labels["frozen"].all() if live else not labels["frozen"].any()
            assert labels["W"].all()


def test_gradients_that_vanish_are_live(torch, one_thread):
    """Of the first of thirty layers of sigmoids they are 1e-18 of those of the last, and right to their own last digits."""
    from symcheck.adapters.reach_torch import TorchModel

    nn = torch.nn
    layers = [part for _ in range(30) for part in (nn.Linear(4, 4), nn.Sigmoid())]
    model = nn.Sequential(*layers, nn.Linear(4, 2)).double()
    space = observe(TorchModel(model, torch.randn(8, 4)), numpy.random.default_rng())
    assert space.classes.dimension == space.layout.count
