"""What is saved in the course of training: weights beside an optimizer's state, a counter of epochs and the like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

from symcheck.subjects.trees import children_of, held_in
from symcheck.texts import LONGEST_NAME, plain

#: Where checkpoints keep the weights, and what stands beside them that holds arrays and is no model.
_WEIGHTS = ("state_dict", "model_state_dict", "model", "module", "net", "network", "params", "variables")
_BESIDE = (
    *(
        "optimizer",
        "optimizers",
        "optimizer_state_dict",
        "optimizer_states",
        "optim",
        "opt",
        "opt_state",
        "optimizer_state",
    ),
    *(
        "scheduler",
        "lr_scheduler",
        "lr_schedulers",
        "scheduler_state_dict",
        "scaler",
        "amp",
        "rng",
        "rng_state",
        "random_state",
    ),
    *("callbacks", "loops", "hyper_parameters", "history", "metrics", "ema", "ema_state_dict", "model_ema", "loss"),
)
#: flax: the collections of a model that training does not change by gradients.
_TRAINED_COLLECTION = "params"


def weights_of(obj: Any, leaf: type | tuple[type, ...] = ()) -> tuple[Any, tuple[str, ...]]:
    """The part of a checkpoint that holds the model's weights, with a sentence on what was left out; any other thing as it is.

    A mapping or a dataclass is a checkpoint where one of its parts has a name for weights, and every other is without arrays
    or has a name for what stands beside a model: ``{"model": ..., "head": ...}`` is a model of two parts.

    Args:
        leaf: what is an array beside those of known libraries.
    """
    if not isinstance(obj, Mapping) and not is_dataclass(obj):
        return obj, ()
    parts = children_of(obj) or []
    names = [name for name, _ in parts]
    place = next((name for name in _WEIGHTS if name in names), None)
    others = [(name, part) for name, part in parts if name != place]
    # What flax calls params is a collection of a model's variables.
    alone = not others and (place in ("params", "variables") or not isinstance(dict(parts).get(place or ""), Mapping))
    if place is None or alone or not all(name in _BESIDE or _without_arrays(part, leaf) for name, part in others):
        return obj, ()
    left_out = ", ".join(plain(repr(name), LONGEST_NAME) for name, _ in others[:6]) + ", …" * (len(others) > 6)
    inner, notes = weights_of(dict(parts)[place], leaf)
    beside = f"; left out: {left_out}" if others else ""
    return inner, (f"the weights are those at {place!r}{beside}", *notes)


def trained_by_name(obj: Any) -> Mapping[str, bool]:
    """Of variables as flax keeps them, ``{"params": ..., "batch_stats": ...}``: which collections gradients train."""
    if not isinstance(obj, Mapping) or not all(isinstance(part, Mapping) for part in obj.values()):
        return {}
    names = [name for name, _ in children_of(obj) or []]
    return {name: name == _TRAINED_COLLECTION for name in names} if _TRAINED_COLLECTION in names else {}


def _without_arrays(part: Any, leaf: type | tuple[type, ...]) -> bool:
    return part is None or isinstance(part, str | bytes | int | float) or not held_in(part, leaf)
