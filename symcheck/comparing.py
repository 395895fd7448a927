"""Are two initializations the same? Parameter by parameter, by tests of two samples at one false-alarm rate."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from symcheck.checks.bench import InitializerBench
from symcheck.checks.definition import Skip
from symcheck.checks.layers import CONVOLUTIONS, DENSE
from symcheck.checks.parameters.surveying import Surveyor
from symcheck.displayed import Displayed
from symcheck.distribution.survey import Survey, survey, together
from symcheck.distribution.two_samples import ASPECTS, TwoSampleTest, two_sample_tests, visible_ratio
from symcheck.errors import SubjectFailure, SymcheckError
from symcheck.file_arrays import FileArray, Values, different_entries, entries_of, in_memory, pieces_of, same_entries
from symcheck.subjects.data import NetworkFacts, Options
from symcheck.subjects.implementation import Implementation
from symcheck.subjects.opening import InitializerSubject, ModelSubject, open_subject, subject_name
from symcheck.texts import plain
from symcheck.types import Array
from symcheck.version import __version__

#: Entries of one parameter that are compared, and how often a model is built at most to get them, in so many numbers in all.
ENTRIES, MOST_BUILDS, MOST_NUMBERS = 1 << 20, 100, 1 << 27
#: What may come of two parameters.
VERDICTS = ("same", "different", "only in the first", "only in the second")


@dataclass(frozen=True)
class ComparedParameter:
    """One parameter.

    Attributes:
        verdict: of :data:`VERDICTS`. how: ``equal`` entry by entry, ``drawn`` alike, or what is different: ``shape``, ``entries``
            of constants, ``randomness`` of one alone, or an aspect of the distribution.
        first, second: shapes, constants or figures of the two, as text; empty where there is none.
        p_value: of a test; None where none was needed.
        sees: the share by which the scales would have to differ to be seen; None where no test was made.
    """

    name: str
    verdict: str
    how: str
    first: str = ""
    second: str = ""
    p_value: float | None = None
    sees: float | None = None


@dataclass(frozen=True, repr=False)
class Comparison(Displayed):
    """Two initializations, parameter by parameter.

    Attributes:
        names: of the two. rows: in the order of the first. builds: how often each was drawn.
    """

    names: tuple[str, str]
    rows: tuple[ComparedParameter, ...]
    builds: tuple[int, int]
    seed: int
    false_alarm_rate: float
    notes: tuple[str, ...] = field(default=())

    @property
    def same(self) -> bool:
        """Whether no difference was found."""
        return all(row.verdict == "same" for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data; its keys are stable."""
        return {
            "symcheck": __version__,
            "subjects": list(self.names),
            "verdict": "same" if self.same else "different",
            "false_alarm_rate": self.false_alarm_rate,
            "seed": self.seed,
            "builds": list(self.builds),
            "notes": list(self.notes),
            "parameters": [asdict(row) for row in self.rows],
        }

    def to_json(self) -> str:
        """The comparison as JSON."""
        return json.dumps(self.as_dict(), indent=2, allow_nan=False)


@dataclass
class Side:
    """One of the two: every parameter's draws, in as many builds as it took.

    Attributes:
        drawn: arrays of one parameter, of one shape. fresh: whether builds are independent draws.
        surveys: of arrays that stay in their file.
    """

    name: str
    drawn: dict[str, list[Values]]
    builds: int
    fresh: bool
    notes: tuple[str, ...] = ()
    surveys: dict[str, Survey] = field(default_factory=dict)
    _read: dict[str, Survey] = field(default_factory=dict)

    def entries(self, name: str, rng: np.random.Generator) -> Array:
        """Entries of a parameter in a row, no more than are compared."""
        if (found := self.surveys.get(name)) is not None:
            return found.chosen
        values = self.drawn[name]
        taken = values[:1] if _unchanged(values) else values
        flat = np.concatenate([in_memory(v).reshape(-1) for v in taken])
        return flat if flat.size <= ENTRIES else rng.choice(flat, ENTRIES, replace=False)

    def constant(self, name: str) -> float | None:
        """The one number that all entries of a parameter are in all builds; None where they are not."""
        found = self._of_all(name)
        return found.constant if found.entries else 0.0

    def finite(self, name: str) -> bool:
        """Whether no entry of a parameter is NaN or infinite."""
        return not self._of_all(name).bad

    def _of_all(self, name: str) -> Survey:
        """What the entries of a parameter tell in all builds together."""
        if name not in self._read:
            own = self.surveys.get(name)
            self._read[name] = own or together([survey(pieces_of(v)) for v in self.drawn[name]])
        return self._read[name]


def compare(
    first: Any,
    second: Any,
    *,
    seed: int | None = None,
    false_alarm_rate: float = 1e-9,
    draws: int | None = None,
    timeout: float = 60.0,
    progress: Callable[[str], None] | None = None,
) -> Comparison:
    """Compare two initializers, two models or two files of weights, parameter by parameter.

    Entries of one parameter are taken to be independent draws of one law; what no build changes is compared entry by entry.

    Args:
        first, second: what `symcheck.check` takes, of one kind.
        seed: of every draw; fresh by default.
        false_alarm_rate: chance that anything differs in two that are drawn from the same laws.
        draws: how often each is built (default: until the smallest parameter has a million entries, at most 100 times).
        timeout: seconds that each call may take.

    Raises:
        SymcheckError: one of them cannot be opened, they are of different kinds, or one raises when it is called.
    """
    number = secrets.randbelow(2**31) if seed is None else seed
    sides = []
    for place, subject in enumerate((first, second)):
        if progress:
            progress(subject_name(subject))
        # The two must not start from one seed, or equal code would give equal numbers.
        sides.append(_side(subject, Options(by_parameter=True, call_limit=timeout, seed=number + place), draws))
    one, other = sides
    names = list(dict.fromkeys([*one.drawn, *other.drawn]))
    alpha = false_alarm_rate / (len(ASPECTS) * max(1, len(names)))
    rng = np.random.default_rng(number)
    rows = tuple(_row(name, one, other, alpha, rng) for name in names)
    notes = tuple(f"{side.name}: {note}" for side in sides for note in side.notes)
    return Comparison((one.name, other.name), rows, (one.builds, other.builds), number, false_alarm_rate, notes)


def _side(subject: Any, options: Options, draws: int | None) -> Side:
    name = plain(subject_name(subject))
    try:
        opened = open_subject(subject, options)
        try:
            if isinstance(opened, ModelSubject):
                return _of_model(name, opened, options.seed, draws)
            if isinstance(opened, InitializerSubject):
                return _of_initializer(name, opened, options.seed, draws)
            if isinstance(opened, NetworkFacts):
                return _of_network(name, opened)
        finally:
            opened.close()
    except SubjectFailure as failure:
        sentence = str(failure)
        raise SymcheckError(sentence if name in sentence else f"{name} {sentence}") from None
    assert isinstance(opened, Implementation)
    raise SymcheckError(f"{name} is an implementation; its initialize alone can be compared, as an initializer")


def _of_network(name: str, facts: NetworkFacts) -> Side:
    drawn: dict[str, list[Values]] = {f"W{i}": [w] for i, w in enumerate(facts.weights, 1)}
    drawn |= {f"b{i}": [b] for i, b in enumerate(facts.biases, 1) if b is not None}
    return Side(name, drawn, 1, False)


def _of_initializer(name: str, subject: InitializerSubject, seed: int, draws: int | None) -> Side:
    bench = InitializerBench(subject, None, seed, 1e-9)
    drawn: dict[str, list[Values]] = {}
    for layer in (*DENSE, *CONVOLUTIONS):
        try:
            count = draws or max(2, ENTRIES // int(np.prod(layer.shape("out_in"))))
            drawn[str(layer)] = [
                bench.turned(array) for array in bench.arrays(layer, min(count, draws or MOST_BUILDS), seed=11)
            ]
        except Skip:
            continue
    if not drawn:
        raise SymcheckError(f"{name} draws nothing that can be compared")
    return Side(name, drawn, max(map(len, drawn.values())), True)


def _of_model(name: str, subject: ModelSubject, seed: int, draws: int | None) -> Side:
    first = subject.build(seed)
    drawn = {p.name: [_real(p.values)] for p in first.parameters if p.values is not None and not p.shares}
    facts = subject.facts
    absent = [p.name for p in first.parameters if p.absent]
    dtypes = sorted({p.dtype for p in first.parameters if p.values is not None})
    notes = (
        *facts.notes,
        *([f"{', '.join(absent[:6])} without values"] if absent else []),
        f"stored as {', '.join(dtypes)}",
    )
    if not facts.built_afresh or not drawn:
        in_files = {n: values[0] for n, values in drawn.items() if isinstance(values[0], FileArray)}
        return Side(name, drawn, 1, False, notes, Surveyor(seed).of(in_files))
    total = sum(values[0].size for values in drawn.values())
    least = min((values[0].size for values in drawn.values() if values[0].size > 1), default=1)
    builds = draws or max(2, min(-(-ENTRIES // least), MOST_BUILDS, MOST_NUMBERS // total))
    for i in range(1, builds):
        names = [n for n, values in drawn.items() if sum(v.size for v in values) < ENTRIES]
        for p in subject.build(seed + 2 * i, names if i > 1 else None).parameters:
            if p.values is not None and p.name in drawn:
                drawn[p.name].append(_real(p.values))
    return Side(name, drawn, builds, True, notes)


def _row(name: str, one: Side, other: Side, alpha: float, rng: np.random.Generator) -> ComparedParameter:
    if name not in other.drawn or name not in one.drawn:
        where, side = ("first", one) if name in one.drawn else ("second", other)
        shape = str(side.drawn[name][0].shape)
        shapes = (shape, "") if side is one else ("", shape)
        return ComparedParameter(name, f"only in the {where}", "shape", *shapes)
    first, second = one.drawn[name], other.drawn[name]
    if first[0].shape != second[0].shape:
        return ComparedParameter(name, "different", "shape", str(first[0].shape), str(second[0].shape))
    fixed = tuple(_unchanged(values) for values in (first, second))
    if all(fixed) and same_entries(first[0], second[0]):
        return ComparedParameter(name, "same", "equal")
    if not (one.fresh or other.fresh) and (apart := _few_apart(first[0], second[0])):
        return ComparedParameter(name, "different", "entries", f"{apart:,} of {first[0].size:,} entries differ")
    if one.fresh and other.fresh and any(fixed):
        # What no build changes is no draw, whatever it looks like.
        told = ["the same in every build" if still else "drawn" for still in fixed]
        return ComparedParameter(name, "different", "entries" if all(fixed) else "randomness", told[0], told[1])
    constants = one.constant(name), other.constant(name)
    if constants == (None, None):
        return _drawn(name, one, other, alpha, rng)
    shown = [
        f"{value:.6g}" if value is not None else "drawn" if side.finite(name) else "not finite"
        for side, value in zip((one, other), constants, strict=True)
    ]
    return ComparedParameter(
        name, "different", "entries" if None not in constants else "randomness", shown[0], shown[1]
    )


def _few_apart(first: Values, second: Values) -> int:
    """How many entries differ where the one array was made of the other: most agree, and not because few numbers are in use."""
    apart = different_entries(first, second)
    heads = entries_of(first, 0, ENTRIES), entries_of(second, 0, ENTRIES)
    by_chance = float(np.mean(heads[0][:-1] == heads[1][1:])) if first.size > 1 else 1.0
    return apart if 2 * apart < first.size and by_chance < 0.25 else 0


def _drawn(name: str, one: Side, other: Side, alpha: float, rng: np.random.Generator) -> ComparedParameter:
    samples = one.entries(name, rng), other.entries(name, rng)
    finite = ["finite" if side.finite(name) else "not finite" for side in (one, other)]
    if "not finite" in finite:
        return ComparedParameter(name, "different", "entries", finite[0], finite[1])
    tests = two_sample_tests(samples[0], samples[1], rng)
    least = min(tests, key=lambda d: d.p_value)
    sees = visible_ratio(samples[0].size, samples[1].size, alpha)
    if least.p_value >= alpha:
        return ComparedParameter(name, "same", "drawn", p_value=least.p_value, sees=sees)
    return ComparedParameter(
        name, "different", least.aspect, *_figures(least, samples), p_value=least.p_value, sees=sees
    )


def _figures(least: TwoSampleTest, samples: tuple[Array, Array]) -> tuple[str, str]:
    if least.aspect == "scale":
        one, other = (f"std {float(np.std(s.astype(np.float64))):.4g}" for s in samples)
        return one, other
    if least.aspect == "location":
        return f"median {least.first:.4g}", f"median {least.second:.4g}"
    return f"{least.first:.3g} apart", ""


def _unchanged(values: list[Values]) -> bool:
    return all(same_entries(values[0], v) for v in values[1:])


def _real(values: Values) -> Values:
    """Complex numbers as pairs of real ones, along a last axis."""
    if isinstance(values, FileArray) or values.dtype.kind != "c":
        return values
    return np.stack([values.real, values.imag], -1)
