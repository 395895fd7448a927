"""How numbers are written on the page; ``assets/numbers.mjs`` writes them in the same way."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

#: Digits after the point.
DIGITS = 4
_MINUS = "\u2212"
#: Below this a number is written with a power of ten, so that it is not shown as 0.
_SMALL, _LARGE = Decimal("0.001"), Decimal("1e5")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def fixed(value: float, digits: int = DIGITS) -> str:
    """A number with a fixed count of digits, rounded half away from zero as ``toFixed`` of a browser does."""
    exact = Decimal(float(value))
    if not exact.is_finite():
        return str(float(value))
    text = f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    if not text.strip("-0."):
        text = text.removeprefix("-")
    return text.replace("-", _MINUS)


def scientific(value: float, digits: int = 2) -> str:
    """A number of any size: as it is where that is short, else with a power of ten."""
    size = abs(Decimal(float(value)))
    if not size.is_finite() or size == 0 or _SMALL <= size < _LARGE:
        return fixed(value, digits + 1)
    mantissa, exponent = f"{float(value):.{digits - 1}e}".split("e")
    return f"{mantissa.replace('-', _MINUS)} × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
