"""The mistakes behind everything that an implementation does wrong, found on several networks of its own kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from weakref import WeakKeyDictionary

import numpy as np
from numpy.random import default_rng

from symcheck.diagnosis.comparing import NARROW, Leaves, agree, leaves
from symcheck.diagnosis.explaining import Explained, Got, candidates, explain, gives_gradients, gives_outputs
from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.knowledge import Known, known_of
from symcheck.diagnosis.objective_sentences import objective_words
from symcheck.diagnosis.objectives import GUARDED
from symcheck.diagnosis.optimizer_steps import rule_of, slopes_of, walk, wrong_rules
from symcheck.diagnosis.trial import Trial
from symcheck.diagnosis.trials import trials
from symcheck.diagnosis.updates import Moved, Step, UpdateMistake, update_mistakes
from symcheck.objective import Objective
from symcheck.reference.optimizers import Optimizer
from symcheck.reference.rounding import UNIT
from symcheck.strategies.frame import Frame
from symcheck.subjects.implementation import Implementation, Misbehaviour
from symcheck.subjects.messages import Answer
from symcheck.types import Array, Params

#: Pre-activations at which probabilities are far from 0 and 1.
_CALM = 4.0
#: Mistakes that cannot be told apart are named up to so many.
MOST_NAMED = 3
#: Roundings in a step and in the difference of the parameters before and after it.
_STEP = 64.0
#: Widths of the networks that updates are tried on, and their learning rates.
_UPDATED = (((3, 4, 4, 2), 0.3), ((2, 3, 2), 0.125), ((3, 3, 3, 3), 0.5))


@dataclass(frozen=True, eq=False)
class Cause:
    """A mistake, or several that cannot be told apart.

    Attributes:
        part: what goes wrong by it first: ``outputs``, ``gradients``, ``update`` or ``steps``.
        mistakes: what is wrong and what to write, the likeliest first.
        networks: on how many it was compared. only: the widths of those that show it, where the others are right.
        hypothesis, moved, rule: what it gives, by which it can be put in the place of the implementation.
        spoils: of the outputs and gradients those which are not right.
    """

    part: str
    mistakes: tuple[str, ...]
    networks: int
    only: tuple[tuple[int, ...], ...] = ()
    hypothesis: Hypothesis | None = None
    moved: Moved | None = None
    rule: Optimizer | None = None
    spoils: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is wrong and what to write, with what cannot be told from it."""
        return ", or ".join(self.mistakes[:MOST_NAMED])


@dataclass(frozen=True, eq=False)
class Causes:
    """What was found.

    Attributes:
        found: one cause for each part that goes wrong by itself.
        known: what is known of gradients that no mistake explains, else None.
        wrong: of outputs and gradients those which are wrong on some network.
    """

    found: tuple[Cause, ...] = ()
    known: Known | None = None
    wrong: tuple[str, ...] = ()

    def spoiling(self, part: str) -> Cause | None:
        """The cause of wrong ``outputs``, ``gradients`` or of a wrong ``update``."""
        return next((c for c in self.found if part in (c.part, *c.spoils)), None)


_FOUND: WeakKeyDictionary[Implementation, Causes] = WeakKeyDictionary()


def causes_of(subject: Implementation) -> Causes:
    """The mistakes behind what an implementation gives, found out once; its objective has to be settled."""
    if subject not in _FOUND:
        _FOUND[subject] = _causes_of(subject)
    return _FOUND[subject]


def ask_no_further(subject: Implementation) -> None:
    """Have no mistakes looked for in an implementation of which they are known."""
    _FOUND[subject] = Causes()


def _causes_of(subject: Implementation) -> Causes:
    if subject.lacks(("activation",)) or subject.activation.function is None:
        return Causes(tuple(_of_update(subject)))
    seen = look(subject)
    of_outputs = _of_outputs(seen, subject)
    found, known = [of_outputs] if of_outputs else [], None
    if not (of_outputs and "gradients" in of_outputs.spoils):
        of_gradients = _of_gradients(seen, subject)
        found += [of_gradients] if of_gradients else []
        wrong = [s for s in seen if s.gradients_wrong]
        if of_gradients is None and wrong and not any(s.outputs_wrong for s in seen):
            known = known_of([(s.trial, s.gradients) for s in seen if not isinstance(s.gradients, Answer | None)])
    found += _of_update(subject)
    if not found and known is None:
        found += _of_steps(subject)
    checks = (("outputs", any(s.outputs_wrong for s in seen)), ("gradients", any(s.gradients_wrong for s in seen)))
    return Causes(tuple(found), known, tuple(part for part, off in checks if off))


def look(subject: Implementation) -> list[Got]:
    """Outputs and gradients on networks that the subject can be."""
    objective = subject.promised or subject.offer.objective
    meant = objective or Objective(output_activation=subject.offer.output_activation or "identity")
    forward, backward = (not subject.lacks((method,)) for method in ("forward", "gradients"))
    found = []
    for case in trials(subject.activation.name, meant, default_rng(0), frame_of_trials(subject)):
        trial = _judged(case, subject)
        try:
            outputs: Array | Answer | None = subject.forward(trial.params, trial.X) if forward else None
        except Misbehaviour as error:
            outputs = error.answer
        if isinstance(outputs, np.ndarray):
            outputs = _before_softmax(subject, trial, outputs)
        gradients: Leaves | Answer | None = None
        if backward:
            # Of gradients whose loss is not known the shapes can be judged.
            Y = trial.Y if objective else np.eye(trial.sizes[-1])[np.arange(len(trial.X)) % trial.sizes[-1]]
            try:
                values = leaves(subject.gradients(trial.params, trial.X, Y), trial.biased)
                gradients = values if objective else None
            except Misbehaviour as error:
                gradients = error.answer if objective else replace(error.answer, arrays=())
        found.append(Got(trial, outputs, gradients))
    return found


def frame_of_trials(subject: Implementation) -> Frame:
    """What the networks have to keep to."""
    objective = subject.offer.objective
    saturates = objective is not None and objective.loss == "binary_cross_entropy"
    return Frame(
        subject.offer.widths, subject.offer.samples, calm=_CALM if saturates else None, biases=subject.offer.biases
    )


def _judged(case: Trial, subject: Implementation) -> Trial:
    """The trial with the tolerance that the subject is due."""
    if subject.offer.classes:
        case = replace(case, Y=np.eye(case.sizes[-1])[np.argmax(case.Y, axis=1)])
    relative = GUARDED if subject.offer.guard else case.relative
    relative = max(relative, NARROW["float32"][1]) if subject.offer.dtype == "float32" else relative
    if not subject.by_steps or not subject.first_step:
        return replace(case, relative=relative)
    unit = UNIT["float32" if subject.offer.dtype == "float32" else "float64"]
    size = max(float(np.abs(a).max()) for pair in case.params for a in pair)
    slack = _STEP * unit * size / (subject.rate * subject.first_step)
    return replace(case, rate=subject.rate, relative=relative, slack=slack)


def _before_softmax(subject: Implementation, trial: Trial, outputs: Array) -> Array:
    """Right outputs in the place of right probabilities: with softmax cross-entropy either may be returned."""
    if subject.offer.loss != "softmax_cross_entropy" or subject.offer.output_activation is not None:
        return outputs
    right = trial.right.forward(trial.params, trial.X)
    return right if agree([outputs], [trial.right.softmax(right)], trial.relative) else outputs


def _of_outputs(seen: Sequence[Got], subject: Implementation) -> Cause | None:
    wrong = [s for s in seen if s.outputs_wrong] or [s for s in seen if _misshapen(s.outputs)]
    if not wrong:
        return None
    found = explain(seen, wrong, candidates(seen), gives_outputs)
    if found is None:
        return None
    both = tuple(h for h in found.every if all(gives_gradients(h, s) or s.failed for s in seen))
    found = replace(found, every=both or found.every)
    spoiled = [s for s in seen if s.gradients_wrong or _misshapen(s.gradients)]
    return _cause("outputs", found, ("outputs", "gradients") if both and spoiled else ("outputs",))


def _of_gradients(seen: Sequence[Got], subject: Implementation) -> Cause | None:
    wrong = [s for s in seen if s.gradients_wrong] or [s for s in seen if _misshapen(s.gradients)]
    if not wrong:
        return None
    found = explain(seen, wrong, candidates(seen, subject.by_steps), gives_gradients)
    if found is None:
        return None
    cause = _cause("gradients", found, ("gradients",))
    settled = subject.settlement
    if settled is not None and settled.promised is not None and settled.objective is not None and settled.whole:
        words = f"these are the gradients of {objective_words(settled.objective)}"
        meant = f"declared is {objective_words(settled.promised)}"
        return replace(cause, mistakes=(f"{found.mistakes[0].name}: {words}; {meant}",))
    return cause


def _misshapen(got: object) -> bool:
    """Whether something came back that is no number or has another shape; what raises may do so for any reason."""
    return isinstance(got, Answer) and got.kind == "nonsense"


def _cause(part: str, found: Explained, spoils: tuple[str, ...]) -> Cause:
    only = tuple(dict.fromkeys(trial.sizes for trial in found.where))
    return Cause(part, tuple(h.told for h in found.mistakes), found.networks, only, found.mistakes[0], spoils=spoils)


def _of_update(subject: Implementation) -> list[Cause]:
    """The mistake of its update, if it has one and should be gradient descent."""
    if subject.lacks(("sgd",)):
        return []
    common: list[UpdateMistake] | None = None
    count = 0
    for step, got in _updates(subject) if not subject.lacks(("update",)) else _steps(subject):
        if agree(got, step.stepped([step.rate] * len(step.start))):
            continue
        count += 1
        here = list(update_mistakes(step, got))
        names = {m.name for m in here}
        common = here if common is None else [m for m in common if m.name in names]
    if not common:
        return []
    told = tuple(dict.fromkeys(m.sentence for m in common))
    return [Cause("update", told, count, moved=common[0].moved)]


def _updates(subject: Implementation) -> Iterator[tuple[Step, Leaves]]:
    """Updates along gradients that are drawn, and what came of them."""
    rng = default_rng(0)
    biased = subject.offer.biases
    for wanted, rate in _UPDATED:
        sizes = Frame(subject.offer.widths).nearest(wanted)
        start, slopes = (_drawn(sizes, rng, biased) for _ in range(2))
        try:
            yield _step_of(start, slopes, rate, biased), _arrays(subject.update(start, slopes, rate), biased)
        except Misbehaviour:
            continue


def _steps(subject: Implementation) -> Iterator[tuple[Step, Leaves]]:
    """Training steps along its own gradients, where it gives these as well, and what came of them."""
    if subject.by_steps or subject.lacks(("train_step", "gradients", "activation", "loss")):
        return
    biased = subject.offer.biases
    for case in trials(subject.activation.name, subject.objective, default_rng(0), frame_of_trials(subject)):
        params = [(W, b) for W, b in case.params]
        rate = subject.offer.rate or _UPDATED[0][1]
        try:
            slopes = subject.gradients(params, case.X, case.Y)
            after = subject.train_step(params, case.X, case.Y, rate)
        except Misbehaviour:
            continue
        yield _step_of(params, slopes, rate, biased), _arrays(after, biased)


def _step_of(start: Params, slopes: Params, rate: float, biased: bool) -> Step:
    return Step(_arrays(start, biased), _arrays(slopes, biased), rate, (biased,) * len(start))


def _arrays(params: Params, biased: bool) -> Leaves:
    found = leaves(params, (biased,) * len(params))
    assert found is not None
    return found


def _drawn(sizes: Sequence[int], rng: np.random.Generator, biases: bool) -> Params:
    return [(rng.standard_normal((n, m)), biases * rng.standard_normal(n)) for m, n in pairwise(sizes)]


def _of_steps(subject: Implementation) -> list[Cause]:
    """The mistake of an optimizer that remembers, or of training steps that should not."""
    remembers = subject.lacks(("sgd",)) or "train_step" in subject.offer.methods
    if subject.lacks(("steps", "activation", "loss")) or not remembers:
        return []
    rule, found = rule_of(subject.offer), walk(subject, frame_of_trials(subject))
    if rule is None or found is None:
        return []
    if subject.first_step or not subject.by_steps:
        try:
            slopes = [subject.gradients(p, found.X, found.Y) for p in found.params[:-1]]
        except Misbehaviour:
            return []
    else:
        slopes = slopes_of(found, subject.activation.name, subject.objective)
    return [Cause("steps", (words,), 1, rule=form) for words, form in wrong_rules(found, rule, slopes)]
