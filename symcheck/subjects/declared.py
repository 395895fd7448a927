"""What a subject says of itself in attributes: read, held to what is known, and told where it is misspelt or of no use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from numbers import Integral, Real
from typing import Any

from symcheck.activations import Activation, UnknownActivation, get_activation
from symcheck.errors import SubjectError, UnknownOptimizer, close_to, listed
from symcheck.fans import LAYOUTS
from symcheck.objective import LOSSES, REDUCTIONS, UnknownLoss, output_activation_named, stated
from symcheck.subjects.data import Offer
from symcheck.subjects.misspelt import author_functions, misspelt
from symcheck.texts import LONGEST_NAME, exact_text, plain

#: What a loss is called that is none of the table.
OTHER = "other"
#: What an attribute ``loss`` may say.
KNOWN_LOSSES = ("mse", *LOSSES, OTHER)

#: What losses are called elsewhere.
_LOSS_NAMES = {
    "bce": "binary_cross_entropy",
    "log_loss": "binary_cross_entropy",
    "logistic": "binary_cross_entropy",
    "binary_crossentropy": "binary_cross_entropy",
    "cross_entropy": "softmax_cross_entropy or binary_cross_entropy",
    "crossentropy": "softmax_cross_entropy or binary_cross_entropy",
    "ce": "softmax_cross_entropy or binary_cross_entropy",
    "nll": "softmax_cross_entropy",
    "categorical_crossentropy": "softmax_cross_entropy",
    "categorical_cross_entropy": "softmax_cross_entropy",
    "mean_squared_error": "mse",
    "sse": "squared_error",
    "l2": "squared_error",
    "quadratic": "squared_error",
}


def declared(obj: Any, name: str, methods: Sequence[str], called_as: str) -> Offer:
    """What an implementation says of itself.

    Raises:
        SubjectError: an attribute says what is not known, or what does not fit the others.
    """
    notes: list[str] = []
    layout = _said(obj, "layout", notes) or "out_in"
    if layout not in LAYOUTS:
        raise SubjectError(f"{name}.layout is {layout}, but should be {listed(LAYOUTS)}{_near(layout, LAYOUTS)}")
    activation = _said(obj, "activation", notes)
    if activation is not None:
        try:
            activation = get_activation(activation).name
        except UnknownActivation as error:
            raise SubjectError(f"{name}.activation: {error}") from None
    loss = _said(obj, "loss", notes)
    if loss is not None and loss not in KNOWN_LOSSES:
        meant = _LOSS_NAMES.get(loss.lower().replace(" ", "_"))
        near = f"; did you mean {meant}?" if meant else _near(loss, KNOWN_LOSSES)
        raise SubjectError(f"{name}.loss is {loss}, but should be {listed(KNOWN_LOSSES)}{near}")
    other, loss = loss == OTHER, None if loss == OTHER else loss
    reduction = _said(obj, "reduction", notes)
    if reduction is not None and reduction not in REDUCTIONS:
        raise SubjectError(
            f"{name}.reduction is {reduction}, but should be {listed(REDUCTIONS)}{_near(reduction, REDUCTIONS)}"
        )
    output = _said(obj, "output_activation", notes)
    factor = _number(obj, name, "loss_factor")
    try:
        output = output if output is None else output_activation_named(output)
        stated(loss, reduction, factor, output)
        stated(loss, reduction or REDUCTIONS[0], factor, output or "identity")
    except UnknownLoss as error:
        raise SubjectError(f"{name}: {error}") from None
    optimizer, settings = _optimizer(obj, name, notes)
    notes += misspelt(obj, name)
    return Offer(
        name,
        tuple(methods),
        called_as,
        activation,
        loss,
        layout,
        optimizer or "sgd",
        getattr(obj, "deterministic", False) is True,
        _text(obj, "law"),
        "float32" if getattr(obj, "dtype", None) == "float32" else "float64",
        output_activation=output,
        reduction=reduction,
        loss_factor=factor,
        widths=_widths(obj, name),
        features_first=_flag(obj, name, "features_first"),
        other_loss=other,
        # An attribute of this name may hold the arrays themselves.
        biases=getattr(obj, "biases", True) is not False,
        settings=settings,
        optimizer_named=optimizer is not None,
        rate=_rate(obj),
        l2=None if optimizer else _plain_number(obj, "l2"),
        notes=tuple(notes),
        unused=tuple(f for f in author_functions(obj) if f not in methods),
    )


def _near(word: str, known: Sequence[str]) -> str:
    near = close_to(word, known)
    return f"; did you mean {listed(near)}?" if near else ""


def _said(obj: Any, attribute: str, notes: list[str]) -> str | None:
    """What a subject says in an attribute: its text, the name of an activation, or how anything else shows itself."""
    value = getattr(obj, attribute, None)
    value = value.name if isinstance(value, Activation) else value
    if callable(value):
        notes.append(f"{attribute} is {'a method' if hasattr(value, '__self__') else 'a function'}, and names nothing")
        return None
    if value is None or issubclass(type(value), str):
        return value if value is None else exact_text(value)
    return plain(repr(value), LONGEST_NAME)


def _text(obj: Any, attribute: str) -> str | None:
    value = getattr(obj, attribute, None)
    return plain(value, LONGEST_NAME) if issubclass(type(value), str) else None


def _rate(obj: Any) -> float | None:
    value = getattr(obj, "learning_rate", None)
    return float(value) if isinstance(value, int | float) and value > 0 else None


def _plain_number(obj: Any, attribute: str) -> float | None:
    """A number under a name that may as well be that of something else, as of a layer."""
    value = getattr(obj, attribute, None)
    return float(value) if isinstance(value, Real) and not isinstance(value, bool) else None


def _number(obj: Any, name: str, attribute: str) -> float | None:
    value = getattr(obj, attribute, None)
    if value is None or callable(value):
        return None
    if isinstance(value, bool) or not isinstance(value, Real):
        raise SubjectError(f"{name}.{attribute} is {plain(repr(value), LONGEST_NAME)}, but should be a number")
    return float(value)


def _flag(obj: Any, name: str, attribute: str) -> bool:
    value = getattr(obj, attribute, False)
    if not isinstance(value, bool):
        raise SubjectError(f"{name}.{attribute} is {plain(repr(value), LONGEST_NAME)}, but should be True or False")
    return value


def _widths(obj: Any, name: str) -> tuple[int | None, ...] | None:
    """The widths of all layers, inputs first, as ``sizes`` or ``hidden_layers`` fix them; None for one that is free."""
    sizes, hidden = getattr(obj, "sizes", None), getattr(obj, "hidden_layers", None)
    if sizes is not None and not callable(sizes):
        return _whole(sizes, f"{name}.sizes", 2)
    if hidden is None or callable(hidden):
        return None
    if isinstance(hidden, Integral) and not isinstance(hidden, bool):
        if hidden < 0:
            raise SubjectError(f"{name}.hidden_layers is {hidden}, but should not be negative")
        return (None,) * (int(hidden) + 2)
    return (None, *_whole(hidden, f"{name}.hidden_layers", 0), None)


def _whole(values: Any, said: str, least: int) -> tuple[int | None, ...]:
    try:
        found = [n if n is None else int(n) for n in values]
        fits = all(n is None or (n > 0 and n == given) for n, given in zip(found, values, strict=True))
    except (TypeError, ValueError):
        fits, found = False, []
    if not fits or len(found) < least:
        raise SubjectError(
            f"{said} is {plain(repr(values), LONGEST_NAME)}, but should be the widths of the layers, from the inputs on"
            if least
            else f"{said} is {plain(repr(values), LONGEST_NAME)}, but should be a number of layers, or their widths"
        )
    return tuple(found)


def _optimizer(obj: Any, name: str, notes: list[str]) -> tuple[str | None, tuple[tuple[str, float], ...]]:
    """The optimizer's name with the settings that are given as attributes of their own names."""
    value = getattr(obj, "optimizer", None)
    if value is None or callable(value):
        return None, ()
    # The table stands beside the reference network, which takes a while to import.
    from symcheck.reference.optimizers import OPTIMIZERS, Optimizer

    if isinstance(value, Optimizer):
        named = next(key for key, kind in OPTIMIZERS.items() if kind is type(value))
        return named, tuple((f.name, getattr(value, f.name)) for f in fields(value) if getattr(value, f.name))
    said = _text(obj, "optimizer")
    kind = OPTIMIZERS.get(said.lower()) if said else None
    if said and kind is None and (near := close_to(said, OPTIMIZERS)):
        raise SubjectError(
            f"{name}.optimizer is {said}, but known are {listed(OPTIMIZERS)}; did you mean {listed(near)}?"
        )
    every = {field.name for table in OPTIMIZERS.values() for field in fields(table)}
    own = {field.name for field in fields(kind)} if kind else set()
    found = []
    for setting in sorted(every):
        given = getattr(obj, setting, None)
        if isinstance(given, bool) or not isinstance(given, Real):
            continue
        if setting in own:
            found.append((setting, float(given)))
        elif said:
            notes.append(f"{setting} = {given:g} is not used: {said} has no such setting")
    if said and kind:
        try:
            kind(**dict(found))
        except UnknownOptimizer as error:
            raise SubjectError(f"{name}: {error}") from None
    return (said.lower() if kind and said else said), tuple(found)
