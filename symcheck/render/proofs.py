"""A theorem as a document: an instance in numbers, what is assumed, every lemma with its steps, the induction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from symcheck.proof.kernel.proofs import Checked, Induction
from symcheck.proof.kernel.terms import Fact
from symcheck.proof.theorem import Theorem
from symcheck.proof.worked import Line as Calculated
from symcheck.proof.worked import Worked, worked, written
from symcheck.render.documents.blocks import Block, Chain, Grid, Heading, Items, Line, Link, Paragraph
from symcheck.render.formulas.notation import box, equation, span

_PARTS = {"base": "base case: ", "step": "step: ", "conclusion": "by induction: "}


def outline(theorem: Theorem, depth: str = "full") -> list[Block]:
    """The blocks of a theorem.

    Args:
        theorem: what `symcheck.prove` gives.
        depth: ``short`` names each lemma; ``full`` goes through every step.
    """
    parts = (_instances(theorem), _statement(theorem), _verdict(theorem), _proof(theorem, depth))
    return [Heading(1, theorem.title), *chain.from_iterable(parts)]


def _statement(theorem: Theorem) -> Iterator[Block]:
    if not theorem.without:
        yield Heading(2, "In general")
    yield Paragraph((theorem.statement,))
    if theorem.assumptions:
        yield Heading(2, "Assumed")
        yield Items(tuple(((f"{h.name}: {h.words}",), *(_stated(f) for f in h.facts)) for h in theorem.assumptions))
    yield Heading(2, "Definitions")
    yield Items(tuple(((f"{f.words or f.name}:",), _stated(f)) for f in theorem.definitions))


def _stated(fact: Fact) -> Line:
    """An equation with the ranges of its indices."""
    spans = [span(r.symbol, r.low, r.high) for r in fact.ranges if str(r.symbol) != "omega"]
    spans += [span(symbol) for symbol in fact.values]
    listed = [part for one in spans for part in (", ", one)][1:]
    return (equation(fact.left, fact.right), *(("   for ", *listed) if listed else ()))


def _verdict(theorem: Theorem) -> Iterator[Block]:
    if not theorem.without:
        return
    dropped = theorem.dropped[0] if theorem.dropped else None
    yield Heading(2, f"Without {', '.join(theorem.without)}")
    if theorem.accepted:
        yield Paragraph(("The proof closes all the same.",))
    elif theorem.failing_step is not None:
        yield Paragraph(
            (f"The proof does not close. The step that fails is in the lemma {theorem.failing_step.lemma}:",)
        )
        yield _chain([theorem.failing_step])
        if theorem.residual is not None:
            yield Paragraph(("What is left of the difference of both sides: ", box(theorem.residual)))
    if theorem.counterexample is not None:
        shown = theorem.counterexample
        yield Paragraph((f"Counterexample: {shown.case}: {shown.shows} (by {shown.measured:.3g}).",))
    elif dropped is not None and dropped.convenience:
        yield Paragraph((f"The conclusion does not need it; it is a convenience: {dropped.convenience}.",))


def _proof(theorem: Theorem, depth: str) -> Iterator[Block]:
    yield Heading(2, "Proof")
    known = _goals(theorem)
    groups = [(name, part, list(steps)) for (name, part), steps in groupby(theorem.steps, lambda c: (c.lemma, c.part))]
    if depth == "short":
        yield Items(tuple(item for group in groups for item in _short(*group, known)))
    else:
        for group in groups:
            yield from _full(*group, known)
    count = len(theorem.steps)
    rejected = sum(not c.accepted for c in theorem.steps)
    judged = f"All {count} steps are accepted" if theorem.accepted else f"{rejected} of {count} steps are rejected"
    yield Paragraph((f"{judged}: each by its rule, and by evaluating both sides in random worlds.",))
    if theorem.instance_of:
        yield Paragraph((f"An instance of {theorem.instance_of}.",))
    if theorem.sources:
        yield Paragraph((f"Sources: {theorem.sources}.",))


def _goals(theorem: Theorem) -> dict[tuple[str, str], Fact]:
    known: dict[tuple[str, str], Fact] = {}
    for part in theorem.parts:
        if isinstance(part, Induction):
            for where, lemmas in (("base", part.base), ("step", part.step)):
                known.update({(lemma.goal.name, where): lemma.goal for lemma in lemmas})
        else:
            known[part.goal.name, ""] = part.goal
    return known


def _short(
    name: str, part: str, steps: list[Checked], known: dict[tuple[str, str], Fact]
) -> Iterator[tuple[Line, ...]]:
    rejected = "" if all(c.accepted for c in steps) else "   REJECTED"
    if part == "conclusion":
        for c in steps:
            yield ((_PARTS[part], equation(*c.claim), f"   {c.reason}{rejected}"),)
        return
    claim, *_ = _goal(name, part, steps, known)
    count = f"   ({len(steps)} step{'s' if len(steps) > 1 else ''})"
    yield ((f"{_PARTS.get(part, '')}{name}: ", claim, count + rejected),)


def _full(name: str, part: str, steps: list[Checked], known: dict[tuple[str, str], Fact]) -> Iterator[Block]:
    if part == "conclusion":
        yield Heading(3, f"Induction: {name}")
        for c in steps:
            rejected = "" if c.accepted else f"   REJECTED: {c.verdict.why}"
            yield Paragraph((equation(*c.claim), f"   {c.reason}{rejected}"))
        return
    yield Heading(3, f"{_PARTS.get(part, '').capitalize()}{name}")
    yield Paragraph(_goal(name, part, steps, known))
    yield _chain(steps)


def _goal(name: str, part: str, steps: list[Checked], known: dict[tuple[str, str], Fact]) -> Line:
    goal = known.get((name, part))
    return _stated(goal) if goal else (equation(steps[0].claim[0], steps[-1].claim[1]),)


def _chain(steps: Sequence[Checked]) -> Chain:
    links = tuple(
        Link(box(c.claim[1]), c.reason, _rule(c), "" if c.accepted else c.verdict.why or "not accepted") for c in steps
    )
    return Chain(box(steps[0].claim[0]), links)


def _rule(checked: Checked) -> str:
    uses = checked.step.uses if checked.step else ""
    return f"{checked.rule}: {uses}" if uses else checked.rule


def _instances(theorem: Theorem) -> Iterator[Block]:
    if theorem.without:
        return
    for instance in worked(theorem.name):
        yield Heading(2, f"And without {instance.fails}, in numbers" if instance.fails else "In numbers")
        yield from _instance(instance)


def _instance(instance: Worked) -> Iterator[Block]:
    yield Paragraph((f"{instance.title[0].upper()}{instance.title[1:]}.",))
    compared = any(line.compared for line in instance.lines)
    rows = tuple(
        (line.words, line.formula, *_entries(line, len(instance.columns)), *[_relation(line)] * compared, line.lemma)
        for line in instance.lines
    )
    yield Grid(("", "formula", *instance.columns, *["they are"] * compared, "lemma"), rows)
    yield Paragraph((instance.conclusion,))


def _entries(line: Calculated, columns: int) -> Iterator[str]:
    """A cell for each column; a line may have fewer numbers than there are columns."""
    yield from (", ".join(map(written, entry)) for entry in line.entries)
    yield from [""] * (columns - len(line.entries))


def _relation(line: Calculated) -> str:
    if not line.compared:
        return ""
    return "equal" if line.equal else "opposite" if line.opposite else "different"


def theorem_data(theorem: Theorem) -> dict[str, object]:
    """The theorem as plain data, for JSON: every step with its acceptance."""
    from symcheck.render.formulas.text import text

    shown = theorem.counterexample
    return {
        "name": theorem.name,
        "title": theorem.title,
        "statement": theorem.statement,
        "hypotheses": list(theorem.hypotheses),
        "without": list(theorem.without),
        "accepted": theorem.accepted,
        "steps": [
            {
                "rule": c.rule,
                "claim": text(equation(*c.claim)),
                "reason": c.reason,
                "accepted": c.accepted,
                "lemma": c.lemma,
                "part": c.part,
                "uses": c.step.uses if c.step else "",
                "why": c.verdict.why,
            }
            for c in theorem.steps
        ],
        "residual": None if theorem.residual is None else text(box(theorem.residual)),
        "counterexample": shown and {"case": shown.case, "shows": shown.shows, "measured": shown.measured},
        "instance_of": theorem.instance_of,
        "sources": theorem.sources,
    }
