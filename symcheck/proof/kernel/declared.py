"""Whether a proof is well formed: everything is declared, is used as declared, and every name stands for one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symcheck.proof.kernel.algebra import normal
from symcheck.proof.kernel.proofs import Array, Declarations, Induction, Lemma, Proof, names_of
from symcheck.proof.kernel.signs import Known
from symcheck.proof.kernel.terms import BINDERS, INFINITY, ONE, OUTCOMES, ZERO, Fact, Range, Term, ends

#: Functions that every theorem has, with the numbers of their arguments.
COMMON = {"sin": 1, "cos": 1, "exp": 1, "pi": 0, "infinity": 0}
#: Worlds go past every number that a proof mentions as an index or a size, so larger ones are refused.
LARGEST_INDEX = 50


def check(proof: Proof) -> None:
    """Refuse what is no proof.

    Raises:
        ValueError: something is not declared, or a name stands for two things.
    """
    _named_once(proof)
    _sizes(proof)
    _orders(proof.declared)
    sizes = {r.name: r for r in proof.declared.sizes}
    for fact in _facts(proof):
        _fact(fact, proof.declared, sizes)
    for definition in proof.definitions:
        if definition.relation != "=" or definition.functions or definition.left.op not in ("entry", "function"):
            raise ValueError(f"{definition.name} does not define an array or a function")
        if set(definition.variables) - definition.left.free:
            raise ValueError(f"the left side of {definition.name} does not have all its variables")
        if any(r.kind == "nonnegative" for r in definition.ranges):
            # At 0 it would be known on one side only, and could not be differentiated there.
            raise ValueError(f"{definition.name} defines a function on a half line")
    _functions(proof.definitions, proof.declared.arrays)
    _implications(proof)
    largest, where = max(_numbers(proof), default=(0, ""))
    if largest > LARGEST_INDEX:
        raise ValueError(
            f"the index or size {largest} in {where} is larger than {LARGEST_INDEX}: no world goes past it"
        )
    for lemma in _lemmas(proof):
        _fact(lemma.goal, proof.declared, sizes)
        variables = {**sizes, **{r.name: r for r in lemma.goal.ranges}}
        for step in lemma.steps:
            for side in (step.left, step.right):
                _term(side, proof.declared, variables, lemma.goal.name)


def _named_once(proof: Proof) -> None:
    names = [f.name for f in proof.definitions] + [f.name for h in proof.hypotheses for f in h.facts]
    names += names_of(proof.parts)
    if twice := {n for n in names if names.count(n) > 1}:
        raise ValueError(f"{', '.join(sorted(twice))} stands for more than one equation")
    if both := set(proof.declared.arrays) & (set(proof.declared.functions) | {r.name for r in proof.declared.sizes}):
        raise ValueError(f"{', '.join(sorted(both))} is declared twice")
    if known := (set(proof.declared.functions) | set(proof.declared.arrays)) & set(COMMON):
        raise ValueError(f"{', '.join(sorted(known))} is known already")


def _sizes(proof: Proof) -> None:
    """Sizes are integers between numbers, widths and sizes before them; there is at least one outcome, and no more is said of these."""
    declared, before = proof.declared, dict[str, Range]()
    integers = {a.name: a.least for a in declared.arrays.values() if a.least is not None}
    for r in (*declared.sizes, *(r for h in proof.hypotheses for r in h.sizes)):
        if r.kind != "index" or any(t.op == "entry" and t.head not in integers for e in ends(r) for t in e.walk()):
            raise ValueError(f"{r.name} is no size: it is an integer between numbers, widths and other sizes")
        for end in ends(r):
            _index(end, declared, before, f"the range of {r.name}")
        if r.low is None or (r.high is not None and not Known(before, integers).at_least(r.high, r.low)):
            raise ValueError(f"nothing shows that there is a number {r.name} can be")
        if r.name == OUTCOMES and (r.low, r.high) != (ONE, None):
            raise ValueError(f"{OUTCOMES} is the number of outcomes, of which nothing is known")
        before[r.name] = r
    if new := {r.name for h in proof.hypotheses for r in h.sizes} - {r.name for r in declared.sizes}:
        raise ValueError(f"{', '.join(sorted(new))} is not declared")


def _orders(declared: Declarations) -> None:
    """The order of computation is told by the indices of an array, all of them."""
    for name, order in declared.order.items():
        if name not in declared.arrays:
            raise ValueError(f"the array {name} is not declared (order)")
        takes = len(declared.arrays[name].domain)
        if not len(order.variables) == len(set(order.variables)) == takes:
            raise ValueError(f"{name} takes {takes} indices, all of them with names of their own (order)")
        inside = {r.name: r for r in (*declared.sizes, *map(Range, order.variables))}
        for place in (order.step, order.made, order.used):
            _index(place, declared, inside, f"the order of {name}")


def _functions(definitions: Iterable[Fact], arrays: Mapping[str, Array]) -> None:
    """A function is defined once, at any arguments, and not by itself."""
    uses: dict[str, set[str]] = {}
    for definition in definitions:
        uses.setdefault(_name(definition.left), set()).update(
            _name(t) for t in definition.right.walk() if t.op in ("entry", "function")
        )
    for definition in (d for d in definitions if d.left.op == "function"):
        name, primes = definition.left.head
        arguments = definition.left.args
        if primes or name in COMMON or sum(d.left.head == (name, 0) for d in definitions) > 1:
            raise ValueError(f"{definition.name} defines what has a meaning already")
        if any(a.op != "variable" for a in arguments) or len(set(arguments)) < len(arguments):
            raise ValueError(f"{definition.name} does not say what a function is at all its arguments")
        reached, waiting = set[str](), [name]
        while waiting:
            new = uses.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        if name in reached:
            raise ValueError(f"{definition.name} defines a function by itself")
        if any(t.op == "entry" and arrays[t.head].least is None for t in definition.right.walk()):
            # Derivatives take functions to depend on their arguments alone.
            raise ValueError(f"{definition.name} defines a function by entries of an array")


def _name(term: Term) -> str:
    return str(term.head if term.op == "entry" else term.head[0])


def _implications(proof: Proof) -> None:
    """A hypothesis that holds where claims do has to say at which value of their variable."""
    variables = {c.name: p.variable for p in proof.parts if isinstance(p, Induction) for c in p.claims}
    for hypothesis in proof.hypotheses:
        for claim in hypothesis.given:
            if claim not in variables:
                raise ValueError(f"{hypothesis.name} holds while {claim} does, which is no claim")
            if any(variables[claim] not in f.variables for f in hypothesis.facts):
                raise ValueError(f"{hypothesis.name} does not say at which {variables[claim]} it holds")


def _facts(proof: Proof) -> Iterable[Fact]:
    yield from proof.definitions
    yield from proof.declared.outputs
    for hypothesis in proof.hypotheses:
        yield from hypothesis.facts
    for part in proof.parts:
        if isinstance(part, Induction):
            yield from part.claims


def _lemmas(proof: Proof) -> Iterable[Lemma]:
    for part in proof.parts:
        yield from (*part.base, *part.step) if isinstance(part, Induction) else (part,)


def _fact(fact: Fact, declared: Declarations, sizes: dict[str, Range]) -> None:
    variables = dict(sizes)
    for r in fact.ranges:
        if r.name in {*variables, *declared.arrays, *declared.functions, *COMMON}:
            raise ValueError(f"{r.name} stands for two things in {fact.name}")
        if r.kind not in ("index", "real", "nonnegative", "positive") or (r.kind != "index" and ends(r)):
            raise ValueError(f"{r.name} has no range in {fact.name}")
        for end in ends(r):
            _index(end, declared, variables, fact.name)
        variables[r.name] = r
    if fact.relation not in ("=", ">=") or (fact.relation == ">=" and (fact.right != ZERO or fact.functions)):
        raise ValueError(f"{fact.name} is neither an equation nor says that something is at least 0")
    with_functions = {**declared.functions, **dict(fact.functions)}
    if len(with_functions) < len(declared.functions) + len(fact.functions):
        raise ValueError(f"a function stands for two things in {fact.name}")
    inside = Declarations(declared.arrays, with_functions, declared.sizes)
    for side in (fact.left, fact.right):
        _term(side, inside, variables, fact.name)


def _index(term: Term, declared: Declarations, variables: dict[str, Range], where: str) -> None:
    _term(term, declared, variables, where)
    if not _integer(term, declared, variables):
        raise ValueError(f"something that is no integer stands for an index in {where}")


def _term(
    term: Term, declared: Declarations, variables: dict[str, Range], where: str, bound: tuple[str, ...] = ()
) -> None:
    if term.op == "variable" and term.head not in variables:
        raise ValueError(f"{term.head} is not declared in {where}")
    if term.op == "bound" and term.head >= len(bound):
        raise ValueError(f"an index is bound by nothing in {where}")
    if term.op in ("entry", "function"):
        _call(term, declared, where)
    if term.op == "mean" and all(r.name != OUTCOMES for r in declared.sizes):
        raise ValueError(f"a mean runs over outcomes, but no size {OUTCOMES} is declared ({where})")
    if term == INFINITY:
        raise ValueError(f"infinity is no number: it ends integrals, and limits are taken at it ({where})")
    if term.op == "limit" and term.args[0] != INFINITY:
        raise ValueError(f"a limit is taken at infinity ({where})")
    if term.op == "partial" and not _place(term.args[1], variables):
        raise ValueError(f"a derivative is taken by an entry of an array, or by a variable that is a number ({where})")
    for place in _indices(term):
        if not _integer(place, declared, variables, bound):
            raise ValueError(f"something that is no integer stands for an index in {where}")
    for number, a in enumerate(term.args):
        if number < BINDERS.get(term.op, 0) and term.op != "sum" and _endless(a):
            continue
        inside = term.op in BINDERS and number == len(term.args) - 1
        _term(a, declared, variables, where, (*bound, term.op) if inside else bound)


def _endless(end: Term) -> bool:
    return INFINITY in (end, normal(end * -1))


def _place(term: Term, variables: dict[str, Range]) -> bool:
    """Whether a derivative can be taken by this: a variable that is an integer takes no values beside its own."""
    return term.op == "entry" or (
        term.op == "variable" and term.head in variables and variables[term.head].kind != "index"
    )


def _call(term: Term, declared: Declarations, where: str) -> None:
    """An entry of an array, or a function applied."""
    if term.op == "entry":
        array = declared.arrays.get(term.head)
        kind, name, takes, what = "array", term.head, None if array is None else len(array.domain), "indices"
    else:
        kind, name, what = "function", term.head[0], "arguments"
        takes = {**declared.functions, **COMMON}.get(name)
    if takes is None:
        raise ValueError(f"the {kind} {name} is not declared ({where})")
    if len(term.args) != takes:
        raise ValueError(f"{name} takes {takes} {what}, not {len(term.args)} ({where})")


def _indices(term: Term) -> tuple[Term, ...]:
    """The arguments that have to be integers."""
    if term.op in ("entry", "delta"):
        return term.args
    if term.op == "sum":
        return term.args[:2]
    return (term.args[1],) if term.op == "pow" else ()


def _integer(term: Term, declared: Declarations, variables: dict[str, Range], bound: tuple[str, ...] = ()) -> bool:
    if term.op == "bound":
        return term.head < len(bound) and bound[-1 - term.head] in ("sum", "mean", "limit")
    if term.op == "number":
        return bool(term.head.denominator == 1)
    if term.op == "variable":
        return term.head in variables and variables[term.head].kind == "index"
    if term.op == "entry":
        array = declared.arrays.get(term.head)
        return array is not None and array.least is not None
    return term.op in ("add", "mul") and all(_integer(a, declared, variables, bound) for a in term.args)


def reach(proof: Proof) -> int:
    """The largest number that stands as an index, as the end of a range, or in one of these, in the whole proof.

    The 4 of x^4 is none: no size is compared with it.
    """
    return max((largest for largest, _ in _numbers(proof)), default=0)


def _numbers(proof: Proof) -> Iterator[tuple[int, str]]:
    """Such numbers, and the names of what they stand in."""
    sizes = (*proof.declared.sizes, *(r for h in proof.hypotheses for r in h.sizes))
    yield from ((_largest(e), str(r.name)) for r in sizes for e in ends(r))
    for fact in (*_facts(proof), *(lemma.goal for lemma in _lemmas(proof))):
        places = [e for r in fact.ranges for e in ends(r)] + _compared((fact.left, fact.right))
        yield from ((_largest(p), fact.name) for p in places)
    for lemma in _lemmas(proof):
        for step in lemma.steps:
            yield from ((_largest(p), lemma.goal.name) for p in _compared((step.left, step.right)))


def _compared(sides: Iterable[Term]) -> list[Term]:
    return [i for side in sides for t in side.walk() for i in _indices(t) if not (t.op == "pow" and i.op == "number")]


def _largest(term: Term) -> int:
    return max((int(abs(t.head)) for t in normal(term).walk() if t.op == "number"), default=0)
