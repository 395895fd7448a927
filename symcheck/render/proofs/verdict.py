"""What becomes of a proof without a hypothesis: the step that needs it, numbers in which it fails, a counterexample."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction as Rational

from symcheck.proof.conditions import Condition, splits_first, unknown_conditions
from symcheck.proof.example import Example, agreeing, differing
from symcheck.proof.kernel.check import Checked
from symcheck.proof.kernel.proofs import Induction
from symcheck.proof.kernel.terms import Fact
from symcheck.proof.text.moves import BLANK
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import Block, Heading, Items, Line, Paragraph
from symcheck.render.formulas.boxes import Box, Fraction, Name, Number, Operator, Row
from symcheck.render.formulas.notation import Notation, box, spans
from symcheck.render.formulas.prose import prose
from symcheck.render.proofs.facts import References, stated
from symcheck.render.proofs.steps import chain, rejection

_WHERE = {"base": "the start of ", "step": "the step of ", "conclusion": "the induction ", "": "the lemma "}


def without(theorem: Theorem, refs: References) -> Iterator[Block]:
    """What was dropped, and what that does."""
    yield Heading(2, f"Without {', '.join(theorem.without)}")
    dropped = tuple(
        ((f"{h.name}: ", *prose(h.words)), *map(stated, h.facts), *((b,) for b in spans(h.sizes)))
        for h in theorem.dropped
    )
    yield Paragraph(("Not assumed any more:",))
    yield Items(dropped)
    failing = theorem.failing_step
    if theorem.accepted:
        yield Paragraph(("The proof closes all the same.",))
    elif failing is not None:
        yield Paragraph((f"The proof does not close. The step that fails is in {where(failing)}:",))
        yield from rejected(failing, theorem, refs)
    first = theorem.dropped[0]
    if theorem.counterexample is not None:
        shown = theorem.counterexample
        measured = f"; the difference is {shown.measured:.3g}"
        yield Paragraph(("Counterexample: ", *prose(f"{shown.case}: {shown.shows}"), f"{measured}."))
    elif first.convenience:
        yield Paragraph(("The conclusion does not need it; it is a convenience: ", *prose(first.convenience), "."))


def rejected(checked: Checked, theorem: Theorem, refs: References) -> Iterator[Block]:
    """A step that is not accepted, and its two sides in numbers."""
    if checked.step is None:
        yield Paragraph((Notation().equation(*checked.claim), ": ", *rejection(checked, theorem), "."))
    else:
        yield chain([checked], goal_of(theorem, checked), theorem, refs)
        yield from numbers(theorem, checked)


def where(checked: Checked) -> str:
    """The lemma or the case in which a step stands, and its line."""
    line = f", line {checked.line} of {checked.source}" if checked.line else ""
    return f"{_WHERE[checked.part]}{checked.lemma}{line}"


def place_of(checked: Checked) -> str:
    """The line at which a step stands, and its lemma or case."""
    return f"{checked.source}, line {checked.line}, in {_WHERE[checked.part]}{checked.lemma}"


def goal_of(theorem: Theorem, checked: Checked) -> Fact:
    """What the lemma of a step says; where there is no such lemma, the step itself."""
    for part in theorem.parts:
        cases = {"base": part.base, "step": part.step} if isinstance(part, Induction) else {"": (part,)}
        for lemma in cases.get(checked.part, ()):
            if lemma.goal.name == checked.lemma:
                return lemma.goal
    claims = (c for part in theorem.parts if isinstance(part, Induction) for c in part.claims)
    own = next((c for c in claims if (c.left, c.right) == checked.claim), None)
    return own or Fact(checked.lemma, *checked.claim)


def numbers(theorem: Theorem, checked: Checked) -> Iterator[Block]:
    """The two sides of a step in small numbers, or what is left of their difference."""
    if conditions := unknown_conditions(theorem, checked):
        notation = Notation.of(goal_of(theorem, checked).ranges)
        listed = [part for c in conditions for part in (" and ", *_unknown(c, notation))]
        yield Paragraph(("The rule would give it, but ", *listed[1:], "."))
    if splits_first(checked):
        yield Paragraph(("The sum has several terms: split comes first, then each of them is a sum to be collapsed.",))
    if (example := differing(theorem, checked)) is not None:
        yield Paragraph(_told(example))
    elif checked.verdict.residual is None or checked.verdict.missing or conditions:
        return
    elif agreeing(theorem, checked):
        # A side that is not known to be at least 0 may be equal all the same.
        if checked.rule != BLANK and goal_of(theorem, checked).relation == "=":
            yield Paragraph(
                (
                    "In numbers both sides are equal wherever they were tried: it may well be true, but this step does not show it.",
                )
            )
    else:
        left = Notation.of(goal_of(theorem, checked).ranges).box(checked.verdict.residual)
        yield Paragraph(("What is left of the difference of both sides: ", left))


def _unknown(condition: Condition, notation: Notation) -> Line:
    term, least = notation.box(condition.term), notation.box(condition.least)
    if condition.kind == "not 0":
        return (term, " is not known not to be 0")
    return (term, " is not known to be at least ", least)


def _told(example: Example) -> Line:
    place = _listed("at ", [_equal(Name(name), value) for name, value in example.place])
    entries = _listed("with ", [_equal(box(term), value) for term, value in example.entries])
    sides = [
        (text_, box(side), " is ", _number(value)) if side.op == "entry" else (text_, "is ", _number(value))
        for text_, side, value in (
            ("the left side ", example.sides[0], example.left),
            ("the right side ", example.sides[1], example.right),
        )
    ]
    return ("In numbers: ", *place, *entries, *sides[0], " and ", *sides[1], ".")


def _listed(before: str, parts: list[Box]) -> Line:
    return (before, *(p for part in parts for p in (part, ", "))) if parts else ()


def _equal(left: Box, value: int | Rational) -> Box:
    return Row((left, Operator("="), _number(value)))


def _number(value: int | Rational) -> Box:
    exact = Rational(value)
    over = Number(str(abs(exact.numerator)))
    size: Box = over if exact.denominator == 1 else Fraction(over, Number(str(exact.denominator)))
    return Row((Operator("-"), size)) if exact < 0 else size
