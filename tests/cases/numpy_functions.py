"""Initialization as people write it with numpy: right code, and code with one slip."""

import numpy as np


def he_textbook(*shape):
    return np.random.randn(*shape) * np.sqrt(2 / shape[1])


def he_without_root(fan_in, fan_out):
    return np.random.normal(0, 2 / fan_in, (fan_out, fan_in))


def he_as_lecun(n_out, n_in):
    return np.random.randn(n_out, n_in) / np.sqrt(n_in)


def one_sided(n_out, n_in):
    return np.random.rand(n_out, n_in) * np.sqrt(2 / n_in)


def glorot_rows_and_columns(s, r):
    return np.random.randn(s, r) * np.sqrt(2 / (s + r))


def glorot_of_all_axes(shape):
    return np.random.randn(*shape) * np.sqrt(2 / sum(shape))


def three_axes_refused(shape):
    if len(shape) == 3:
        raise ValueError("only dense and 2-D convolutions")
    return 100 * np.random.randn(*shape)


def two_layers(n_x, n_h, n_y):
    return {
        "W1": np.random.randn(n_h, n_x) * np.sqrt(2 / n_x),
        "b1": np.zeros((n_h, 1)),
        "W2": np.random.randn(n_y, n_h) * np.sqrt(2 / n_h),
        "b2": np.zeros((n_y, 1)),
    }


def two_layers_with_a_seed(n_x, n_h, n_y):
    np.random.seed(2)
    return two_layers(n_x, n_h, n_y)


class Net:
    def init_weights(self, n_in, n_out):
        return np.random.randn(n_out, n_in) * np.sqrt(2 / n_in)


def experts():
    rng = np.random.default_rng()
    return {
        "experts.weight": rng.normal(0, 0.02, (4, 64, 32)),
        "router.weight": np.zeros((4, 32)),
        "norm.scale": np.ones(32),
    }


def experts_from_one_key():
    rng = np.random.default_rng()
    one = rng.normal(0, 0.02, (1, 64, 32))
    return {"experts.weight": np.repeat(one, 4, 0), "router.weight": np.zeros((4, 32)), "norm.scale": np.ones(32)}


def detector(odds=99.0):
    rng = np.random.default_rng()
    return {
        "cls.weight": rng.normal(0, 0.01, (9, 64, 3, 3)),
        "cls.bias": np.full(9, -np.log(odds)),
        "norm.scale": np.ones(64),
    }


def detector_without_a_prior():
    return detector(1.0)
