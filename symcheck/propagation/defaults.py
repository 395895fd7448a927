"""Laws that libraries give their layers when nobody says otherwise, recognised by scale and support."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, log, sqrt

from symcheck.propagation.layers import SignalLayer

#: Standard errors within which a scale is a law's, and what rounding to float32 may do to a bound.
_NEAR, _ROUNDING = 6.0, 1e-5


@dataclass(frozen=True)
class DefaultLaw:
    """One law.

    Attributes:
        name: in words.
        square: E[w^2] of (fan_in, fan_out).
        bound: the largest |w|, as a multiple of the standard deviation.
        kurtosis: E[w^4] / E[w^2]^2.
        libraries: whose dense layers and convolutions have it by default.
    """

    name: str
    square: Callable[[int, int], float]
    bound: float
    kurtosis: float
    libraries: tuple[str, ...] = ()


#: What libraries call layers that have their default law.
_KINDS = ("Linear", "Dense", "Conv", *(f"Conv{n}{d}" for n in (1, 2, 3) for d in "dD"))

_CUT = 2 / 0.87962566103423978
#: Of a uniform law, a normal one cut off at two standard deviations, and a normal one.
_UNIFORM, _TRUNCATED, _NORMAL = 1.8, 2.3655, 3.0

_LAWS = (
    DefaultLaw("uniform, variance 1/(3 fan_in)", lambda n, m: 1 / (3 * n), sqrt(3), _UNIFORM, ("torch", "equinox")),
    DefaultLaw("Glorot's uniform law", lambda n, m: 2 / (n + m), sqrt(3), _UNIFORM, ("keras", "sklearn")),
    DefaultLaw("LeCun's truncated normal law", lambda n, m: 1 / n, _CUT, _TRUNCATED, ("flax",)),
    DefaultLaw("He's truncated normal law", lambda n, m: 2 / n, _CUT, _TRUNCATED),
    DefaultLaw("He's uniform law", lambda n, m: 2 / n, sqrt(3), _UNIFORM),
    DefaultLaw("LeCun's uniform law", lambda n, m: 1 / n, sqrt(3), _UNIFORM),
    DefaultLaw("Glorot's truncated normal law", lambda n, m: 2 / (n + m), _CUT, _TRUNCATED),
    DefaultLaw("LeCun's normal law", lambda n, m: 1 / n, inf, _NORMAL),
    DefaultLaw("He's normal law", lambda n, m: 2 / n, inf, _NORMAL),
    DefaultLaw("Glorot's normal law", lambda n, m: 2 / (n + m), inf, _NORMAL),
)


def recognised(layer: SignalLayer, library: str | None) -> str | None:
    """What the weights of a layer look like, the library's own default first; None where no law fits."""
    own = [law for law in _LAWS if library in law.libraries]
    if not layer.weights.square:
        return None
    if layer.weights.orthogonal:
        return "orthogonal weights"
    for law in (*own, *_LAWS):
        if _fits(layer, law):
            whose = "scikit-learn's default" if library == "sklearn" else f"{library}'s default"
            kind = f" {layer.kind}" if layer.kind in _KINDS else ""
            return f"{whose}{kind} ({law.name})" if library in law.libraries else law.name
    return None


def _fits(layer: SignalLayer, law: DefaultLaw) -> bool:
    weights = layer.weights
    expected = law.square(layer.fan_in, layer.fan_out)
    if abs(weights.mean) > _NEAR * sqrt(weights.square / weights.number):
        return False
    # The spread of the measured kurtosis is no more than that of normal entries.
    if abs(weights.kurtosis - law.kurtosis) > _NEAR * sqrt(24 / weights.number):
        return False
    if abs(log(layer.weights.square / expected)) > _NEAR * max(layer.weights.log_error, 1e-6):
        return False
    reached = layer.weights.largest / sqrt(expected)
    if reached > law.bound * (1 + _ROUNDING):
        return False
    # A bound that most of the entries stay far from is not theirs.
    beyond = 0.93 * law.bound if law.bound < 2 else 0.0
    return layer.weights.number < 200 or reached >= beyond
