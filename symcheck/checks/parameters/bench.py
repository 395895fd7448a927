"""What a check of parameters works on: models built from fresh seeds, and what each of their parameters is held to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from symcheck.checks.definition import Skip
from symcheck.checks.parameters.builds import Builds
from symcheck.checks.parameters.held import MOST_ENTRIES, Held, entries_needed
from symcheck.checks.parameters.pieces import chosen_of
from symcheck.checks.parameters.surveying import Surveyor
from symcheck.checks.samples import Sample, sample_of
from symcheck.distribution.power import visible_scale_error
from symcheck.distribution.survey import Survey
from symcheck.file_arrays import FileArray, Values, in_memory, same_entries
from symcheck.laws.law import Law
from symcheck.parameters import Parameter
from symcheck.recipes.assigning import assign
from symcheck.recipes.assignment import Assignment
from symcheck.recipes.patterns import escaped
from symcheck.recipes.recipe import Recipe
from symcheck.recipes.rules import Word
from symcheck.subjects.messages import Built
from symcheck.subjects.opening import ModelSubject
from symcheck.types import Array

#: Relative error in the standard deviation that the smallest parameter of a factory is to show.
SHOWN = 0.05
#: A factory is called so often at most unless the user says more, and draws so many numbers in all.
MOST_BUILDS, MOST_NUMBERS, MOST_SECONDS = 100, 1 << 27, 60.0
#: Numbers in samples that are kept from one check to the next.
MOST_KEPT = 1 << 25
#: Builds in which what is held to a constant is looked at.
CONSTANT = 8
#: Further builds from which a law is identified, of parameters of fewer numbers than this.
FURTHER, SMALL = 64, 1 << 14
#: Statistical tests of each thing that is held to a law.
ASPECTS = 5


@dataclass
class ParameterBench:
    """A model with its builds so far; each is made once.

    Attributes:
        recipe: which laws; None where none was given.
        for_all: whether the recipe is to say of every random parameter what it is.
        draws: how often a factory is to be called; None for as often as it takes.
        surveyor: who reads all entries once; by default it is done here.
    """

    subject: ModelSubject
    recipe: Recipe | None
    false_alarm_rate: float
    seed: int
    draws: int | None = None
    for_all: bool = True
    surveyor: Surveyor | None = None
    _pooled: dict[str, list[Array]] = field(default_factory=dict)
    _samples: dict[str, Sample] = field(default_factory=dict)
    _boxes: dict[str, Array] = field(default_factory=dict)
    _moved: set[str] = field(default_factory=set)

    @cached_property
    def _models(self) -> Builds:
        """The model, built as often as it is asked for."""
        return Builds(self.subject, self.seed)

    def build(self, number: int, again: bool = False) -> Built:
        """The model built from stream ``number`` of this run; ``again`` builds it from the same seed once more."""
        return self._models.whole(number, again)

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters of the first build, by name."""
        return {parameter.name: parameter for parameter in self.build(0).parameters}

    @cached_property
    def valued(self) -> dict[str, Parameter]:
        """Those that have values, all of them finite and none complex, in memory of their own."""
        return {
            name: p
            for name, p in self.parameters.items()
            if p.values is not None
            and not p.shares
            and p.values.size
            and p.values.dtype.kind != "c"
            and not self.surveys[name].bad
        }

    @cached_property
    def surveys(self) -> dict[str, Survey]:
        """What one reading of all entries of each parameter that has values tells, in the first build."""
        surveyor = self.surveyor or Surveyor(self.seed)
        return surveyor.of({name: p.values for name, p in self.parameters.items() if p.values is not None})

    @property
    def factory(self) -> bool:
        """Whether the model can be built afresh."""
        return self.subject.facts.built_afresh

    def another(self) -> dict[str, Parameter]:
        """The parameters of a build from another seed.

        Raises:
            Skip: there is but this one.
        """
        if not self.factory:
            raise Skip("there is one model only, which cannot be built afresh")
        return {parameter.name: parameter for parameter in self.build(1).parameters}

    @cached_property
    def redrawn(self) -> frozenset[str]:
        """Parameters whose values differ between two builds from different seeds: they are drawn at random."""
        if not self.factory:
            return frozenset()
        other = self.another()
        return frozenset(
            name for name, p in self.valued.items() if name in other and not same(p.values, other[name].values)
        )

    @cached_property
    def assignment(self) -> Assignment:
        """What the recipe says of the parameters.

        Raises:
            Skip: there is none.
        """
        if self.recipe is None:
            raise Skip("no recipe was given: --law PATTERN=LAW or --recipe FILE")
        return self.assigned(self.recipe)

    def assigned(self, recipe: Recipe) -> Assignment:
        """What a recipe says of the parameters."""
        shapes = {name: p.shape for name, p in self.parameters.items() if p.values is not None}
        fans = {name: f for name, p in self.parameters.items() if (f := p.fans) is not None}
        return assign(recipe, shapes, "out_in", fans, self.subject.facts.library)

    @cached_property
    def held(self) -> list[Held]:
        """What the recipe holds to a law; ``default`` stands for what is documented."""
        found: list[Held] = []
        for covered in self.assignment.parameters:
            if (parameter := self.valued.get(covered.name)) is None:
                continue
            for part in covered.parts:
                block = "" if part.rule.target.block is None else str(part.rule.target.block)
                if isinstance(part.law, Law):
                    said = f"{part.rule.target} = {part.rule.spelling}"
                    found.append(Held(covered.name + block, parameter, part.law, said, part.boxes, part.fans))
                elif part.law is Word.DEFAULT:
                    found += self.documented_of([parameter])
        return found

    def documented_of(self, parameters: Iterable[Parameter]) -> list[Held]:
        """What the library documents for parameters, block by block."""
        found = [(p, d) for p in parameters for d in p.documented if p.name in self.valued]
        # Of two rules the last decides: that of a block before that of the whole.
        laws = {escaped(p.name) + d.block: (p, d) for p, d in sorted(found, key=lambda row: bool(row[1].block))}
        recipe = Recipe.from_mapping({target: d.law for target, (_, d) in laws.items()})
        sources = {str(rule.target): d.source for rule, (_, d) in zip(recipe.rules, laws.values(), strict=True)}
        return [
            Held(
                covered.name + ("" if part.rule.target.block is None else str(part.rule.target.block)),
                self.valued[covered.name],
                part.law,
                f"{sources[str(part.rule.target)]} documents {part.rule.spelling}",
                part.boxes,
                part.fans,
            )
            for covered in self.assigned(recipe).parameters
            for part in covered.parts
            if isinstance(part.law, Law)
        ]

    @property
    def alpha(self) -> float:
        """The false-alarm rate of a single test, of all that a run may make."""
        documented = sum(len(p.documented) for p in self.parameters.values())
        held = len(self.held) if self.recipe is not None else 0
        return self.false_alarm_rate / (ASPECTS * max(1, held + documented))

    def values(self, held: Held) -> Array:
        """Its entries in as many builds as were made, in a row; chosen at random where there are more than are tested."""
        if isinstance(held.values, FileArray):
            return self._from_file(held)
        self.pool()
        builds = self._pooled.get(held.parameter.name) or [held.values]
        drawn = np.concatenate([held.of(in_memory(values)).reshape(-1) for values in builds])
        if drawn.size > MOST_ENTRIES:
            drawn = np.random.default_rng([self.seed, 7]).choice(drawn, MOST_ENTRIES, replace=False)
        return drawn

    def _from_file(self, held: Held) -> Array:
        chosen = self.surveys[held.parameter.name].chosen
        if held.size == held.values.size:
            return chosen
        if held.name not in self._boxes:
            rng = np.random.default_rng([self.seed, 7])
            self._boxes[held.name] = chosen_of(held.values, held.boxes, max(chosen.size, 1), rng)
        return self._boxes[held.name]

    def some_of(self, parameter: Parameter, most: int) -> Array:
        """Entries of a parameter in the first build, in a row: all of them, or so many chosen at random."""
        values = parameter.values
        assert values is not None
        entries = self.surveys[parameter.name].chosen if isinstance(values, FileArray) else values.reshape(-1)
        if entries.size <= most:
            return entries
        return np.random.default_rng([self.seed, 9]).choice(entries, most, replace=False)

    def more_of(self, parameter: Parameter) -> list[Array]:
        """Its values in further builds, for what a single one is too small to tell."""
        return self._further.get(parameter.name, [])

    @cached_property
    def _further(self) -> dict[str, list[Array]]:
        small = [n for n in self.redrawn if self.valued[n].shape and 1 < np.prod(self.valued[n].shape) < SMALL]
        found: dict[str, list[Array]] = {}
        for number in range(2, 2 + min(FURTHER, int(MOST_SECONDS / self._models.seconds)) if small else 2):
            for p in self._models.of(number, small).parameters:
                if p.values is not None and p.values.shape == self.valued[p.name].shape:
                    found.setdefault(p.name, []).append(in_memory(p.values))
        return found

    def sample(self, held: Held) -> Sample:
        """Its draws as they are tested against its law."""
        if held.name in self._samples:
            return self._samples[held.name]
        fans = held.layer.fans
        entry = held.law.entry(fans)
        sample = sample_of(held.layer, self.values(held), entry, held.form, self._stream, self.among(held))
        if sum(s.drawn.size for s in self._samples.values()) + sample.drawn.size <= MOST_KEPT:
            self._samples[held.name] = sample
        return sample

    def among(self, held: Held) -> Survey | None:
        """What is known of all its entries, where only some of them are tested against the law."""
        found = self.surveys[held.parameter.name]
        one = not self.factory and held.size == found.entries
        return found if one and self.tested(held) < held.size else None

    def tested(self, held: Held) -> int:
        """How many entries are tested against its law."""
        if isinstance(held.values, FileArray):
            return self._from_file(held).size
        self.pool()
        builds = len(self._pooled.get(held.parameter.name, ())) or 1
        return min(builds * held.size, MOST_ENTRIES)

    @cached_property
    def _stream(self) -> np.random.Generator:
        return np.random.default_rng([self.seed, 8])

    @cached_property
    def _judged(self) -> list[Held]:
        return self.held if self.recipe is not None else self.documented_of(self.valued.values())

    @cached_property
    def _constants(self) -> list[Held]:
        return [one for one in self._judged if not one.law.random]

    @cached_property
    def wanted(self) -> dict[str, int]:
        """How many builds each parameter that is held to a law of draws needs to show 5 % of its scale."""
        need: dict[str, int] = {}
        for one in self._judged:
            builds = -(-entries_needed(one, self.alpha, SHOWN) // max(one.size, 1)) if one.law.independent else CONSTANT
            need[one.parameter.name] = max(need.get(one.parameter.name, 1), builds)
        return need

    @cached_property
    def builds(self) -> int:
        """How often the model is built for the tests of laws."""
        if not self.factory or self.build(1).same:
            return 1
        asked = self.draws or (self.recipe.draws if self.recipe else None)
        if asked:
            return asked
        room = MOST_NUMBERS // max(1, sum(p.values.size for p in self.valued.values() if p.values is not None))
        return max(
            2, min(max(self.wanted.values(), default=1), MOST_BUILDS, room, int(MOST_SECONDS / self._models.seconds))
        )

    def pool(self) -> None:
        """Build as often as is needed, keeping of each parameter no more than is tested."""
        if self._pooled:
            return
        for number in range(self.builds):
            names = None if number < 2 else [n for n in self.wanted if self._lacks(n)]
            if number > 1 and not names:
                return
            build = self.build(number) if number < 2 else self._models.of(number, names)
            for p in build.parameters:
                fresh = number == 0 or p.name in self.redrawn
                self._moved |= {h.name for h in self._constants if h.parameter.name == p.name and h.differs(p.values)}
                if isinstance(p.values, np.ndarray) and p.name in self.wanted and fresh and self._lacks(p.name):
                    self._pooled.setdefault(p.name, []).append(p.values)

    @property
    def moved(self) -> set[str]:
        """What is held to no law of draws and that some build gave other values than the first, by name."""
        self.pool()
        return self._moved

    def _lacks(self, name: str) -> bool:
        have = self._pooled.get(name, [])
        return len(have) < self.wanted[name] or self.draws is not None

    def sees(self, held: Held) -> float:
        """The relative error in its standard deviation that is seen for certain."""
        entry = held.law.entry(held.layer.fans)
        return visible_scale_error(entry, self.tested(held), self.alpha)


def same(first: Values | None, second: Values | None) -> bool:
    """Whether a parameter has values in two builds, and the same."""
    return first is not None and second is not None and same_entries(first, second)
