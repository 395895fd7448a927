"""Ring algebra: terms as polynomials in atoms, which are arrays, functions, sums and all else that is opaque to it.

Two terms are the same when the laws of a commutative ring with rational numbers turn one into the other. 1 / x is a number
for every x, as in proof assistants 0 for x = 0; so 1 / (x y) = (1 / x) (1 / y) always, and x (1 / x) = 1 only where x is known not to be 0.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from symcheck.proof.kernel.terms import BINDERS, ONE, Term, TooLarge, add, mul, number, power

#: A product of atoms with their exponents, which are positive; an inverse is an atom of its own.
Monomial = frozenset[tuple[Term, int]]
Polynomial = dict[Monomial, Fraction]
#: Whether a term is known not to be 0.
NonZero = Callable[[Term], bool]

#: Larger exponents and longer polynomials are refused: a proof does not need them, and they would take for ever.
LARGEST_EXPONENT, MOST_MONOMIALS = 64, 4000
#: Nor are numbers with more binary digits.
LONGEST_NUMBER = 4000
_UNIT: Monomial = frozenset()


def same(one: Term, other: Term, nonzero: NonZero | None = None) -> bool:
    """Whether two terms are equal by ring algebra; fractions only where their denominators are known not to be 0.

    Raises:
        TooLarge: see `LARGEST_EXPONENT`.
    """
    left, right = normal(one), normal(other)
    return left == right or not cleared(polynomial(left - right), nonzero)


@lru_cache(maxsize=100_000)
def normal(term: Term) -> Term:
    """The term with its atoms and terms in a fixed order: equal terms of a ring without division become one term."""
    return _written(polynomial(term))


@lru_cache(maxsize=100_000)
def _polynomial(term: Term) -> tuple[tuple[Monomial, Fraction], ...]:
    return tuple(_made(term).items())


def polynomial(term: Term) -> Polynomial:
    """The term as a polynomial in atoms, whose own arguments are in normal form."""
    return dict(_polynomial(term))


def _made(term: Term) -> Polynomial:
    if term.op == "number":
        return {_UNIT: term.head} if term.head else {}
    if term.op == "add":
        return _added([polynomial(a) for a in term.args])
    if term.op == "mul":
        product: Polynomial = {_UNIT: Fraction(1)}
        for a in term.args:
            product = _multiplied(product, polynomial(a))
        return product
    if term.op == "pow":
        return _raised(*term.args)
    return _atom(_tidy(term))


def _tidy(term: Term) -> Term:
    """An atom with its arguments in normal form."""
    args = [normal(a) for a in term.args]
    if term.op == "delta":
        args.sort(key=_place)
        if args[0] == args[1]:
            return ONE
    return Term(term.op, term.head, args)


def _atom(term: Term, exponent: int = 1) -> Polynomial:
    if term.op == "number":
        return {_UNIT: term.head**exponent} if term.head else {}
    return {frozenset({(term, exponent)}): Fraction(1)}


def _raised(base: Term, exponent: Term) -> Polynomial:
    symbolic = polynomial(exponent)
    constant = symbolic.pop(_UNIT, Fraction(0))
    if constant.denominator != 1 or symbolic:
        return _atom(Term("pow", None, (normal(base), normal(exponent))))
    count = int(constant)
    if abs(count) > LARGEST_EXPONENT:
        raise TooLarge(f"the exponent {count} is larger than {LARGEST_EXPONENT}")
    one = polynomial(base) if count >= 0 else _inverse(polynomial(base))
    product: Polynomial = {_UNIT: Fraction(1)}
    for _ in range(abs(count)):
        product = _multiplied(product, one)
    return product


def _inverse(p: Polynomial) -> Polynomial:
    """1 / p: of a product, the product of the inverses; of anything else, an atom."""
    if len(p) != 1:
        return _atom(Term("pow", None, (_written(p), number(-1))))
    ((monomial, coefficient),) = p.items()
    product: Polynomial = {_UNIT: 1 / coefficient}
    for atom, exponent in monomial:
        # 1 / (1 / x) is x, also where x is 0.
        back = atom.args[0] if _inverts(atom) else power(atom, -1)
        product = _multiplied(product, _power_of(back, exponent))
    return product


def _power_of(atom: Term, exponent: int) -> Polynomial:
    if atom.op in ("add", "mul"):  # the argument of an inverse
        return polynomial(mul(*[atom] * exponent))
    return _atom(atom, exponent)


def _inverts(atom: Term) -> bool:
    return atom.op == "pow" and atom.args[1] == number(-1)


def _added(parts: list[Polynomial]) -> Polynomial:
    total: Polynomial = {}
    for part in parts:
        for monomial, coefficient in part.items():
            total[monomial] = total.get(monomial, Fraction(0)) + coefficient
    return {m: c for m, c in total.items() if c}


def _multiplied(one: Polynomial, other: Polynomial) -> Polynomial:
    if len(one) * len(other) > MOST_MONOMIALS:
        raise TooLarge(f"a product has more than {MOST_MONOMIALS} terms")
    total: Polynomial = {}
    for m, c in one.items():
        for n, d in other.items():
            both = _joined(m, n)
            total[both] = total.get(both, Fraction(0)) + c * d
            if max(total[both].numerator.bit_length(), total[both].denominator.bit_length()) > LONGEST_NUMBER:
                raise TooLarge(f"a number has more than {LONGEST_NUMBER} binary digits")
    return {m: c for m, c in total.items() if c}


def _joined(one: Monomial, other: Monomial) -> Monomial:
    if not one or not other:
        return one or other
    exponents = dict(one)
    for atom, exponent in other:
        exponents[atom] = exponents.get(atom, 0) + exponent
        if exponents[atom] > LARGEST_EXPONENT:
            raise TooLarge(f"an exponent is larger than {LARGEST_EXPONENT}")
    return frozenset(exponents.items())


def cleared(p: Polynomial, nonzero: NonZero | None) -> Polynomial:
    """A polynomial multiplied by the denominators in it that are known not to be 0."""
    while nonzero is not None:
        inverse = next((a for m in sorted(p, key=_order) for a, _ in m if _inverts(a) and nonzero(a.args[0])), None)
        if inverse is None:
            return p
        below = polynomial(inverse.args[0])
        most = max(e for m in p for a, e in m if a == inverse)
        parts = []
        for monomial, coefficient in p.items():
            have = dict(monomial).get(inverse, 0)
            part: Polynomial = {frozenset((a, e) for a, e in monomial if a != inverse): coefficient}
            for _ in range(most - have):
                part = _multiplied(part, below)
            parts.append(part)
        p = _added(parts)
    return p


def cancelled(term: Term, nonzero: NonZero) -> Term:
    """The term with 1 for x (1 / x), where the atom x is known not to be 0."""
    return _written(_added([_lowest(m, c, nonzero) for m, c in polynomial(term).items()]))


def _lowest(monomial: Monomial, coefficient: Fraction, nonzero: NonZero) -> Polynomial:
    exponents = dict(monomial)
    for inverse in (a for a, _ in monomial if _inverts(a)):
        atom = inverse.args[0]
        common = min(exponents[inverse], exponents.get(atom, 0))
        if common and nonzero(atom):
            exponents[inverse] -= common
            exponents[atom] -= common
    return {frozenset((a, e) for a, e in exponents.items() if e): coefficient}


def _written(p: Polynomial) -> Term:
    terms = []
    for monomial in sorted(p, key=_order):
        factors = [power(a, e) if e > 1 else a for a, e in sorted(monomial, key=lambda f: _place(f[0]))]
        if p[monomial] != 1 or not factors:
            factors.insert(0, number(p[monomial]))
        terms.append(mul(*factors))
    return add(*terms)


def _order(monomial: Monomial) -> tuple[int, list[str]]:
    # Numbers go behind what they are added to.
    return len(monomial) or 1000, sorted(f"{_place(a)}^{e}" for a, e in monomial)


@lru_cache(maxsize=100_000)
def _place(term: Term) -> str:
    # What is equal has to be written alike: how the index of a binder is shown does not count.
    head = "" if term.op in BINDERS else term.head
    return f"{term.op}:{head}({','.join(map(_place, term.args))})"
