"""Networks from scratch in the forms in which people write them, with the loss that each of them descends."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from symcheck.subjects.running import run_definitions

FORMS = Path(__file__).parents[2] / "scratch"
Loss = Callable[[Any, Any], float]


def half_per_sample(O: Any, Y: Any) -> float:
    return float(0.5 * ((O - Y) ** 2).sum() / len(O))


def squared_sum(O: Any, Y: Any) -> float:
    return float(((O - Y) ** 2).sum())


def half_sum(O: Any, Y: Any) -> float:
    return half_per_sample(O, Y) * len(O)


def per_sample(O: Any, Y: Any) -> float:
    return 2 * half_per_sample(O, Y)


def mse(O: Any, Y: Any) -> float:
    return float(((O - Y) ** 2).mean())


def binary(O: Any, Y: Any) -> float:
    return float(-(Y * np.log(O) + (1 - Y) * np.log(1 - O)).sum() / len(O))


def binary_sum(O: Any, Y: Any) -> float:
    return binary(O, Y) * len(O)


def softmax_of_scores(O: Any, Y: Any) -> float:
    shares = np.exp(O - O.max(axis=1, keepdims=True))
    return cross_entropy(shares / shares.sum(axis=1, keepdims=True), Y)


def cross_entropy(O: Any, Y: Any) -> float:
    return float(-(Y * np.log(O)).sum() / len(O))


@dataclass(frozen=True)
class Form:
    """What is known of a file: its activations, its loss, its widths where they are fixed, what it offers, and whether its steps are those of
    gradient descent."""

    activation: str
    output: str
    loss: Loss
    sizes: tuple[tuple[int, ...], ...]
    offers: frozenset[str]
    biases: bool = True
    rate: float | None = None
    plain_steps: bool = True


ANY = ((4, 6, 3), (3, 2), (2, 5, 4, 3), (1, 1, 1))
ONE = ((4, 6, 3), (2, 1, 1), (1, 3, 2))
_ALL = frozenset({"initialize", "forward", "gradients", "update"})
_STEP = frozenset({"initialize", "forward", "train_step"})

CASES = {
    "course_dictionary": Form("relu", "sigmoid", binary, ANY, _ALL),
    "one_hidden_layer": Form("tanh", "sigmoid", binary, ONE, _ALL),
    "column_network": Form("sigmoid", "sigmoid", half_per_sample, ANY, _STEP | {"gradients"}),
    "two_layer_net": Form("relu", "identity", softmax_of_scores, ((4, 6, 3), (1, 3, 2)), _ALL - {"update"}),
    "train_and_query": Form("sigmoid", "sigmoid", half_per_sample, ONE, _STEP, biases=False),
    "fit_and_predict": Form("tanh", "identity", mse, ONE, _STEP),
    "loose_arrays": Form("relu", "softmax", cross_entropy, ((9, 12, 4),), _ALL),
    "list_of_dictionaries": Form("tanh", "identity", mse, ANY, _ALL),
    "neurons": Form("sigmoid", "sigmoid", half_per_sample, ONE, _STEP),
    "data_in_constructor": Form("sigmoid", "sigmoid", squared_sum, ((5, 4, 3),), _STEP, biases=False, rate=1.0),
    "module_globals": Form("relu", "identity", half_per_sample, ((2, 6, 1),), _STEP - {"initialize"}),
    "momentum": Form("sigmoid", "sigmoid", half_per_sample, ANY, _STEP),
    "bias_column": Form("sigmoid", "sigmoid", binary, ANY, _ALL - {"update"}),
    "scalar_graph": Form("tanh", "identity", per_sample, ((5, 4, 3), (2, 4, 1)), _ALL - {"update"}),
    "graph_in_a_loop": Form("sigmoid", "sigmoid", per_sample, ((2, 3, 4, 1), (1, 2, 2, 1)), _STEP),
    "layer_objects": Form("relu", "identity", softmax_of_scores, ((4, 6, 3), (2, 5, 4, 3)), _ALL - {"update"}),
    "sequential": Form("tanh", "identity", mse, ANY, _STEP),
    "module_loop": Form("sigmoid", "sigmoid", half_sum, ((3, 4, 1),), _STEP - {"initialize"}, biases=False, rate=1.0),
    "fit_makes_weights": Form("sigmoid", "sigmoid", binary_sum, ONE, _STEP),
    "online": Form("sigmoid", "sigmoid", half_per_sample, ONE, _STEP),
    "forward_backward_class": Form("relu", "softmax", cross_entropy, ((4, 6, 3), (2, 3, 2)), _ALL),
    "one_function": Form("tanh", "sigmoid", binary, ONE, _STEP),
    "main_guard": Form("sigmoid", "sigmoid", per_sample, ((3, 6, 2),), _STEP - {"initialize"}),
    "global_data": Form("tanh", "softmax", cross_entropy, ((2, 5, 3), (2, 1, 3)), _STEP),
    "plain_lists": Form("relu", "softmax", cross_entropy, ((4, 6, 3), (1, 3, 2)), _STEP),
    "private_state": Form("sigmoid", "sigmoid", binary, ANY, _STEP),
    "handed_slope": Form("relu", "identity", softmax_of_scores, ((4, 6, 3), (2, 5, 4, 3)), _ALL - {"update"}),
    "trained_inside": Form("tanh", "identity", half_per_sample, ONE, _STEP),
    "crossed_batches": Form("relu", "softmax", cross_entropy, ((4, 6, 3), (1, 3, 2)), _STEP),
    "separate_numbers": Form("sigmoid", "sigmoid", half_per_sample, ((2, 2, 1),), _STEP),
    "class_numbers": Form("sigmoid", "sigmoid", per_sample, ((4, 6, 3), (1, 3, 2)), _ALL - {"update"}),
    "adam_memory": Form("tanh", "sigmoid", binary, ANY, _ALL - {"update"} | {"train_step"}, plain_steps=False),
    "settings_object": Form("relu", "identity", half_per_sample, ONE, _ALL),
    "hidden_bias_units": Form("sigmoid", "sigmoid", half_per_sample, ((5, 9, 12, 3),), _STEP, biases=False),
    "dropout_inside": Form("tanh", "identity", mse, ONE, _ALL),
    "asks_and_writes": Form("relu", "identity", per_sample, ONE, _ALL, biases=False),
}


def load(path: Path) -> ModuleType:
    """The file as a module of its own, which no other test has seen."""
    name = f"scratch_{path.stem}_{abs(hash(path))}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    run_definitions(module, path.read_text(), str(path))
    return module
