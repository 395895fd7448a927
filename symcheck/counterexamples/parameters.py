"""Models with a fault in one of their parameters, as functions that build them afresh."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck.counterexamples.example import Faults
from symcheck.recipes.recipe import Recipe
from symcheck.types import Array

Model = dict[str, Array]
Spoil = Callable[[Model, Generator], Model]
#: Files a function that spoils a model under a check.
Filing = Callable[[Spoil], Callable[[], Model]]

#: What the sound model is drawn from.
RECIPE = {"*": "normal(0.02)", "*.bias": "zeros", "*.scale": "ones", "blocks.*.proj.weight": "normal(0.02/sqrt(4))"}


#: Tied embeddings, as a recipe declares them.
TIED = 'equal = [["head.weight", "embed.embedding[0:10]"]]\n[laws]\n"*" = "any"\n'


def _faults(aspect: str, law: dict[str, str] | Recipe | None = None) -> Callable[..., Filing]:
    """Files functions of a sound model and a generator that spoil it, and give it back, as factories of the model."""
    filed = Faults(f"parameter.{aspect}", law, False)

    def of_size(size: str, **settings: Any) -> Filing:
        file = filed(size, **settings)

        def add(spoil: Callable[[Model, Generator], Model]) -> Callable[[], Model]:
            def build() -> Model:
                rng = np.random.default_rng()
                return spoil(sound(rng), rng)

            build.__name__ = build.__qualname__ = spoil.__name__
            build.__doc__ = spoil.__doc__
            file(build)
            return build

        return add

    return of_size


def sound(rng: Generator) -> Model:
    """Two blocks with norms, as a small transformer has them."""
    model = {"embed.embedding": rng.normal(0, 0.02, (64, 32))}
    for i in range(2):
        model |= {
            f"blocks.{i}.norm.scale": np.ones(32),
            f"blocks.{i}.fc.weight": rng.normal(0, 0.02, (96, 32)),
            f"blocks.{i}.fc.bias": np.zeros(96),
            f"blocks.{i}.proj.weight": rng.normal(0, 0.01, (32, 96)),
            f"blocks.{i}.proj.bias": np.zeros(32),
        }
    return model | {"head.weight": rng.normal(0, 0.02, (10, 32))}


def sound_model() -> Model:
    """A sound model, built afresh."""
    return sound(np.random.default_rng())


finite = _faults("finite")
written = _faults("written")
covered = _faults("covered", RECIPE)
equal = _faults("equal", Recipe.from_toml(TIED))
scale = _faults("scale", RECIPE)
mean = _faults("mean", RECIPE)
bounds = _faults("bounds", {**RECIPE, "head.weight": "uniform(-0.1, 0.1)"})
family = _faults("family", RECIPE)
atoms = _faults("atoms", RECIPE)
structure = _faults("structure", {**RECIPE, "head.weight": "orthogonal"})
constants = _faults("constants")
fresh = _faults("fresh")
copies = _faults("copies")


@finite("gross")
def a_matrix_of_nan(model: Model, rng: Generator) -> Model:
    return model | {"head.weight": np.full((10, 32), np.nan)}


@finite("slight")
def one_infinite_entry_of_a_bias(model: Model, rng: Generator) -> Model:
    model["blocks.1.fc.bias"][-1] = np.inf
    return model


@written("gross")
def memory_that_nobody_wrote(model: Model, rng: Generator) -> Model:
    return model | {"head.weight": np.empty((10, 32))}


@written("slight")
def one_row_that_nobody_wrote(model: Model, rng: Generator) -> Model:
    head = np.empty((10, 32))
    head[:-1] = rng.normal(0, 0.02, (9, 32))
    return model | {"head.weight": head}


@covered("gross", law={"blocks.*": "normal(0.02)", "*.missing": "zeros"})
def a_pattern_for_nothing(model: Model, rng: Generator) -> Model:
    return model


@covered("slight", law={"*.weight": "normal(0.02)", "*.proj.weight": "normal(0.01)"})
def a_random_table_without_a_rule(model: Model, rng: Generator) -> Model:
    return model


@equal("gross")
def a_head_that_is_not_tied(model: Model, rng: Generator) -> Model:
    return model


@equal("slight")
def one_entry_of_a_tied_head_set_anew(model: Model, rng: Generator) -> Model:
    head = model["embed.embedding"][:10].copy()
    head[4, 7] = rng.normal(0, 0.02)
    return model | {"head.weight": head}


@scale("gross")
def a_projection_that_is_not_scaled(model: Model, rng: Generator) -> Model:
    return model | {"blocks.1.proj.weight": rng.normal(0, 0.02, (32, 96))}


@scale("slight")
def a_tenth_too_wide(model: Model, rng: Generator) -> Model:
    return model | {"blocks.1.fc.weight": rng.normal(0, 0.022, (96, 32))}


@mean("gross")
def a_matrix_about_one(model: Model, rng: Generator) -> Model:
    return model | {"blocks.0.fc.weight": 1 + rng.normal(0, 0.02, (96, 32))}


@mean("slight")
def a_fifth_of_the_std_off(model: Model, rng: Generator) -> Model:
    return model | {"blocks.0.fc.weight": rng.normal(0.004, 0.02, (96, 32))}


@bounds("gross")
def one_entry_far_out(model: Model, rng: Generator) -> Model:
    head = rng.uniform(-0.1, 0.1, (10, 32))
    head[3, 5] = 0.5
    return model | {"head.weight": head}


@bounds("slight")
def one_entry_just_beyond(model: Model, rng: Generator) -> Model:
    head = rng.uniform(-0.1, 0.1, (10, 32))
    head[0, 0] = 0.1001
    return model | {"head.weight": head}


@family("gross")
def signs_in_place_of_draws(model: Model, rng: Generator) -> Model:
    return model | {"blocks.0.fc.weight": rng.choice([-0.02, 0.02], (96, 32))}


@family("slight")
def uniform_in_place_of_normal(model: Model, rng: Generator) -> Model:
    half = 0.02 * sqrt(3)
    return model | {"blocks.0.fc.weight": rng.uniform(-half, half, (96, 32))}


@atoms("gross")
def a_tenth_of_zeros(model: Model, rng: Generator) -> Model:
    return model | {"blocks.0.fc.weight": model["blocks.0.fc.weight"] * (rng.random((96, 32)) > 0.1)}


@atoms("slight")
def draws_rounded_to_float16(model: Model, rng: Generator) -> Model:
    return model | {"blocks.0.fc.weight": model["blocks.0.fc.weight"].astype(np.float16).astype(np.float64)}


@structure("gross", law=RECIPE)
def biases_drawn_and_a_normal_head(model: Model, rng: Generator) -> Model:
    return model | {"blocks.0.fc.bias": rng.normal(0, 0.02, 96)}


@structure("slight")
def rows_of_length_one_that_are_not_orthogonal(model: Model, rng: Generator) -> Model:
    head = np.linalg.qr(rng.normal(size=(32, 10)))[0].T
    head[0] = (head[0] + 1e-3 * head[1]) / np.linalg.norm(head[0] + 1e-3 * head[1])
    return model | {"head.weight": head}


@constants("gross")
def norms_drawn_like_weights(model: Model, rng: Generator) -> Model:
    return model | {f"blocks.{i}.norm.scale": rng.normal(0, 0.02, 32) for i in range(2)}


@constants("slight")
def one_norm_with_noise(model: Model, rng: Generator) -> Model:
    return model | {"blocks.1.norm.scale": 1 + rng.normal(0, 0.001, 32)}


@fresh("gross")
def a_seed_for_everything(model: Model, rng: Generator) -> Model:
    return sound(np.random.default_rng(0))


@fresh("slight")
def a_seed_for_one_matrix(model: Model, rng: Generator) -> Model:
    return model | {"head.weight": np.random.default_rng(42).normal(0, 0.02, (10, 32))}


@copies("gross")
def a_cloned_block(model: Model, rng: Generator) -> Model:
    return model | {f"blocks.1.{n}.weight": model[f"blocks.0.{n}.weight"].copy() for n in ("fc", "proj")}


@copies("slight")
def the_second_half_of_a_matrix_is_twice_the_first(model: Model, rng: Generator) -> Model:
    half = model["blocks.1.fc.weight"][:48]
    return model | {"blocks.1.fc.weight": np.concatenate([half, 2 * half])}


seed = Faults("parameter.seed", None, False)


@seed("gross")
def a_generator_that_is_passed_and_not_used(rng: Generator) -> Model:
    return sound(np.random.default_rng())


@seed("slight")
def one_matrix_from_a_generator_of_its_own(rng: Generator) -> Model:
    return sound(rng) | {"head.weight": np.random.default_rng().normal(0, 0.02, (10, 32))}


default = Faults("parameter.default", None, True)


@default("gross", needs="torch")
def a_library_layer_three_times_too_wide() -> Any:
    return _deviating(3)


@default("slight", needs="torch")
def a_library_layer_five_percent_too_wide() -> Any:
    return _deviating(1.05)


applied = Faults("parameter.applied", None, True)


@applied("gross", needs="torch")
def a_function_that_writes_to_copies() -> Any:
    from importlib import import_module

    torch = import_module("torch")

    def init_weights(m: Any) -> None:
        if isinstance(m, torch.nn.Linear):
            m.weight.data.clone().normal_(0, 0.02)

    return init_weights


@applied("slight", needs="torch")
def a_function_that_leaves_the_last_half_of_the_rows() -> Any:
    from importlib import import_module

    torch = import_module("torch")

    def init_weights(m: Any) -> None:
        if isinstance(m, torch.nn.Linear):
            m.weight.data[: len(m.weight) // 2].normal_(0, 0.02)

    return init_weights


def _deviating(factor: float) -> Any:
    """A class of torch's as a release might have it that deviates from its documentation."""
    from importlib import import_module

    torch = import_module("torch")

    def start(self: Any) -> None:
        torch.nn.Linear.__init__(self, 256, 256)
        with torch.no_grad():
            self.weight.mul_(factor)

    return type("Linear", (torch.nn.Linear,), {"__module__": torch.nn.Linear.__module__, "__init__": start})
