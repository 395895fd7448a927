"""A failed property, told so that it can be understood and repeated without this package's code."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NoReturn

import numpy as np
import pytest

from symcheck.diagnosis.cause import Cause
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.suite.by_hand import by_hand
from symcheck.suite.claim import PropertyClaim
from symcheck.suite.irrelevance import Irrelevant
from symcheck.suite.lemmas import violated
from symcheck.suite.literals import side_by_side
from symcheck.suite.reproduction import reproduction
from symcheck.texts import plain_lines
from symcheck.types import Array
from symcheck.verdict import Failed

#: What usually lies behind a failure, or how to find it out; asked only when something failed.
Mistake = str | Callable[[], str | None] | None
#: Text, made when it is asked for.
Text = str | Callable[[], str]


@dataclass(frozen=True)
class Scene:
    """What a property was looking at: the subject and the smallest network and batch that show the fault."""

    subject: Implementation
    params: Any
    X: Array | None = None
    Y: Array | None = None

    @property
    def title(self) -> str:
        """The network in one line."""
        sizes = [np.shape(self.params[0][0])[1], *(len(b) for _, b in self.params)]
        objective = self.subject.offer.objective
        words = ["-".join(map(str, sizes)), self.subject.offer.activation, objective and objective.name]
        return ", ".join(w for w in words if w)

    def by_hand(self, layer: int, part: str, index: Sequence[int], got: float, wanted: float) -> list[str]:
        """The lines of backpropagation behind an entry of dW or db of a layer; () where they are not known."""
        objective = self.subject.promised or self.subject.offer.objective
        if self.X is None or self.Y is None or objective is None or self.subject.lacks(("activation",)):
            return []
        return by_hand(
            self.params, self.X, self.Y, self.subject.activation, objective, (layer, part, index), got, wanted
        )

    def code(self, expression: str) -> str:
        """Python that makes the arrays and prints an expression of ``subject``, ``params``, ``X`` and ``Y``."""
        return reproduction(self.subject, self.params, self.X, self.Y, expression)


class PropertyFailure(AssertionError):
    """A property that does not hold of a subject; the text is for whoever wrote the subject."""

    def __init__(self, sentence: str, details: Text = "", mistake: Mistake = None, code: Text = "") -> None:
        super().__init__(plain_lines(sentence))
        self.sentence = plain_lines(sentence)
        self._details, self._suspected, self._code = details, mistake, code
        #: The whole text, once it is known which property failed.
        self.full = ""
        #: Whether the subject raised, hung or returned nonsense, and what it did then.
        self.misbehaved = False
        self.did = ""
        #: What explains it, where something does, and what is known of the failure besides.
        self.causes: tuple[Cause, ...] = ()
        #: The lines of backpropagation that it contradicts, with numbers; made when asked for.
        self.working: Callable[[], list[str]] = list
        self.facts: Failed | None = None
        #: Arrays of its example that may be anything.
        self.irrelevant = Irrelevant()

    @cached_property
    def details(self) -> str:
        """What was got beside what should be, and where."""
        return plain_lines(self._details() if callable(self._details) else self._details, None)

    @cached_property
    def code(self) -> str:
        """Python that repeats it; code that is cut would not run."""
        return plain_lines(self._code() if callable(self._code) else self._code, None)

    @cached_property
    def mistake(self) -> str | None:
        """What usually lies behind it; looked for when it is first asked for, and not at every step of shrinking."""
        because = self._suspected() if callable(self._suspected) else self._suspected
        return because and plain_lines(because)

    def __str__(self) -> str:
        return self.full or self.sentence

    def text(self, theorem: str | None = None, claims: tuple[str, ...] = ()) -> str:
        """The whole failure, with the lemma it contradicts."""
        parts = [self.sentence]
        if self.details:
            parts.append(self.details)
        if free := anything(self.irrelevant):
            parts.append(free)
        if theorem:
            behind = f"the proof behind {', '.join(claims)} takes" if claims else "every proof takes"
            parts.append(f"violates a step that {behind}: {violated(theorem)}")
        if self.mistake:
            parts.append(f"likely mistake: {self.mistake}")
        return "\n\n".join(parts)


class Undecided(pytest.skip.Exception):  # type: ignore[name-defined,misc]
    """Nothing is known to be wrong, and something is not known to be right: a warning, which pytest counts as skipped."""


def anything(irrelevant: Irrelevant) -> str:
    """That arrays of an example do not matter; "" where all do."""
    if not irrelevant:
        return ""
    if irrelevant.whole:
        return "any numbers of these shapes show it"
    names = irrelevant.names
    each = "it" if len(names) == 1 else "each"
    return (
        f"of the smallest case {', '.join(names)} {'does' if len(names) == 1 else 'do'} not matter: it fails as well with other "
        f"values drawn in the place of {each}"
    )


def fail(
    sentence: str | Misbehaviour,
    scene: Scene | None = None,
    *,
    got: Any = None,
    expected: Any = None,
    expression: str = "",
    mistake: Mistake = None,
    working: Callable[[], list[str]] = list,
) -> NoReturn:
    """Raise a `PropertyFailure`.

    Args:
        sentence: got, but should be; or what the subject did in place of an answer.
        scene: what was being looked at.
        got, expected: arrays to show side by side.
        expression: Python, in the words of `Scene.code`, that prints what was got.
        mistake: what usually lies behind it.
        working: the lines of backpropagation that it contradicts.
    """

    def code() -> str:
        return scene.code(expression or "params") if scene is not None else ""

    def details() -> str:
        parts = [side_by_side(got, expected)] if got is not None else []
        parts += ["  by hand:\n" + _indented("\n".join(lines))] if (lines := working()) else []
        if scene is not None:
            parts.append(f"  network: {scene.title}\n\n  reproduce:\n" + _indented(failure.code))
        return "\n\n".join(parts)

    failure = PropertyFailure(str(sentence), details, mistake, code)
    failure.working = working
    failure.misbehaved = isinstance(sentence, Misbehaviour)
    failure.did = sentence.answer.error if isinstance(sentence, Misbehaviour) else ""
    raise failure


def check_close(
    got: Array,
    expected: Array,
    bound: Array | float,
    what: str,
    scene: Scene,
    expression: str = "",
    mistake: Mistake = None,
    working: Callable[[Sequence[int], float, float], list[str]] | None = None,
) -> None:
    """Fail unless ``|got - expected| <= bound`` entry by entry; the sentence names the worst entry."""
    difference = np.abs(np.asarray(got, float) - np.asarray(expected, float))
    excess = difference - np.asarray(bound)
    if not (excess > 0).any():
        return
    at = tuple(map(int, np.unravel_index(int(np.argmax(excess)), difference.shape)))
    index = f"[{', '.join(map(str, at))}]" if at else ""
    allowed = float(np.broadcast_to(bound, difference.shape)[at])
    one, other = float(np.asarray(got)[at]), float(np.asarray(expected)[at])
    fail(
        f"{_placed(what, index)} is {_shown(one, other)}, but should be {_shown(other, one)} (off by {difference[at]:.2g}, rounding allows "
        f"{allowed:.2g})",
        scene,
        got=got,
        expected=expected,
        expression=expression,
        mistake=mistake,
        working=list if working is None else lambda: working(at, one, other),
    )


def check_params(
    got: Any, expected: Any, bounds: Any, what: str, scene: Scene, expression: str = "", mistake: Mistake = None
) -> None:
    """`check_close` for every W and b of a list of (W, b)."""
    for layer, (pair, wanted, bound) in enumerate(zip(got, expected, bounds, strict=True), 1):
        for name, part, index in zip("Wb", ("weights", "bias"), (0, 1), strict=True):
            told = f"{what} {'d' if what.startswith('gradient') else ''}{name} of layer {layer} ({part})"
            shown = f"{expression}[{layer - 1}][{index}]" if expression else ""
            working = partial(scene.by_hand, layer, name) if what.startswith("gradient") else None
            check_close(pair[index], wanted[index], bound[index], told, scene, shown, mistake, working)


def _placed(what: str, index: str) -> str:
    """What an entry is of, with its place: before a comparison that stands between commas, else at the end."""
    if not what.endswith(","):
        return f"{what}{index}"
    named, _, beside = what.removesuffix(",").partition(", ")
    return f"{named}{index}, {beside}," if beside else f"{named}{index}"


def _shown(value: float, other: float) -> str:
    """As many digits as tell the two apart, and three more."""
    gap = abs(value - other)
    if gap == 0 or not math.isfinite(gap):
        return f"{value:.6g}"
    size = max(abs(value), abs(other))
    digits = 4 + max(0, math.ceil(math.log10(size / gap)))
    return f"{value:.{min(digits, 17)}g}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


_UNSTEADY = (
    "The same arguments gave another result the second time: the subject keeps something from call to call, or draws "
    "random numbers."
)


def told(
    error: BaseException,
    claim: PropertyClaim | None,
    attribute: Callable[[PropertyFailure], None] = lambda failure: None,
) -> PropertyFailure | None:
    """The failure of the subject inside an exception, with the lemma it contradicts; None for any other error.

    Args:
        attribute: finds its cause, before it is told.
    """
    if isinstance(error, PropertyFailure) and error.full:
        return error
    found = next(_inside(error), None)
    if found is None:
        return None
    if isinstance(found, Misbehaviour):
        failure = PropertyFailure(str(found))
        failure.misbehaved, failure.did = True, found.answer.error
        attribute(failure)
        text = failure.text()
    else:
        failure = PropertyFailure(found.sentence, found.details, found.mistake, found.code)
        failure.misbehaved, failure.did, failure.working = found.misbehaved, found.did, found.working
        attribute(failure)
        text = failure.text(claim.theorem if claim else None, claim.ids if claim else ())
    # Hypothesis wraps a failure that does not repeat in a group.
    failure.full = text if found is error else f"{text}\n\n{_UNSTEADY}"
    return failure


def _inside(error: BaseException) -> Iterator[PropertyFailure | Misbehaviour]:
    """Failures of the subject among an exception, those it groups and those behind it; an exception may stand behind itself."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        found = waiting.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, PropertyFailure | Misbehaviour):
            yield found
        behind = (
            *(found.exceptions if isinstance(found, BaseExceptionGroup) else ()),
            found.__cause__,
            found.__context__,
        )
        waiting += [inner for inner in reversed(behind) if inner is not None]
