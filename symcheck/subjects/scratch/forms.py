"""Forms in which code takes its samples: a batch in rows or columns, or one sample at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from symcheck.types import Array

#: A batch by its layout, or one sample by its shape; a batch is tried first.
FORMS: dict[str, str] = {
    "rows": "(samples, features)",
    "columns": "(features, samples)",
    "crossed": "(samples, features), and its outputs the other way round",
    "vector": "one sample at a time, as (features,)",
    "column": "one sample at a time, as (features, 1)",
    "row": "one sample at a time, as (1, features)",
    "stack": "one sample at a time, as (1, 1, features)",
    "list": "one sample at a time, as a list of numbers",
    "features": "one sample at a time, each feature an argument of its own",
    "labelled": "one sample at a time, as a list of numbers with the class at its end",
}
BATCHES = ("rows", "columns", "crossed")


class Features(tuple[float, ...]):
    """The features of one sample, to be handed over one by one."""


_SINGLE: dict[str, Callable[[Array], Any]] = {
    "vector": lambda x: x,
    "column": lambda x: x.reshape(-1, 1),
    "row": lambda x: x.reshape(1, -1),
    "stack": lambda x: x.reshape(1, 1, -1),
    "list": lambda x: x.tolist(),
    "features": lambda x: Features(x.tolist()),
    "labelled": lambda x: [*x.tolist(), 0],
}


def targets_of(width: int) -> tuple[str, ...]:
    """Forms of targets of so many outputs, the likeliest first: that of the inputs, one number or the class of each sample.

    One output has no classes to tell apart.
    """
    return ("same", "flat", "labels") if width == 1 else ("same", "labels")


class Classes(np.ndarray[Any, np.dtype[np.int64]]):
    """Numbers of classes out of a set in which every class occurs, so that code which counts them by ``max`` finds all."""

    highest: int = 0

    @classmethod
    def of(cls, array: Array) -> Classes:
        """The classes of unit rows, shape (samples, classes)."""
        numbers: Classes = np.asarray(array).argmax(axis=1).view(cls)
        numbers.highest = np.shape(array)[1] - 1
        return numbers

    def __array_finalize__(self, obj: Any) -> None:
        self.highest = getattr(obj, "highest", 0)

    def max(self, *_: Any, **__: Any) -> Any:
        """The highest class that there is."""
        return self.highest


def presented(array: Array, form: str) -> Iterator[Any]:
    """What one call after the other is given of an array in rows."""
    if form in ("rows", "crossed"):
        yield array
    elif form == "columns":
        yield array.T
    else:
        for sample in array:
            yield _SINGLE[form](sample)


def presented_targets(array: Array, form: str, targets: str) -> Iterator[Any]:
    """What one call after the other is given of targets in rows, of which there is one for each sample."""
    if targets == "same":
        # A network of numbers gives one, and is told one.
        alone = form == "features" and array.shape[1] == 1
        like = {"features": "list", "crossed": "columns"}.get(form, form)
        yield from (array[:, 0].tolist() if alone else presented(array, like))
        return
    flat = Classes.of(array) if targets == "labels" else array[:, 0]
    if form in BATCHES:
        yield flat
    else:
        yield from (part.item() for part in flat)


def batches(X: Array, Y: Array, form: str, targets: str) -> Iterator[tuple[Any, Any, int]]:
    """Inputs and targets of one call after the other, with the number of samples in it."""
    count = len(X) if form in BATCHES else 1
    for x, y in zip(presented(X, form), presented_targets(Y, form, targets), strict=True):
        yield x, y, count


def shape_in(form: str, samples: int, width: int) -> list[tuple[int, ...]]:
    """Shapes that outputs have where samples come in this form, the likeliest first."""
    if form in BATCHES:
        batch = (samples, width) if form == "rows" else (width, samples)
        return [batch, (samples,)] if width == 1 else [batch]
    column = [(width, 1), (width,), (1, width)]
    shapes = {"column": column, "row": column[::-1], "stack": column[::-1]}
    return [*shapes.get(form, [(width,), *column[::2]]), *([()] if width == 1 else [])]


def as_rows(parts: list[Array], form: str) -> Array:
    """Outputs of all calls as (samples, width)."""
    if form in BATCHES:
        whole = parts[0]
        whole = whole.reshape(-1, 1) if whole.ndim == 1 else whole
        return np.array(whole if form == "rows" or parts[0].ndim == 1 else whole.T)
    return np.array([part.reshape(-1) for part in parts])


def in_rows(Y: Array, width: int) -> Array:
    """Targets in rows, where they came as the number of the class."""
    return np.eye(width)[Y] if Y.ndim == 1 else Y
