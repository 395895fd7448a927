"""Types that many files speak of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Of units or parameters: the number of the class of each, its sign in the class (1 or -1), and whether something holds.
Labels = NDArray[np.intp]
Signs = NDArray[np.int8]
Flags = NDArray[np.bool_]

#: Parameters of a multilayer perceptron, [(W, b), ...]: W of shape (out, in), b of shape (out,).
Params = list[tuple[Array, Array]]
#: The same of a network whose layers may have no bias: b is None there.
NetworkParams = list[tuple[Array, Array | None]]
