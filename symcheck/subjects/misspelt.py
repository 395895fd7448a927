"""Attributes that look like declarations and are none, and functions that nobody asks for: both are told, not passed over."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from symcheck.errors import close_to, listed

#: Attributes that say something, and what they are called by mistake.
_MEANT = {
    "activation": ("activations", "activation_function", "hidden_activation", "act", "nonlinearity"),
    "output_activation": ("output_activations", "out_activation", "final_activation", "last_activation"),
    "loss": ("losses", "loss_function", "loss_name", "loss_fn", "criterion", "cost"),
    "reduction": ("reductions", "loss_reduction", "reduce"),
    "loss_factor": ("loss_factors", "lossfactor", "loss_scale", "factor"),
    "sizes": ("size", "layer_sizes", "layers_sizes", "layer_dims", "widths"),
    "hidden_layers": ("hidden_layer", "n_hidden_layers", "num_hidden_layers", "depth"),
    "features_first": ("feature_first", "features_last", "samples_first", "column_samples"),
    "layout": ("layouts", "weight_layout"),
    "optimizer": ("optimizers", "optimiser", "optim"),
    "law": ("laws",),
    "deterministic": ("determinstic",),
}
#: Of which kind a declaration is; another value of a near name is no declaration gone wrong.
_TEXTS = ("activation", "output_activation", "loss", "reduction", "layout", "optimizer", "law")
_KINDS: dict[str, type | tuple[type, ...]] = {"loss_factor": (int, float), "features_first": bool, "hidden_layers": int}
#: Of code that was not written for the protocol other names are its own business: only these are compared.
_ASKED_OF_AUTHORS = (*_TEXTS, *_KINDS)


def misspelt(obj: Any, name: str) -> Iterator[str]:
    """A sentence for each attribute that looks like a declaration under another name."""
    for attribute in _own_names(obj):
        if attribute in _MEANT:
            continue
        meant = next((known for known, wrong in _MEANT.items() if attribute in wrong), None)
        meant = meant or next(iter(close_to(attribute, _MEANT)), None)
        if meant is None or getattr(obj, meant, None) is not None:
            continue
        try:
            value = getattr(obj, attribute)
        except Exception:
            continue
        if callable(value) or (meant in _TEXTS and not _names_something(value)):
            continue
        yield f"{name}.{attribute} says nothing here: did you mean {meant}? Known are {listed(_MEANT)}"


def _own_names(obj: Any) -> list[str]:
    try:
        if isinstance(obj, ModuleType):
            found = list(vars(obj))
        else:
            found = [*getattr(obj, "__dict__", ()), *(n for kind in type(obj).__mro__[:-1] for n in vars(kind))]
    except Exception:
        return []
    return [n for n in dict.fromkeys(found) if not n.startswith("_")]


def _names_something(value: Any) -> bool:
    texts = value if isinstance(value, list | tuple) else [value]
    return bool(texts) and all(issubclass(type(t), str) for t in texts)


def lookalikes(obj: Any, name: str) -> Iterator[str]:
    """The same for code as its author left it, where a name has to be that of a declaration but for a letter or two."""
    for attribute in _own_names(obj):
        meant = next((m for m in close_to(attribute, _ASKED_OF_AUTHORS) if abs(len(m) - len(attribute)) <= 2), None)
        if attribute in _MEANT or meant is None or getattr(obj, meant, None) is not None:
            continue
        value = getattr(obj, attribute, None)
        kind = str if meant in _TEXTS else _KINDS[meant]
        if not callable(value) and isinstance(value, kind):
            yield f"{name}.{attribute} says nothing here: did you mean {meant}?"


def author_functions(obj: Any) -> list[str]:
    """Public functions that are written in a module, or in the class of an object."""
    kinds = [obj] if isinstance(obj, ModuleType) else type(obj).__mro__[:-1]
    names = [n for kind in kinds for n, value in vars(kind).items() if _is_own(value, obj)]
    return [n for n in dict.fromkeys(names) if not n.startswith("_")]


def _is_own(value: Any, obj: Any) -> bool:
    if not isinstance(value, FunctionType | staticmethod | classmethod):
        return False
    return not isinstance(obj, ModuleType) or getattr(value, "__module__", None) == obj.__name__
