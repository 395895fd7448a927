"""Second outputs of code that follows the protocol: what its other functions of parameters and inputs give beside ``forward``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np

from symcheck.subjects.data import SecondOutputs
from symcheck.subjects.implementer import Implementer
from symcheck.subjects.scratch.forms import as_rows, shape_in
from symcheck.subjects.scratch.names import calling_role
from symcheck.subjects.scratch.reading import quietly
from symcheck.subjects.scratch.second import NETWORKS, Compared, compared, of_all
from symcheck.subjects.scratch.sources import Source, arguments
from symcheck.types import Array, Params

_SAMPLES = 96
#: Widths of the network, where they are free.
_WIDTHS = (3, 4, 4, 2)
#: Functions that are looked at.
_MOST = 4


def declared_second_outputs(implementer: Implementer) -> tuple[SecondOutputs, ...]:
    """What these functions give, those apart that take something else or give nothing that can be compared."""
    offer = implementer.offer
    ranked = Source(implementer.subject).ranked("forward") if "forward" in offer.methods else []
    names = [(name, told) for name in ranked[:_MOST] if (told := _called(implementer.subject, name))]
    if not names:
        return ()
    return of_all([_of_one_network(implementer, names) for _ in range(NETWORKS)])


def _of_one_network(implementer: Implementer, names: Sequence[tuple[str, str]]) -> tuple[SecondOutputs, ...]:
    offer, rng = implementer.offer, np.random.default_rng()
    widths = list(_WIDTHS if offer.widths is None else map(_width, offer.widths, _places(offer.widths)))
    params = [
        (rng.standard_normal((n, m)) / sqrt(m), 0.5 * offer.biases * rng.standard_normal(n))
        for m, n in pairwise(widths)
    ]
    X = rng.standard_normal((offer.samples or _SAMPLES, widths[0]))
    form = "columns" if offer.features_first else "rows"

    def given(name: str, own: Params = params) -> list[Array] | None:
        with quietly():
            try:
                result = implementer.asked(name, own, X)
                return [np.array(result)] if isinstance(result, np.ndarray | list | float | int | np.generic) else None
            except BaseException:
                return None

    outputs = given("forward")
    if outputs is None or outputs[0].dtype.kind != "f" or outputs[0].shape != shape_in(form, len(X), widths[-1])[0]:
        return ()
    batch = Compared(form, params, X, as_rows(outputs, form))
    if not np.isfinite(batch.outputs).all():
        return ()

    def depends(name: str, rows: Array) -> bool:
        for index in range(len(params)):
            other = given(name, [(W + 0.5 * (i == index), b) for i, (W, b) in enumerate(params)])
            if other is None or np.array_equal(as_rows(other, form), rows):
                return False
        return True

    looked = (compared(batch, name, told, given(name), lambda rows, n=name: depends(n, rows)) for name, told in names)  # type: ignore[misc]
    return tuple(second for second in looked if second is not None)


def _places(widths: Sequence[int | None]) -> Iterator[int]:
    yield from (_WIDTHS[0], *[_WIDTHS[1]] * (len(widths) - 2), _WIDTHS[-1])


def _width(own: int | None, free: int) -> int:
    return free if own is None else own


def _called(obj: Any, name: str) -> str:
    """How a function of parameters and inputs is called; "" for one that takes something else."""
    own = [p for p in arguments(getattr(obj, name)) if p.default is p.empty]
    if name == "forward" or len(own) != 2:
        return ""
    first, second = (calling_role(p.name) for p in own)
    speaks_of_others = first in ("inputs", "targets") or second == "targets"
    return "" if speaks_of_others else f"{name}({', '.join(p.name for p in own)})"
