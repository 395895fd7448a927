"""Functions over modules, ``init_weights(m)`` and ``init_params(model)``, tried on one of each layer of the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.errors import SubjectError
from symcheck.file_arrays import in_memory
from symcheck.subjects.data import AppliedFacts
from symcheck.subjects.named import read_parameters
from symcheck.texts import plain, traced
from symcheck.types import Array

#: How a function is handed the layers.
WHOLE, EACH = "f(model)", "model.apply(f)"


@dataclass
class Applied:
    """A function over modules, as what builds models: one of each layer, with the function applied.

    Attributes:
        how: :data:`WHOLE` or :data:`EACH`; settled by the first call.
        facts: what the first call did.
    """

    function: Callable[..., Any]
    name: str
    library: str
    how: str = ""
    facts: AppliedFacts | None = None

    def __call__(self, seed: int = 0) -> Any:
        """A model of one of each layer, the function applied.

        Raises:
            SubjectError: the library has no such model.
        """
        adapter = adapters.adapter_of(self.library)
        zoo = adapter.zoo()
        if zoo is None:
            raise SubjectError(f"{self.name} takes a module, and there is no model of {self.library}'s to try it on")
        before = _values(zoo, self.name)
        raised: dict[str, str] = {}
        if self.how != EACH:
            problem = _raised(self.function, zoo)
            if not problem and (self.how or _touched(before, _values(zoo, self.name))):
                self.how = WHOLE
            else:
                # A function for single layers does nothing to a model, or cannot be called with one.
                zoo, self.how = adapter.zoo(), EACH
                before = _values(zoo, self.name)
        if self.how == EACH:
            for name, layer in adapter.layers(zoo).items():
                if problem := _raised(self.function, layer):
                    raised[name] = problem
        if self.facts is None:
            after = _values(zoo, self.name)
            touched = _touched(before, after)
            partly = tuple(n for n in touched if _some_kept(before[n], after[n]))
            told = tuple((name, plain(text)) for name, text in raised.items())
            self.facts = AppliedFacts(
                self.how, tuple(touched), partly, tuple(n for n in after if n not in touched), told
            )
        return zoo


def _raised(function: Callable[..., Any], module: Any) -> str:
    try:
        function(module)
    except Exception as error:
        return traced(error)
    return ""


def _values(model: Any, name: str) -> dict[str, Array]:
    return {
        p.name: in_memory(p.values) for p in read_parameters(model, name) or [] if p.values is not None and p.trained
    }


def _touched(before: Mapping[str, Array], after: Mapping[str, Array]) -> list[str]:
    return [n for n, values in after.items() if n not in before or not np.array_equal(values, before[n])]


def _some_kept(before: Array, after: Array) -> bool:
    """Whether a good part of what was drawn before is still there, entry for entry."""
    if before.shape != after.shape or np.unique(before).size < before.size // 2:
        return False
    return 4 * int(np.count_nonzero(before == after)) > before.size
