"""From the text of a theorem to its proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from symcheck.errors import did_you_mean
from symcheck.proof.kernel.proofs import Hypothesis, Induction, Lemma
from symcheck.proof.kernel.steps import Step
from symcheck.proof.kernel.terms import Fact, variable
from symcheck.proof.text import declarations
from symcheck.proof.text.chains import chained
from symcheck.proof.text.moves import Move, moves_of
from symcheck.proof.text.outline import Line, outlined
from symcheck.proof.text.statements import equation
from symcheck.proof.text.theory import Theory
from symcheck.proof.text.vocabulary import NotationError

#: Gives the text of what is used, by name; None where there is none.
Library = Callable[[str], str | None]
#: How deep one text may use another.
_DEEPEST = 6


def elaborated(text: str, source: str, library: Library) -> Theory:
    """All that a text says, with the steps of its lemmas.

    Args:
        text: in the notation.
        source: its name, for messages.
        library: the texts that it may use.

    Raises:
        TextError: it is not in the notation; the message names file and line.
    """
    theory = Theory()
    lines = _expanded(outlined(text, source), library, 0)
    _inductions(theory, lines)
    named = (line.rest.split() for line in lines if line.word in ("claim", "lemma", "conclude", "define", "given"))
    theory.below = frozenset(said[0] for said in named if said)
    for line in lines:
        try:
            _directive(line)(theory, line)
        except (NotationError, ValueError) as wrong:
            raise line.error(str(wrong)) from None
    return theory


def _expanded(lines: tuple[Line, ...], library: Library, depth: int) -> list[Line]:
    """The lines with those of the texts that they use."""
    found: list[Line] = []
    for line in lines:
        if line.word != "use":
            found.append(line)
            continue
        text = library(line.rest)
        if text is None:
            raise line.error(f"there is nothing named {line.rest!r} to use")
        if depth >= _DEEPEST:
            raise line.error("texts use each other in a circle")
        found += _expanded(outlined(text, f"settings/{line.rest}.txt"), library, depth + 1)
    return found


def _directive(line: Line) -> Callable[[Theory, Line], None]:
    known = {**declarations.DIRECTIVES, **_DIRECTIVES}
    if line.word in known and line.word not in _MAY_STAND_ALONE and not line.rest:
        raise NotationError(f"something is missing after {line.word!r}")
    if line.word not in known:
        raise NotationError(f"{line.word!r} begins no part of a theorem{did_you_mean(line.word, known)}")
    return known[line.word]


def _inductions(theory: Theory, lines: list[Line]) -> None:
    """Which variable each claim is shown for by induction: lemmas before it hold at one value of it."""
    for line in (ln for ln in lines if ln.word == "induction"):
        said = line.columns()[0].split()
        variable_ = said[said.index("on") + 1] if "on" in said[:-1] else ""
        for inner in line.inner:
            if inner.word in ("start", "keep") and inner.rest:
                theory.variables[inner.rest.split()[0]] = variable_


def _given(theory: Theory, line: Line) -> None:
    """``given NAME   words`` with its equations, and the case that shows that it is needed."""
    said, words = line.columns()
    parts = said.split()
    if len(parts) != 2:
        raise NotationError("an assumption is written: given NAME   in words")
    name = parts[1]
    facts: list[Fact] = []
    more: dict[str, str] = {"needed": "", "convenience": "", "while": ""}
    sizes = []
    for inner in line.inner:
        if inner.word in more:
            more[inner.word] = " ".join([inner.rest, *(i.text for i in inner.inner)])
        elif inner.word == "size":
            sizes += declarations.sizes_of(inner, theory.words)
        else:
            facts.append(_assumed(theory, inner, name if not facts else ""))
    given = tuple(more["while"].replace(",", " ").split())
    made = Hypothesis(name, tuple(facts), words, more["convenience"], given, tuple(sizes), more["needed"])
    if any(h.name == name for h in theory.hypotheses):
        theory.hypotheses = [made if h.name == name else h for h in theory.hypotheses]
    else:
        theory.hypotheses.append(made)
    for f in facts:
        theory.needs[f.name] = frozenset({f.name, *given})


def _beside(theory: Theory, line: Line) -> None:
    """``needed NAME   case`` or ``convenience NAME   why``, for a hypothesis of a text that is used."""
    said, words = line.columns()
    field, _, name = said.partition(" ")
    name = name.strip()
    known = [h.name for h in theory.hypotheses]
    if name not in known:
        raise NotationError(f"{name or 'nothing'} is no hypothesis{did_you_mean(name, known)}")
    whole = " ".join([words, *(i.text for i in line.inner)])
    for place in (k for k, n in enumerate(known) if n == name):
        own = theory.hypotheses[place]
        theory.hypotheses[place] = replace(own, needed=whole) if field == "needed" else replace(own, convenience=whole)


def _assumed(theory: Theory, line: Line, name: str) -> Fact:
    text = line.text
    head, colon, rest = text.partition(":")
    if colon and " " not in head.strip() and "[" not in head:
        name, text = head.strip(), rest
    elif not name:
        raise line.error("a second equation has a name of its own: NAME: left = right")
    functions: tuple[tuple[str, int], ...] = ()
    if " for every " in text:
        text, _, said = text.partition(" for every ")
        spans, _, ranges_ = said.partition(" and ")
        functions = tuple(_any_function(w.strip(), line) for w in spans.split(","))
        text = f"{text} for {ranges_}" if ranges_ else text
    try:
        return equation(name, text, theory.words, theory.sizes, functions=functions)
    except NotationError as wrong:
        raise line.error(str(wrong)) from None


def _any_function(said: str, line: Line) -> tuple[str, int]:
    name, slash, takes = said.partition("/")
    if not (slash and name.isidentifier() and takes.isdecimal() and len(takes) < 3):
        raise line.error(f"{said!r} is no function with its number of arguments: for every phi/2")
    return name, int(takes)


def _claim(theory: Theory, line: Line) -> None:
    """``claim NAME   left = right   for ...``, to be shown by an induction."""
    name, text = _head(line)
    theory.claims[name] = equation(name, text, theory.words, theory.sizes)


def _head(line: Line) -> tuple[str, str]:
    parts = line.rest.split(maxsplit=1)
    if len(parts) != 2:
        raise NotationError(f"it is written: {line.word} NAME   left = right")
    return parts[0], parts[1]


def _lemma(theory: Theory, line: Line) -> None:
    """``lemma NAME   left = right   for ...`` with its steps."""
    name, text = _head(line)
    goal = equation(name, text, theory.words, theory.sizes)
    theory.parts.append(_proved(theory, goal, line))
    _shown(theory, theory.parts[-1])


def _shown(theory: Theory, lemma: Lemma | Induction) -> None:
    assert isinstance(lemma, Lemma)
    if lemma.goal.name in theory.needs or lemma.goal.name in theory.claims or lemma.goal.name in theory.definitions:
        raise NotationError(f"{lemma.goal.name} stands for something already")
    theory.needs[lemma.goal.name] = frozenset(lemma.given)


def _proved(theory: Theory, goal: Fact, line: Line) -> Lemma:
    using = [n.strip() for i in line.inner if i.word == "using" for n in i.rest.split(",")]
    moves = moves_of(tuple(i for i in line.inner if i.word != "using"), theory.words)
    _known_facts(theory, moves, using, line)
    scope = theory.scope({r.name: r for r in goal.ranges})
    built = chained(goal, moves, scope)
    used = [n for s in built.steps for n in s.uses] + using
    lines = tuple(m.line.number for m in built.moves)
    return Lemma(goal, built.steps, tuple(sorted(theory.rests_on(used))), line.number, lines, line.source)


def _known_facts(theory: Theory, moves: list[Move], using: list[str], line: Line) -> None:
    known = theory.facts()
    for name, where in [(n, m.line) for m in moves if not m.optional for n in m.facts] + [(n, line) for n in using]:
        if name not in known:
            if name in theory.below:
                itself = name == line.rest.split()[0]
                place = "is what is to be shown here" if itself else "stands below"
                raise where.error(f"{name} {place}: it can be used only after it is shown")
            raise where.error(f"nothing is named {name!r}{did_you_mean(name, known)}")


def _induction(theory: Theory, line: Line) -> None:
    """``induction on t [downwards]   in words`` with ``start CLAIM`` and ``keep CLAIM``, each with its steps."""
    said, words = line.columns()
    parts = said.split()
    down = parts[-1] == "downwards"
    parts = parts[: len(parts) - down]
    if len(parts) not in (3, 4) or parts[-2] != "on":
        raise NotationError("an induction is written: induction [NAME] on t [downwards]   in words")
    t = parts[-1]
    name = parts[1] if len(parts) == 4 else "training"
    named = [i.rest.split()[0] if i.rest else "" for i in line.inner if i.word in ("start", "keep")]
    claims = [theory.claims[n] for n in dict.fromkeys(named) if n in theory.claims]
    if unknown := [n for n in named if n not in theory.claims]:
        raise NotationError(f"{unknown[0] or 'nothing'} is no claim; a claim is written: claim NAME   left = right")
    draft = Induction(name, t, tuple(claims), (), (), words, (), down, line.number, line.source)
    cases: dict[str, list[Lemma]] = {"start": [], "keep": []}
    for inner in line.inner:
        if inner.word not in cases:
            raise inner.error("an induction has a 'start' and a 'keep' for each claim")
        claim = theory.claims[inner.rest.split()[0]]
        goal = draft.cases(claim)[inner.word == "keep"]
        cases[inner.word].append(_proved(theory, goal, inner))
    own = {c.name for c in claims}
    needs = frozenset(n for lemma in (*cases["start"], *cases["keep"]) for n in lemma.given) - own
    around = tuple(sorted(n for n in needs if n in theory.variables and n not in theory.shown))
    theory.parts.append(replace(draft, base=tuple(cases["start"]), step=tuple(cases["keep"]), given=around))
    for claim in claims:
        theory.shown[claim.name] = needs
        theory.around[claim.name] = around


def _conclude(theory: Theory, line: Line) -> None:
    """``conclude NAME [left = right] from FACT   in words``, or with steps as a lemma."""
    said, words = line.columns()
    if line.inner:
        _lemma(theory, line)
    else:
        head, _, fact = said.partition(" from ")
        facts, source = theory.facts(), fact.strip()
        if source not in facts:
            raise NotationError(f"nothing is named {source!r}; it is written: conclude NAME from FACT   in words")
        name = head.partition(" ")[2].strip()
        if not name:
            raise NotationError("a conclusion has a name: conclude NAME from FACT   in words")
        goal = replace(facts[source], name=name, words=words)
        lemma = _restated(theory, goal, source, words, line)
        theory.parts.append(lemma)
        _shown(theory, lemma)
    last = theory.parts[-1]
    assert isinstance(last, Lemma)
    theory.conclusions.append(last.goal.name)


def _restated(theory: Theory, goal: Fact, source: str, words: str, line: Line) -> Lemma:
    at = {v: variable(v) for v in goal.variables}
    steps = () if goal.relation == ">=" else (Step("substitute", goal.left, goal.right, words, (source,), at),)
    return Lemma(goal, steps, tuple(sorted(theory.rests_on([source]))), line.number, (line.number,), line.source)


#: Texts about a theorem, which may stand under these words.
_MAY_STAND_ALONE = ("says", "source", "instance")

_DIRECTIVES: Mapping[str, Callable[[Theory, Line], None]] = {
    "given": _given,
    "needed": _beside,
    "convenience": _beside,
    "claim": _claim,
    "lemma": _lemma,
    "induction": _induction,
    "conclude": _conclude,
}
