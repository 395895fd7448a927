"""Draws held to a law that is written as a text, by arithmetic and tests of their own: the package has no part in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

from symcheck.parameters import Parameter

#: Of a false alarm in one comparison; tests make a few thousand.
RARE = 1e-11


def refuted(drawn: Sequence[Parameter]) -> str | None:
    """Why draws of one parameter do not follow what is documented for it; None where they do."""
    first = drawn[0]
    if not first.documented:
        return "nothing is documented"
    rest = np.ones(first.shape, bool)
    for documented in first.documented:
        part = _selected(documented.block) if documented.block else rest.copy()
        whole = [np.asarray(p.values, np.float64) for p in drawn]
        taken = whole if len(first.documented) == 1 else [array[part] for array in whole]
        if documented.block:
            rest[part] = False
        if (why := refuted_by(documented.law, first, taken)) is not None:
            return f"{documented.law} {documented.block}: {why}"
    return None


def refuted_by(law: str, parameter: Parameter, drawn: Sequence[Any]) -> str | None:
    """Why arrays do not follow a law with the fans of a parameter."""
    if law.startswith("orthogonal"):
        return next((why for array in drawn if (why := _not_orthogonal(array))), None)
    found = eval(law, {"__builtins__": {}}, _names(parameter))
    flat = np.concatenate([np.asarray(a).reshape(-1) for a in drawn])
    if isinstance(found, float):
        return None if (flat == np.float32(found)).all() else f"{flat[flat != found][:3]} are not {found}"
    low, high = found.support()
    slack = 1e-6 * found.std()
    if (flat < low - slack).any() or (flat > high + slack).any():
        return f"draws between {flat.min():g} and {flat.max():g}"
    p = stats.kstest(flat, found.cdf).pvalue
    if p < RARE:
        return f"std {flat.std():g} where {found.std():g} is documented, KS p = {p:g}"
    # The mean of so many draws is normal, and so is their second moment.
    z = (flat.mean() - found.mean()) / found.std() * math.sqrt(flat.size)
    squares = (flat - found.mean()) ** 2 / found.var()
    spread = max(float(found.stats(moments="k")) + 2, 0.1)
    z2 = (squares.mean() - 1) * math.sqrt(flat.size / spread)
    return f"mean or variance off by {z:.1f} and {z2:.1f} standard errors" if max(abs(z), abs(z2)) > 8 else None


def _names(parameter: Parameter) -> dict[str, Any]:
    kernel = math.prod(parameter.kernel)
    fan_in, fan_out = parameter.inputs * kernel, parameter.outputs * kernel
    fan_avg = (fan_in + fan_out) / 2

    def uniform(low: float, high: float) -> Any:
        return stats.uniform(low, high - low)

    def truncated(variance: float) -> Any:
        # At two standard deviations, the scale corrected so that the variance is what is asked for (Ioffe's 0.8796).
        return stats.truncnorm(-2, 2, scale=math.sqrt(variance / stats.truncnorm(-2, 2).var()))

    def scaled(variance: float) -> Any:
        def law(distribution: str = "normal") -> Any:
            return stats.norm(0, math.sqrt(variance)) if distribution == "normal" else truncated(variance)

        return law

    return {
        "fan_in": fan_in,
        "fan_out": fan_out,
        "fan_avg": fan_avg,
        "kernel": kernel,
        "inputs": parameter.inputs,
        "outputs": parameter.outputs,
        "sqrt": math.sqrt,
        "pi": math.pi,
        "truncated_normal": "truncated_normal",
        "zeros": 0.0,
        "ones": 1.0,
        "constant": float,
        "uniform": uniform,
        "normal": lambda std=1.0, mean=0.0: stats.norm(mean, std),
        "glorot_uniform": uniform(-math.sqrt(3 / fan_avg), math.sqrt(3 / fan_avg)) if fan_avg else None,
        "he_uniform": uniform(-math.sqrt(6 / fan_in), math.sqrt(6 / fan_in)) if fan_in else None,
        "lecun_normal": scaled(1 / fan_in) if fan_in else None,
        "he_normal": scaled(2 / fan_in) if fan_in else None,
        "glorot_normal": _Both(scaled(1 / fan_avg)) if fan_avg else None,
    }


class _Both:
    """A law that is written with arguments or without."""

    def __init__(self, law: Any) -> None:
        self._law, self._bare = law, law()

    def __call__(self, distribution: str) -> Any:
        return self._law(distribution)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bare, name)


def _not_orthogonal(array: Any) -> str | None:
    matrix = np.asarray(array, np.float64)
    matrix = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    off = np.abs(matrix @ matrix.T - np.eye(len(matrix))).max()
    return f"off by {off:g}" if off > 1e-4 else None


def _selected(selector: str) -> Any:
    return eval(f"index{selector}", {"__builtins__": {}}, {"index": np.index_exp})
