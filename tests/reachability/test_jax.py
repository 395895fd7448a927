"""Pure functions of jax: computed in float64 whatever the parameters are stored in."""

import numpy as np

from symcheck import reach


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
