"""The steps of a proof as chains of equations, each with its reason, its rule and what it uses."""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.proof.kernel.algebra import normal
from symcheck.proof.kernel.check import Checked
from symcheck.proof.kernel.steps import Step
from symcheck.proof.kernel.terms import Fact, Term
from symcheck.proof.text.moves import BLANK
from symcheck.proof.theorem import Theorem
from symcheck.render.documents.blocks import EquationChain, Line, Link, Part
from symcheck.render.formulas.boxes import Application, Bracketed, Name, Operator, Row
from symcheck.render.formulas.notation import Notation
from symcheck.render.formulas.prose import prose
from symcheck.render.proofs.facts import References


def chain(steps: Sequence[Checked], goal: Fact, theorem: Theorem, refs: References) -> EquationChain:
    """A chain through steps on the way to a goal."""
    notation = Notation.of(goal.ranges)
    links = tuple(
        Link(notation.box(_end(c, goal)), prose(c.reason), _rule(c, refs), () if c.accepted else rejection(c, theorem))
        for c in steps
    )
    return EquationChain(notation.box(steps[0].claim[0]), links)


def _end(checked: Checked, goal: Fact) -> Term:
    """What a step leads to; the last one ends at the goal as the goal is written."""
    end = checked.claim[1]
    return goal.right if checked.accepted and normal(end) == normal(goal.right) else end


def _rule(checked: Checked, refs: References) -> Line:
    step = checked.step
    if checked.rule == BLANK:
        return ("left open",)
    if step is None or not (step.uses or step.choose):
        return (checked.rule,)
    used: list[Part] = []
    for name in step.uses:
        used += [*[", "] * bool(used), refs.to(name)]
    return (f"{checked.rule}: ", *used, *_chosen(step))


def _chosen(step: Step) -> Line:
    """The functions that a step chooses."""
    parts: list[Part] = []
    for name, choice in step.choose.items():
        variables: list[Name | Operator] = []
        for v in choice.variables:
            variables += [*[Operator(",")] * bool(variables), Name(v)]
        left = Application(Name(name), Bracketed(Row(tuple(variables))))
        right = Notation(frozenset(choice.variables)).box(choice.value)
        parts += [" and " if parts else " with " if step.uses else "", Row((left, Operator("="), right))]
    return tuple(parts)


def rejection(checked: Checked, theorem: Theorem) -> Line:
    """Why a step is not accepted, as a sentence without its full stop."""
    if checked.rule == BLANK:
        return ("this step is left open",)
    dropped = {f.name for h in theorem.dropped for f in h.facts}
    asked = [n for n in (checked.step.uses if checked.step else ()) if n in dropped]
    if asked:
        return prose(f"{' and '.join(asked)} is not assumed")
    # That the sides differ is told in numbers, where it is not all that there is to say.
    why = checked.verdict.why.split("; ")
    said = [part for part in why if not part.startswith("the sides differ")] or ["the two sides differ"]
    return prose("; ".join(said) or "not accepted")
