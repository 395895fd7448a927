"""Inputs and constants narrower than what is computed with are what they are: their eps is no rounding of float64."""

from itertools import pairwise

import numpy as np
import pytest

EPS = np.finfo(float).eps
#: Between layers a constant multiplies each unit; none of it cancels.
SIZES = (5, 6, 2)


def weights(rng):
    return [rng.standard_normal(shape) for shape in pairwise(SIZES)]


def of_torch(request, rng, constant):
    torch = request.getfixturevalue("torch")
    from symcheck.adapters.reach_torch import TorchModel

    class Scaled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weights = torch.nn.ParameterList(map(torch.as_tensor, weights(rng)))
            # No buffer, so that its dtype stays.
            self.scale = torch.as_tensor(constant)

        def forward(self, x):
            return torch.sinh(x @ self.weights[0]) * self.scale @ self.weights[1]

    return TorchModel(Scaled(), torch.as_tensor(rng.standard_normal((4, 5))))


def of_jax(request, rng, constant):
    jax = request.getfixturevalue("jax")
    from symcheck.adapters.reach_jax import JaxModel

    def apply(params, x):
        return jax.numpy.sinh(x @ params[0]) * constant @ params[1]

    # What a user draws is in float32 as often as not.
    return JaxModel(apply, weights(rng), lambda rng: rng.standard_normal((4, 5)).astype(constant.dtype))


def of_autograd(request, rng, constant):
    import autograd.numpy as anp

    from symcheck.adapters.reach_autograd import AutogradModel

    def apply(params, x):
        return anp.dot(anp.sinh(anp.dot(x, params[0])) * constant, params[1])

    return AutogradModel(apply, weights(rng), lambda rng: rng.standard_normal((4, 5)).astype(constant.dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("made", [of_torch, of_jax, of_autograd])
def test_stochastic_arithmetic_moves_by_the_eps_that_is_computed_in(made, dtype, request):
    rng = np.random.default_rng()
    model = made(request, rng, rng.uniform(0.5, 1.5, SIZES[1]).astype(dtype))
    assert model.eps == EPS
    inputs = model.batch(rng)
    point = [np.asarray(p.values, float) for p in model.parameters]
    against = [rng.standard_normal(shape) for shape in model.output_shapes(inputs)]
    plain = model.gradient(point, inputs, against)
    jittered = [model.gradient(point, inputs, against, int(rng.integers(1 << 62))) for _ in range(3)]
    # Some hundred operands are moved by at most 7.5 eps each, of which a few dozen lie on the way to an entry; those of
    # float32 would do so by 1e-7. What a sum cancels is told against the sizes that all of it has.
    sizes = model.gradient([np.abs(p) for p in point], inputs, [np.abs(a) for a in against])
    for others in jittered:
        moved = [np.abs(a - b).max() for a, b in zip(plain, others, strict=True)]
        assert any(moved)
        assert max(moved) < 1e6 * EPS * max(1.0, *(np.abs(s).max() for s in sizes + plain))
