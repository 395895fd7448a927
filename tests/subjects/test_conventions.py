"""How an initializer is called: read off the signature, or said by --call."""

import numpy as np
import pytest

from symcheck.errors import SubjectError
from symcheck.subjects.conventions import CONVENTIONS, parse_convention, read_convention


@pytest.mark.parametrize(
    ("function", "roles"),
    [
        (lambda shape: 0, ("shape",)),
        (lambda size: 0, ("shape",)),
        (lambda x: 0, ("shape",)),
        (lambda shape, rng: 0, ("shape", "rng")),
        (lambda rng, shape: 0, ("rng", "shape")),
        (lambda shape, *, rng=None: 0, ("shape", "rng")),
        (lambda shape, seed=0: 0, ("shape", "seed")),
        (lambda shape, random_state=None: 0, ("shape", "random_state")),
        (lambda fan_in, fan_out: 0, ("fan_in", "fan_out")),
        (lambda n_out, n_in: 0, ("fan_out", "fan_in")),
        (lambda in_features, out_features, rng: 0, ("fan_in", "fan_out", "rng")),
        (lambda n_in, n_out: 0, ("fan_in", "fan_out")),
        (lambda in_dim, out_dim: 0, ("fan_in", "fan_out")),
        (lambda x_prev, n_prev, n: 0, None),
        (lambda n_prev, n: 0, ("fan_in", "fan_out")),
        (lambda n, n_prev: 0, ("fan_out", "fan_in")),
        (lambda n, n_next, rng: 0, ("fan_in", "fan_out", "rng")),
        (lambda in_, out: 0, ("fan_in", "fan_out")),
        (lambda inp, outp: 0, ("fan_in", "fan_out")),
        (lambda rows, cols: 0, ("fan_out", "fan_in")),
        (lambda input_size, hidden_size: 0, ("fan_in", "fan_out")),
        (lambda out: 0, ("tensor",)),
        (lambda layer_size, l: 0, ("sizes", "index")),
        (lambda layer_dims, i: 0, ("sizes", "index")),
        (lambda layer_sizes, which: 0, ("sizes", "index")),
        (lambda tensor, a=0.0: 0, ("tensor",)),
        (lambda key, shape, dtype=None: 0, ("key", "shape")),
        (lambda *shape: 0, ("star_shape",)),
        (np.random.randn, ("star_shape",)),
        (np.random.standard_normal, ("shape",)),
        (lambda loc=0.0, scale=1.0, size=None: 0, ("shape",)),
        (lambda layer_sizes: 0, ("sizes",)),
        (lambda shape, gain=1.0, rng=None: 0, ("shape", "rng")),
    ],
)
def test_the_signature_tells(function, roles) -> None:  # type: ignore[no-untyped-def]
    if roles is None:
        with pytest.raises(SubjectError, match=r"needs values for x_prev: bind them.*--call, one of f\(shape\)"):
            read_convention(function, "f")
        return
    convention = read_convention(function, "f")
    assert convention is not None
    assert convention.roles == roles


@pytest.mark.parametrize("function", [lambda: 0, lambda depth=3: 0])
def test_a_function_without_such_parameters_is_a_factory(function) -> None:  # type: ignore[no-untyped-def]
    assert read_convention(function, "f") is None


@pytest.mark.parametrize("function", [lambda a, b: 0, lambda fan_in: 0, lambda foo, bar, baz: 0, lambda gain, shape: 0])
def test_what_is_left_open_is_asked_for(function) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SubjectError, match="--call"):
        read_convention(function, "f")


@pytest.mark.parametrize("text", CONVENTIONS)
def test_every_way_that_is_offered_can_be_forced(text: str) -> None:
    assert str(parse_convention(text)) == text


@pytest.mark.parametrize("text", ["", "f", "f()", "shape", "f(foo)", "f(rng)", "f(shape"])
def test_a_form_that_cannot_be_read(text: str) -> None:
    with pytest.raises(SubjectError, match="--call"):
        parse_convention(text)
