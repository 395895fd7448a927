"""Types that many files speak of."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]

#: Parameters of a multilayer perceptron, [(W, b), ...]: W of shape (out, in), b of shape (out,).
Params = list[tuple[Array, Array]]
