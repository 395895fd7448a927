"""From the moves of a lemma to its steps: the rule, the instance and both sides of each, found by trying.

A chain is followed from its left side by the moves that lead forward, and from its right side by those that lead
back; where a fact has a variable that its left side does not tell, the variables of the goal are tried until both ends meet. What is
found is not trusted: the kernel checks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from symcheck.proof.kernel.algebra import normal, same
from symcheck.proof.kernel.matching import Effort
from symcheck.proof.kernel.rules import RULES
from symcheck.proof.kernel.steps import NotApplicable, Scope, Step
from symcheck.proof.kernel.terms import Fact, Term, TooLarge, number, variable
from symcheck.proof.text.folding import folded
from symcheck.proof.text.moves import BLANK, Move
from symcheck.proof.text.vocabulary import NotationError

#: So many ways to choose variables are tried for one step, so many chains for one lemma, and so many steps for all of these.
_CHOICES, _CHAINS, _STEPS = 60, 300, 3000


@dataclass(frozen=True)
class BuiltLemma:
    """The steps of a lemma with the moves that they come from."""

    steps: tuple[Step, ...]
    moves: tuple[Move, ...]


def chained(goal: Fact, moves: list[Move], scope: Scope) -> BuiltLemma:
    """The steps that the moves stand for; where they do not lead to the goal, as far as they lead."""
    moves = [m for m in moves if not (m.optional and m.facts and m.facts[0] not in scope.facts)]
    steps: list[Step] = []
    used: list[Move] = []
    start = goal.left
    effort = Effort(_STEPS)
    while moves:
        until = next((i for i, m in enumerate(moves) if m.target is not None), len(moves) - 1)
        segment, moves = moves[: until + 1], moves[until + 1 :]
        end = segment[-1].target
        if end is None and goal.relation == "=":
            end = goal.right
        built = _segment(start, end, segment, scope, goal, effort)
        steps += built.steps
        used += built.moves
        start = steps[-1].right if steps else start
        if end is not None:
            start = end
    return BuiltLemma(tuple(steps), tuple(used))


def _segment(start: Term, end: Term | None, moves: list[Move], scope: Scope, goal: Fact, effort: Effort) -> BuiltLemma:
    if any(m.rule == BLANK for m in moves):
        return _open(start, end, moves, scope, goal, effort)
    if end is not None and len(moves) == 1:
        return _one(start, end, moves[0], scope, goal)
    if end is not None:
        turn = len(moves)
        while turn and moves[turn - 1].back:
            turn -= 1
        # What leads back to the end is followed from there; where the two do not meet, everything is followed from the start.
        for ahead, back in ((moves[:turn], moves[turn:]), (moves, [])) if turn < len(moves) else ((moves, []),):
            for reached, steps in islice(_paths(start, ahead, scope, goal, effort), _CHAINS):
                for met, turned in islice(
                    _paths(end, [replace(m, back=False) for m in back[::-1]], scope, goal, effort), _CHAINS
                ):
                    if same(reached, met):
                        return _joined(_ending(steps, met), turned, ahead, back)
                if not back and (closing := _closing(steps, end, scope)) is not None:
                    return _joined(closing, [], ahead, back)
    else:
        found = next(_paths(start, moves, scope, goal, effort), None)
        if found is not None:
            return _joined(found[1], [], moves, [])
    return _broken(start, end, moves, scope, goal, effort)


def _open(start: Term, end: Term | None, moves: list[Move], scope: Scope, goal: Fact, effort: Effort) -> BuiltLemma:
    """Moves of which some are left out: one gap, from where those before it lead to where those that lead back from the end do."""
    blanks = [place for place, m in enumerate(moves) if m.rule == BLANK]
    ahead, blank, back = moves[: blanks[0]], moves[blanks[0]], moves[blanks[-1] + 1 :]
    while back and not all(m.back for m in back):
        back = back[1:]
    first = next(_paths(start, ahead, scope, goal, effort), None)
    before = _followed(start, None, ahead, scope, goal, effort) if first is None else _joined(first[1], [], ahead, [])
    reached = before.steps[-1].right if before.steps else start
    last = None
    while end is not None and back and last is None:
        # What does not lead back from the end stands somewhere in the gap.
        last = next(_paths(end, [replace(m, back=False) for m in back[::-1]], scope, goal, effort), None)
        back = back if last else back[1:]
    met, turned = last or (reached if end is None else end, [])
    after = _joined([], turned, [], back if last else [])
    return BuiltLemma((*before.steps, Step(BLANK, reached, met), *after.steps), (*before.moves, blank, *after.moves))


def _one(start: Term, end: Term, move: Move, scope: Scope, goal: Fact) -> BuiltLemma:
    """A single move between two known sides."""
    for step in _tries(move, start, end, scope, goal):
        if _accepts(step, scope):
            return BuiltLemma((_named(step, scope),), (move,))
    if move.optional and same(start, end):
        return BuiltLemma((), ())
    step = next(iter(_tries(move, start, end, scope, goal)))
    return BuiltLemma((_named(step, scope),), (move,))


def _ending(steps: list[Step], end: Term) -> list[Step]:
    """The steps with the last one ending as it is written, not as a rule happens to write it."""
    return [*steps[:-1], replace(steps[-1], right=end)] if steps else steps


def _closing(steps: list[Step], end: Term, scope: Scope) -> list[Step] | None:
    if not steps:
        return None
    last = replace(steps[-1], right=end)
    return [*steps[:-1], last] if _accepts(last, scope) else None


def _accepts(step: Step, scope: Scope) -> bool:
    rule = RULES.get(step.rule)
    if rule is None:
        return False
    for one, other in ((step.left, step.right), (step.right, step.left)):
        try:
            if same(rule(step, scope)(one), other, scope.known.nonzero) and not (
                step.rule != "algebra" and same(step.left, step.right)
            ):
                return True
        except (NotApplicable, TooLarge):
            continue
    return False


def _paths(
    start: Term, moves: list[Move], scope: Scope, goal: Fact, effort: Effort
) -> Iterator[tuple[Term, list[Step]]]:
    """All ways to follow the moves from a side: where they lead, and the steps in the order of the moves."""
    if not moves:
        yield start, []
        return
    move, *rest = moves
    for step in _applied(move, start, scope, goal, effort):
        for reached, later in _paths(step.right, rest, scope, goal, effort):
            yield reached, [step, *later]


def _applied(move: Move, start: Term, scope: Scope, goal: Fact, effort: Effort) -> Iterator[Step]:
    """The steps that a move can be from a side, each changing something."""
    seen: list[Term] = []
    for step in _tries(move, start, start, scope, goal):
        if effort.spent():
            raise NotationError(
                f"more than {_STEPS} ways to read these steps: write a side that one leads to, or 'at i = k'"
            )
        try:
            end = _result(move, step, start, scope)
            idle = end is not None and (step.rule != "algebra" or move.optional) and same(start, end)
            if end is None or idle or any(same(end, s) for s in seen):
                continue
        except (NotApplicable, TooLarge):
            continue
        seen.append(end)
        yield _named(replace(step, right=tidied(end)), scope)
    if not seen and move.optional:
        yield Step("", start, start)


def tidied(term: Term) -> Term:
    """The same term as one would write it: indices added up, no factors of 1, no brackets in products and sums."""
    if term.op in ("number", "variable", "bound"):
        return term
    places = {"entry": len(term.args), "delta": 2, "sum": 2}.get(term.op, 0)
    args = [normal(a) if k < places or (term.op == "pow" and k == 1) else tidied(a) for k, a in enumerate(term.args)]
    if term.op not in ("add", "mul"):
        return Term(term.op, term.head, args)
    neutral = number(0 if term.op == "add" else 1)
    flat = [b for a in args for b in (a.args if a.op == term.op else (a,)) if b != neutral]
    numbers = [b for b in flat if b.op == "number"]
    others = [b for b in flat if b.op != "number"]
    total = normal(Term(term.op, None, numbers)) if numbers else neutral
    if term.op == "mul" and total == number(0):
        return total
    kept = [*([] if total == neutral else [total]), *others]
    if term.op == "add" and total != neutral:
        kept = [*others, total]
    return kept[0] if len(kept) == 1 else Term(term.op, None, kept) if kept else neutral


def _result(move: Move, step: Step, start: Term, scope: Scope) -> Term | None:
    if move.back and len(step.uses) == 1 and not step.choose and step.uses[0] in scope.facts:
        fact = scope.facts[step.uses[0]]
        return folded(fact, step.at, start, scope.known, scope.held.get(fact.name, frozenset()))
    rule = RULES.get(step.rule)
    return None if rule is None or move.back else rule(step, scope)(start)


def _tries(move: Move, left: Term, right: Term, scope: Scope, goal: Fact) -> Iterator[Step]:
    """The steps that a move can stand for, with variables that the fact leaves open chosen from those of the goal."""
    reason = move.reason or (scope.facts[move.facts[0]].words if move.facts and move.facts[0] in scope.facts else "")
    rule = move.rule or ("definition" if move.facts and move.facts[0] in scope.definitions else "substitute")
    base = Step(rule, left, right, reason, move.facts, dict(move.at), dict(move.choose), move.through, tuple(move.over))
    fact = scope.facts.get(move.facts[0]) if move.facts else None
    if fact is None or rule == "cases":
        yield base
        return
    if rule in ("for every function", "reduce higher powers"):
        held = scope.held.get(fact.name, frozenset())
        missing = [v for v in fact.variables if v not in move.at and v not in held]
        yield replace(base, at={**{v: variable(v) for v in missing}, **move.at})
        return
    for at in _choices(fact, move.at, scope, goal):
        for named in ("definition" if fact.name in scope.definitions else "substitute",):
            yield replace(base, rule=move.rule or named, at=at)


def _choices(fact: Fact, given: Mapping[str, Term], scope: Scope, goal: Fact) -> Iterator[dict[Any, Term]]:
    held = scope.held.get(fact.name, frozenset())
    open_ = [v for v in fact.variables if v not in fact.left.free and v not in given and v not in held]
    names = [r.name for r in goal.ranges if r.kind == "index"]
    if not open_ or not names:
        yield dict(given)
    options = [sorted(names, key=lambda n, v=v: n != v) for v in open_]  # type: ignore[misc]
    if open_:
        for chosen in islice(product(*options), _CHOICES):
            yield {**given, **{v: variable(n) for v, n in zip(open_, chosen, strict=True)}}
    # Where the same fact fits in several places, only one of them may be meant: that of the goal's own variables.
    own = {v: variable(v) for v in fact.variables if v in names and v not in held and v not in given}
    if own and not open_:
        yield {**given, **own}
    if open_:
        fixed = {v: t for v, t in own.items() if v not in open_}
        if fixed:
            for chosen in islice(product(*options), _CHOICES):
                yield {**given, **fixed, **{v: variable(n) for v, n in zip(open_, chosen, strict=True)}}


def _named(step: Step, scope: Scope) -> Step:
    """The step under the name of what it does: inside sums, equal terms give equal sums."""
    if step.rule not in ("definition", "substitute"):
        return step
    inner = replace(step, rule="congruence of sums")
    return inner if _accepts(inner, scope) else step


def _joined(steps: list[Step], turned: list[Step], ahead: list[Move], back: list[Move]) -> BuiltLemma:
    # Steps from the right side are turned round.
    reversed_ = [replace(s, left=s.right, right=s.left) for s in turned[::-1]]
    pairs = [(s, m) for s, m in zip([*steps, *reversed_], [*ahead, *back], strict=True) if s.rule]
    return BuiltLemma(tuple(s for s, _ in pairs), tuple(m for _, m in pairs))


def _broken(start: Term, end: Term | None, moves: list[Move], scope: Scope, goal: Fact, effort: Effort) -> BuiltLemma:
    """Moves that do not lead from one side to the other: what is wrong is put where those ahead should meet those back."""
    turn = len(moves)
    while turn and moves[turn - 1].back:
        turn -= 1
    ahead, back = moves[:turn], moves[turn:]
    if end is not None and ahead and back:
        met = next(_paths(end, [replace(m, back=False) for m in back[::-1]], scope, goal, effort), None)
        if met is not None:
            built, rest = _followed(start, met[0], ahead, scope, goal, effort), _joined([], met[1], [], back)
            return BuiltLemma((*built.steps, *rest.steps), (*built.moves, *rest.moves))
    return _followed(start, end, moves, scope, goal, effort)


def _followed(start: Term, end: Term | None, moves: list[Move], scope: Scope, goal: Fact, effort: Effort) -> BuiltLemma:
    """Moves followed from the left as far as they lead."""
    steps: list[Step] = []
    place = start
    for count, move in enumerate(moves, 1):
        last = count == len(moves)
        to = end if last and end is not None else place
        if move.rule == BLANK:
            steps.append(Step(BLANK, place, to))
        elif (found := next(_applied(move, place, scope, goal, effort), None)) is not None and found.rule:
            steps.append(replace(found, right=end) if last and end is not None else found)
        elif not move.optional:
            steps.append(replace(next(_tries(move, place, place, scope, goal)), left=place, right=to))
        else:
            continue
        place = steps[-1].right
    kept = [m for m in moves if not m.optional or m.facts]
    return BuiltLemma(tuple(steps), tuple(kept[: len(steps)]))
