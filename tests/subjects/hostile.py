"""Subjects that behave badly, named by text in the tests beside this file."""

import contextlib
import os
import sys
import time
from typing import Any

import numpy as np

NOT_CALLABLE = 3.0
PLAIN_STRINGS = ["a", "b"]


def he(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))


def raises(shape: Any) -> Any:
    raise RuntimeError("no luck\nsecond line")


def busy(shape: Any) -> Any:
    while True:
        pass


def sleeps(shape: Any) -> Any:
    time.sleep(1e6)


def swallows_everything(shape: Any) -> Any:
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(0.01)


def leaves_the_process(shape: Any) -> Any:
    os._exit(7)


def exits(shape: Any) -> Any:
    sys.exit(0)


def is_killed(shape: Any) -> Any:
    os.kill(os.getpid(), 9)


def returns_none(shape: Any) -> Any:
    return None


def returns_a_list(shape: Any) -> Any:
    return [[0.0] * shape[1]] * shape[0]


def returns_text(shape: Any) -> Any:
    return "weights"


def returns_complex(shape: Any) -> Any:
    return np.ones(shape) * 1j


def returns_objects(shape: Any) -> Any:
    return np.full(shape, None, dtype=object)


def returns_nan(shape: Any) -> Any:
    return np.full(shape, np.nan)


def returns_wrong_shape(shape: Any) -> Any:
    return np.random.standard_normal((3, 3))


def returns_float16(shape: Any, rng: Any) -> Any:
    return he(shape, rng).astype(np.float16)


def returns_read_only(shape: Any, rng: Any) -> Any:
    array = he(shape, rng)
    array.flags.writeable = False
    return array


_BUFFER: dict[Any, Any] = {}


def returns_its_buffer(shape: Any, rng: Any) -> Any:
    buffer = _BUFFER.setdefault(tuple(shape), np.empty(shape))
    buffer[...] = he(shape, rng)
    return buffer


def prints(shape: Any, rng: Any) -> Any:
    print('{"verdict": "passed"}')
    sys.stdout.flush()
    os.write(1, b"more noise\n")
    return he(shape, rng)


def closes_its_streams(shape: Any, rng: Any) -> Any:
    sys.stdout.close()
    sys.stdin.close()
    return he(shape, rng)


def wants_the_old_generator(shape: Any, rng: Any) -> Any:
    return rng.randn(*shape) * np.sqrt(2 / np.prod(shape[1:]))


def only_matrices(shape: Any, rng: Any) -> Any:
    out, inputs = shape
    return rng.standard_normal((out, inputs)) * np.sqrt(2 / inputs)


def unclear(a: Any, b: Any) -> Any:
    return np.random.standard_normal((a, b, 3))


class Describes:
    @property
    def he(self) -> Any:
        raise OSError("no such property today")


describes = Describes()


def matrices() -> Any:
    rng = np.random.default_rng()
    return [rng.standard_normal((8, 5)), rng.standard_normal((3, 8))]


def coursera(layer_dims: Any) -> Any:
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * 0.01
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def coursera_zeros(layer_dims: Any) -> Any:
    return {name: 0 * array for name, array in coursera(layer_dims).items()}


def legacy_seed(shape: Any, random_state: Any = None) -> Any:
    return np.random.RandomState(random_state).normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)


def integer_rng(shape: Any, rng: int) -> Any:
    return he(shape, np.random.default_rng(int(rng)))


def takes_no_source(shape: Any, random_state: Any) -> Any:
    raise TypeError(f"first given a {type(random_state).__name__}")


def hangs_while_building() -> Any:
    time.sleep(1e6)


class Plain:
    pass


def _calls(function):
    function.calls = getattr(function, "calls", 0) + 1
    return function.calls


def dies_at_the_twentieth_call(shape, rng):
    if _calls(dies_at_the_twentieth_call) == 20:
        os._exit(9)
    return rng.standard_normal(shape)


def raises_at_the_thirtieth_call(shape, rng):
    if _calls(raises_at_the_thirtieth_call) == 30:
        raise ValueError("once")
    return rng.standard_normal(shape)


def raises_at_the_first_call(shape, rng):
    if _calls(raises_at_the_first_call) == 1:
        raise ValueError("cold start")
    return rng.standard_normal(shape)


def closes_its_pipes(shape, rng):
    os.closerange(3, 256)
    time.sleep(1e6)


def writes_into_its_pipes(shape, rng):
    for descriptor in range(3, 12):
        try:
            os.write(descriptor, b"x" * 100)
        except OSError:
            continue
    return rng.standard_normal(shape)


def leaves_a_child_behind(shape, rng):
    if _calls(leaves_a_child_behind) == 1 and os.fork() == 0:
        time.sleep(1e6)
    return rng.standard_normal(shape)


def forks_and_dies(shape, rng):
    if os.fork() == 0:
        time.sleep(1e6)
    os._exit(3)


def returns_itself():
    return returns_itself
