"""The proof itself: every lemma, or every step; an induction says first what it claims."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.errors import counted
from symcheck.proof.causes import causes
from symcheck.proof.kernel.check import Checked
from symcheck.proof.kernel.terms import Fact, variable
from symcheck.proof.library import load
from symcheck.proof.rocq import provable
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import Block, Heading, Items, Line, Paragraph
from symcheck.render.formulas.boxes import Name, Operator, Row
from symcheck.render.formulas.notation import box, equation
from symcheck.render.formulas.prose import prose
from symcheck.render.proofs.facts import References, stated
from symcheck.render.proofs.steps import chain
from symcheck.render.proofs.told import ShownInduction, ShownLemma, told

_CASES = {"base": "Start: ", "step": "Step: "}


def proof(theorem: Theorem, depth: str, refs: References) -> Iterator[Block]:
    """The blocks of the proof.

    Args:
        depth: ``short`` names each lemma; ``full`` goes through every step.
    """
    yield Heading(2, "Proof")
    parts = told(theorem)
    if depth == "short":
        yield Items(tuple(_listed(parts, frozenset(map(_place, causes(theorem))))))
    else:
        for part in parts:
            yield from _part(part, theorem, refs, 3)
    yield Paragraph((judged(theorem),))
    if _has_rocq_proof(theorem):
        yield Paragraph(
            (
                f"Also accepted by Rocq, given backpropagation: symcheck prove {theorem.name} --format rocq writes the file.",
            )
        )
    if theorem.instance_of:
        yield Paragraph(("An instance of ", *prose(theorem.instance_of), "."))
    if theorem.sources:
        yield Paragraph((f"Sources: {theorem.sources}.",))


def judged(theorem: Theorem) -> str:
    """How many steps are accepted, fail by themselves, and rest on these."""
    count, how = len(theorem.steps), "by its rule, and by evaluating both sides in random worlds"
    if theorem.accepted:
        return f"The one step is accepted: {how}." if count == 1 else f"All {count} steps are accepted: each {how}."
    failing = len(causes(theorem))
    resting = sum(not c.accepted for c in theorem.steps) - failing
    said = f"{failing} of {counted(count, 'step')} {'fails' if failing == 1 else 'fail'}"
    if resting:
        said += f", and {resting} {'rests' if resting == 1 else 'rest'} on {'it' if failing == 1 else 'these'}"
    return f"{said}. Every step is judged {how}."


def _has_rocq_proof(theorem: Theorem) -> bool:
    """Whether the tests let Rocq check it: somebody's own text of the same name is another theorem."""
    return theorem.name in provable() and not theorem.without and theorem.proof is load(theorem.name)


def _listed(
    parts: list[ShownLemma | ShownInduction], failing: frozenset[tuple[str, str]]
) -> Iterator[tuple[Line, ...]]:
    for part in parts:
        if isinstance(part, ShownLemma):
            yield (_named(part, failing),)
            continue
        claims = (line for claim in part.induction.claims for line in _claim(claim))
        yield (("by induction on ", Name(part.induction.variable), ":"), *claims)
        yield from ((_named(shown, failing),) for shown in part.base)
        yield from _listed(part.inside, failing)
        yield from ((_named(shown, failing),) for shown in part.step)


def _place(checked: Checked) -> tuple[str, str]:
    return checked.lemma, checked.part


def _named(shown: ShownLemma, failing: frozenset[tuple[str, str]]) -> Line:
    rejected = any(not c.accepted for c in shown.steps)
    own = (shown.goal.name, shown.part) in failing
    verdict = "   REJECTED" if own else "   rests on what is rejected" if rejected else ""
    goal = equation(shown.goal.left, shown.goal.right, shown.goal.relation)
    name = f"{_CASES.get(shown.part, '').lower()}{shown.goal.name}: "
    return (name, goal, f"   ({counted(len(shown.steps), 'step')}){verdict}")


def _part(part: ShownLemma | ShownInduction, theorem: Theorem, refs: References, level: int) -> Iterator[Block]:
    yield from (
        _lemma(part, theorem, refs, level) if isinstance(part, ShownLemma) else _induction(part, theorem, refs, level)
    )


def _lemma(shown: ShownLemma, theorem: Theorem, refs: References, level: int) -> Iterator[Block]:
    anchor = refs.anchor(f"{shown.goal.name}.{shown.part}" if shown.part else shown.goal.name)
    yield Heading(level, f"{_CASES.get(shown.part, '')}{shown.goal.name}", anchor)
    yield Paragraph(stated(shown.goal))
    if any(c.step is None for c in shown.steps):
        yield from (Paragraph(_without_steps(c)) for c in shown.steps)
    elif shown.steps:
        yield chain(shown.steps, shown.goal, theorem, refs)
        if shown.goal.relation == ">=" and all(c.accepted for c in shown.steps):
            yield Paragraph(("And that is not negative, by the signs of its parts.",))


def _without_steps(checked: Checked) -> Line:
    if checked.accepted:
        return ("It is not negative, by the signs of its parts.",)
    return (f"REJECTED: {checked.verdict.why}.",)


def _induction(part: ShownInduction, theorem: Theorem, refs: References, level: int) -> Iterator[Block]:
    induction = part.induction
    name, t = induction.variable, Name(induction.variable)
    yield Heading(level, f"Induction: {induction.name}", refs.anchor(f"{induction.name}.induction"))
    (over,) = [r for r in induction.claims[0].ranges if r.name == name]
    start, on = (over.high, "down") if induction.downwards else (over.low, "on")
    assert start is not None
    first = Row((t, Operator("="), box(start)))
    yield Paragraph(("It is shown for one ", t, " after the other, from ", first, f" {on}, that"))
    yield Items(tuple(map(_claim, induction.claims)), tuple(refs.anchor(c.name) for c in induction.claims))
    for shown in part.base:
        yield from _lemma(shown, theorem, refs, level + 1)
    they = "it holds" if len(induction.claims) == 1 else "they hold"
    following = variable(name) + (-1 if induction.downwards else 1)
    suppose: Line = (f"Suppose that {they} at some ", t, ".")
    then: Line = (f"Then {they} at ", box(following), " too:")
    if part.inside:
        follows = "this follows" if len(part.inside) == 1 else "these follow"
        yield Paragraph((*suppose, " At the same ", t, f" {follows}:"))
    for inner in part.inside:
        yield from _part(inner, theorem, refs, level + 1)
    yield Paragraph(then if part.inside else (*suppose, " ", *then))
    for shown in part.step:
        yield from _lemma(shown, theorem, refs, level + 1)
    yield from _concluded(part)


def _concluded(part: ShownInduction) -> Iterator[Block]:
    rejected = next((c.verdict.why for c in part.conclusion if not c.accepted), "")
    words = part.induction.reason
    if rejected:
        yield Paragraph((f"The induction does not close: {rejected}.",))
    elif words:
        yield Paragraph((*prose(words[:1].upper() + words[1:]), "."))


def _claim(claim: Fact) -> tuple[Line, ...]:
    return ((f"{claim.name}: ", *stated(claim)),)
