"""The constants of a running error analysis: unit roundoffs, sums of products, elementary functions and their slopes."""

from __future__ import annotations

import re
from math import inf

from symcheck.activations import Activation

#: Unit roundoff of float64 and float32.
UNIT = {"float64": 2.0**-53, "float32": 2.0**-24, "float16": 2.0**-11}

#: What may come out as 0, by the unit roundoff of a format (Higham 2002, section 2.8): anything below the smallest normal
#: number, where processors flush; float16, which they convert, keeps its subnormal numbers.
UNDERFLOW = {UNIT["float64"]: 2.0**-1022, UNIT["float32"]: 2.0**-126, UNIT["float16"]: 2.0**-24}

#: Roundings in evaluating an activation, its derivative or one exponential, in any usual form. tanh as
#: (e^z - e^-z) / (e^z + e^-z) takes six, gelu by erf eight; each loses at most a few ulps of 1 + |z|.
ELEMENTARY = 16


def gamma(count: int, unit: float) -> float:
    """The relative error of a sum of ``count`` products, with ten roundings to spare (scalings by 1 / m and the like)."""
    total = (count + 10) * unit
    return total / (1 - total) if total < 1 else inf


def smoothness(activation: Activation) -> tuple[float, float]:
    """The largest |sigma''| away from 0, and the jump of sigma' at 0."""
    parameter = re.search(r"\((.*)\)", activation.name)
    if activation.name.startswith("leaky_relu"):
        return 0.0, abs(1 - float(parameter[1] if parameter else 0.01))
    if activation.name.startswith("elu"):
        alpha = float(parameter[1] if parameter else 1.0)
        return abs(alpha), abs(1 - alpha)
    if activation.name == "relu":
        return 0.0, 1.0
    # softsign: 2; gelu: 0.80; tanh: 0.77; erf: 0.97; sin: 1; the others less.
    return {"identity": 0.0, "softsign": 2.0}.get(activation.name, 1.0), 0.0
