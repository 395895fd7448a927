"""Terms and equations as the notation writes them: what is written here reads back as the same term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from symcheck.proof.kernel.terms import BINDERS, Fact, Fresh, Range, Term, mul, number, open_, variable
from symcheck.proof.text.vocabulary import OUTCOME

#: How tightly things bind: a part that binds less than its surroundings is put in brackets.
_ADD, _MULTIPLY, _POWER, _ATOM = range(4)


def written(term: Term) -> str:
    """The term in the notation."""
    return _shown(term, {}, frozenset(str(n) for n in term.free))[0]


def equation(left: Term, right: Term, relation: str = "=") -> str:
    """An equation in the notation."""
    return f"{written(left)} {relation} {written(right)}"


def stated(fact: Fact) -> str:
    """A fact with the functions that may stand in it, and the ranges of its variables."""
    spans = ", ".join(span(r) for r in fact.ranges if r.name != OUTCOME)
    said = equation(fact.left, fact.right, fact.relation)
    if fact.functions:
        every = ", ".join(f"{name}/{takes}" for name, takes in fact.functions)
        return f"{said} for every {every}{' and ' if spans else ''}{spans}"
    return f"{said}   for {spans}" if spans else said


def span(range_: Range) -> str:
    """A variable with its range."""
    if range_.kind != "index":
        return f"{range_.name} " + {"real": "real", "nonnegative": ">= 0", "positive": "> 0"}[range_.kind]
    low, high = ("" if end is None else written(end) for end in (range_.low, range_.high))
    return f"{range_.name} in {low}..{high}"


def _bracketed(term: Term, around: int, names: dict[Fresh, str], taken: frozenset[str]) -> str:
    text, binding = _shown(term, names, taken)
    return text if binding >= around else f"({text})"


def _shown(term: Term, names: dict[Fresh, str], taken: frozenset[str]) -> tuple[str, int]:
    def part(t: Term, around: int = _ADD) -> str:
        return _bracketed(t, around, names, taken)

    if term.op == "number":
        return _number(term.head)
    if term.op == "variable":
        return (names.get(term.head) if isinstance(term.head, Fresh) else None) or str(term.head), _ATOM
    if term.op == "bound":
        return f"?{term.head}", _ATOM
    if term.op == "entry":
        indices = [a for a in term.args if not (a.op == "variable" and names.get(a.head, a.head) == OUTCOME)]
        return term.head + (f"[{', '.join(map(part, indices))}]" if indices else ""), _ATOM
    if term.op == "function":
        name = term.head[0] + "'" * term.head[1]
        return (f"{name}({', '.join(map(part, term.args))})" if term.args else name), _ATOM
    if term.op == "add":
        return _terms(term.args, names, taken), _ADD
    if term.op == "mul":
        return _product(term.args, names, taken)
    if term.op == "pow":
        base, exponent = term.args
        if exponent == number(-1):
            return f"1 / {part(base, _POWER)}", _MULTIPLY
        above = part(exponent, _ATOM)
        return f"{part(base, _ATOM)}^{above}", _POWER
    if term.op == "delta":
        return f"[{part(term.args[0])} = {part(term.args[1])}]", _ATOM
    if term.op == "partial":
        return f"∂{part(term.args[0], _ATOM)} / ∂{part(term.args[1], _ATOM)}", _MULTIPLY
    return _binder(term, names, taken)


def _number(value: Fraction) -> tuple[str, int]:
    text = str(value.numerator) if value.denominator == 1 else f"{value.numerator} / {value.denominator}"
    return text, _ADD if value < 0 else _MULTIPLY if value.denominator != 1 else _ATOM


def _terms(terms: Iterable[Term], names: dict[Fresh, str], taken: frozenset[str]) -> str:
    text = ""
    for term in terms:
        negative, rest = sign_of(term)
        shown = _bracketed(rest, _MULTIPLY, names, taken)
        if text:
            text += f" {'-' if negative else '+'} {shown}"
        else:
            text = f"-{shown}" if negative else shown
    return text


def sign_of(term: Term) -> tuple[bool, Term]:
    """Whether a term has a minus before it, and the term without."""
    if term.op == "number" and term.head < 0:
        return True, number(-term.head)
    if term.op == "mul" and term.args[0].op == "number" and term.args[0].head < 0:
        first, *rest = term.args
        return True, mul(*([] if first.head == -1 and rest else [number(-first.head)]), *rest)
    return False, term


def _product(factors: tuple[Term, ...], names: dict[Fresh, str], taken: frozenset[str]) -> tuple[str, int]:
    negative, rest = sign_of(mul(*factors))
    if negative:
        return f"-{_bracketed(rest, _MULTIPLY, names, taken)}", _ADD
    text = ""
    for place, f in enumerate(factors):
        if f.op == "pow" and f.args[1] == number(-1):
            text = f"{text or '1'} / {_bracketed(f.args[0], _POWER, names, taken)}"
            continue
        # A sum reaches to the end of its product; a fraction would be read on.
        last = place == len(factors) - 1
        open_ended = f.op in ("sum", "integral", "limit", "partial") and not last
        binds = _ATOM if f.op == "mean" and not last else _MULTIPLY if f.op in BINDERS else _POWER
        shown = _bracketed(f, _ATOM + 1 if open_ended else binds, names, taken)
        # A name before a square bracket would be read as an array.
        times = " * " if shown.startswith("[") else " "
        text = f"{text}{times}{shown}" if text else shown
    return text, _MULTIPLY


def held_values(name: Fresh, body: Term) -> dict[Term, Fresh]:
    """Random variables that a mean inside the body of another one holds at their values, with names for these.

    Args:
        name: of the outcome of the outer mean. body: its body, opened with that name.
    """
    held = {
        e: Fresh("v") for m in body.walk() if m.op == "mean" for e in m.walk() if e.op == "entry" and name in e.free
    }
    return {e: v for e, v in held.items() if not e.loose}


def renamed(names: Iterable[tuple[Fresh, str]]) -> tuple[tuple[Fresh, str], ...]:
    """What names are called inside one more mean: the outcome of a mean around it is another one, and is shown."""
    return tuple((n, f"{OUTCOME}_around" if shown == OUTCOME else shown) for n, shown in names)


def holding(body: Term, held: Mapping[Term, Fresh]) -> Term:
    """The body with these names in place of the random variables that are held."""
    if body in held:
        return variable(held[body])
    return Term(body.op, body.head, [holding(a, held) for a in body.args])


def _binder(term: Term, names: dict[Fresh, str], taken: frozenset[str]) -> tuple[str, int]:
    name, body = open_(term)
    if term.op == "mean" and (held := held_values(name, body)):
        return _mean_over(held, name, body, names, taken)
    if term.op == "mean":
        names = dict(renamed(names.items()))
    shown = OUTCOME if term.op == "mean" else unused(name.hint, taken | set(names.values()))
    inner = {**names, name: shown}
    before = [_bracketed(a, _ADD, names, taken) for a in term.args[:-1]]
    if term.op == "mean":
        return f"mean({_bracketed(body, _ADD, inner, taken)})", _ATOM
    reach = _bracketed(body, _MULTIPLY, inner, taken)
    if term.op == "limit":
        return f"limit({shown} to {before[0]}) {reach}", _MULTIPLY
    return f"{term.op}({shown} in {before[0]}..{before[1]}) {reach}", _MULTIPLY


def _mean_over(
    held: Mapping[Term, Fresh], name: Fresh, body: Term, names: dict[Fresh, str], taken: frozenset[str]
) -> tuple[str, int]:
    inner, said = {**names, name: OUTCOME}, []
    for e, v in held.items():
        said.append(_bracketed(e, _ADD, inner, taken))
        inner[v] = unused(v.hint, taken | set(inner.values()))
    values = ", ".join(f"{inner[v]} = {e}" for v, e in zip(held.values(), said, strict=True))
    return f"mean({values}) {_bracketed(holding(body, held), _MULTIPLY, inner, taken)}", _MULTIPLY


def unused(hint: str, taken: frozenset[str] | set[str]) -> str:
    name, number_ = hint, 2
    while name in taken:
        name, number_ = f"{hint}_{number_}", number_ + 1
    return name
