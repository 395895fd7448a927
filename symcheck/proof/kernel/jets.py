"""Numbers of GF(2^61 - 1) with nilpotent parts, which carry derivatives."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.exact.field import P

#: Coefficient by the set (bit mask) of the derivatives taken; 0 is the value.
Jet = dict[int, int]


#: Larger exponents are not evaluated.
LARGEST_EXPONENT = 1000


def raised(base: Jet, exponent: int) -> Jet:
    """A power.

    Raises:
        ValueError: the exponent is larger than any proof needs.
        ZeroDivisionError: it divides by 0.
    """
    if abs(exponent) > LARGEST_EXPONENT:
        raise ValueError(f"the exponent {exponent} is too large")
    if exponent < 0 and not base.get(0, 0) % P:
        raise ZeroDivisionError("it divides by 0")
    if exponent < 0:
        base, exponent = through(base, lambda k, a: (-1) ** k * pow(a, -1 - k, P)), -exponent
    return multiplied(*[base] * exponent)


def added(*jets: Jet) -> Jet:
    """A sum."""
    total: Jet = {}
    for jet in jets:
        for mask, c in jet.items():
            total[mask] = (total.get(mask, 0) + c) % P
    return total


def multiplied(*jets: Jet) -> Jet:
    """A product."""
    product: Jet = {0: 1}
    if all(len(jet) == 1 and 0 in jet for jet in jets):
        for jet in jets:
            product[0] = product[0] * jet[0] % P
        return product
    for jet in jets:
        terms: Jet = {}
        for one, c in product.items():
            for other, d in jet.items():
                # The same derivative taken twice of a product of two terms vanishes: it is nilpotent.
                if not one & other:
                    terms[one | other] = (terms.get(one | other, 0) + c * d) % P
        product = terms
    return product


def through(argument: Jet, taylor: Callable[[int, int], int], factorial: bool = False) -> Jet:
    """A function of a jet, from its derivatives (or, without ``factorial``, its Taylor coefficients)."""
    value = argument.get(0, 0)
    nilpotent = {m: c for m, c in argument.items() if m}
    result, power, order, scale = {0: taylor(0, value) % P}, dict(nilpotent), 1, 1
    while any(power.values()):
        scale = scale * order if factorial else 1
        coefficient = taylor(order, value) * pow(scale, -1, P)
        result = added(result, {m: c * coefficient % P for m, c in power.items()})
        power, order = multiplied(power, nilpotent), order + 1
    return result
