"""How numbers are written on the page; ``assets/numbers.mjs`` writes them in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

#: Digits after the point.
DIGITS = 4
_MINUS = "\u2212"
#: Below this a number is written with a power of ten, so that it is not shown as 0.
_SMALL, _LARGE = Decimal("0.001"), Decimal("1e5")
#: From here on a number would be long without a power of ten.
_LONG = Decimal("1e6")
#: So many digits tell any two numbers apart.
_ALL = 17
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def fixed(value: float, digits: int = DIGITS) -> str:
    """A number with a fixed count of digits after the point, rounded half away from zero as ``toFixed`` of a browser does.

    With a power of ten where it would be shown as 0 though it is not, or would be long.
    """
    exact = Decimal(float(value))
    if not exact.is_finite():
        return str(float(value))
    if abs(exact) < _LONG:
        text = f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
        if not exact:
            return text.removeprefix("-")
        if text.strip("-0."):
            return text.replace("-", _MINUS)
    return _with_power(exact, digits)


def digits_apart(one: Sequence[float], other: Sequence[float]) -> int:
    """How many digits tell apart what is different: no fewer than are shown elsewhere."""
    different = (
        digits
        for digits in range(DIGITS, _ALL)
        if any(fixed(a, digits) != fixed(b, digits) for a, b in zip(one, other, strict=True))
    )
    return next(different, _ALL)


def scientific(value: float, digits: int = 2) -> str:
    """A number of any size: as it is where that is short, else with a power of ten."""
    size = abs(Decimal(float(value)))
    if not size.is_finite() or size == 0 or _SMALL <= size < _LARGE:
        return fixed(value, digits + 1)
    return _with_power(Decimal(float(value)), digits - 1)


def _with_power(exact: Decimal, digits: int) -> str:
    """One digit before the point and some after it, times a power of ten."""
    rounded = exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits), ROUND_HALF_UP)
    first, *rest = map(str, rounded.as_tuple().digits[: digits + 1])
    mantissa = f"{_MINUS if exact < 0 else ''}{first}{'.' if rest else ''}{''.join(rest)}"
    return f"{mantissa} × 10{str(rounded.adjusted()).translate(_SUPERSCRIPTS)}"
