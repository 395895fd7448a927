"""A function of autograd's numpy as a differentiable model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from autograd import grad

from symcheck.adapters.reach_functions import FunctionModel
from symcheck.types import Floats


class AutogradModel(FunctionModel):
    """See `FunctionModel`."""

    def gradient(
        self, parameters: Sequence[Floats], inputs: tuple[Any, ...], cotangents: Sequence[Floats]
    ) -> list[Floats]:
        """By reverse-mode differentiation of sum(cotangents * outputs)."""

        def objective(arrays: list[Any]) -> Any:
            outputs = self.outputs(arrays, inputs)
            return sum((output * c).sum() for output, c in zip(outputs, cotangents, strict=True))

        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            found = grad(objective)(list(parameters))
            return [np.asarray(part, np.float64) for part in found]
