"""Gradients to which the terms of a penalty are added, or from which they are taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symcheck.diagnosis.comparing import Leaves, leaves, parts_of, same_shapes
from symcheck.diagnosis.faults.afterwards import changed
from symcheck.diagnosis.faults.evaluation import Pairs
from symcheck.diagnosis.faults.hypothesis import Hypothesis, right_gradients
from symcheck.diagnosis.terms import plain, term_of
from symcheck.diagnosis.trial import Trial
from symcheck.penalty import Term

#: How far a term may be off, relative to the largest entry of the gradient that it is added to.
_AGREE = 1e-7
#: A penalty of other parts than weights alone or biases alone is on both.
_ON = {
    (True, True): ("parameters", ""),
    (True, False): ("weights", " (weights only)"),
    (False, True): ("biases", " (biases only)"),
}


@dataclass(frozen=True)
class _Added:
    """The terms of the weights and of the biases of each layer."""

    weights: tuple[Term, ...]
    biases: tuple[Term, ...]

    @property
    def uniform(self) -> bool:
        """Whether all layers have the same."""
        return len(set(self.weights)) == 1 and len(set(self.biases)) == 1

    def at(self, layer: int) -> tuple[Term, Term]:
        """The terms of a layer, counted from 0; of one that is deeper than any that was seen, those of the last."""
        place = min(layer, len(self.weights) - 1)
        return self.weights[place], self.biases[place]

    @property
    def told(self) -> str:
        """Each term of each layer, in a formula."""
        both = ((self.weights, "W"), (self.biases, "b"))
        rows = [term.told(f"{name}{i}") for terms, name in both for i, term in enumerate(terms, 1) if term]
        return ", ".join(rows)


def penalty_hypotheses(case: Trial, got: Leaves, right: Leaves) -> Iterator[Hypothesis]:
    """What is added to the gradients of one network, if it is a penalty, with and without a division by the samples."""
    added = _added(case, got, right)
    if added is None or not any(added.weights + added.biases):
        return
    if not added.uniform:
        yield Hypothesis(
            "terms of a penalty that differs from layer to layer are added, in a network of "
            f"{case.depth} layers {added.told}",
            changed(lambda trial, pairs: _with(trial, pairs, added, 1.0)),
            family="penalty",
            accepts=_accepts,
        )
        return
    for samples, over in ((1, ""), (len(case.X), " and divided by the number of samples")):
        whole = _Added(*(tuple(plain(term, samples) for term in terms) for terms in (added.weights, added.biases)))

        def add(trial: Trial, pairs: Pairs, whole: _Added = whole, over: str = over) -> Pairs:
            return _with(trial, pairs, whole, 1 / len(trial.X) if over else 1.0)

        on, which = _ON[bool(whole.weights[0]), bool(whole.biases[0])]
        yield Hypothesis(_words(whole, on, which, over), changed(add), family=f"penalty{which}")


def _words(whole: _Added, on: str, which: str, over: str) -> str:
    weights, biases = whole.weights[0], whole.biases[0]
    one = weights or biases
    if one.l1 or (weights and biases and weights != biases):
        formulas = [term.told(name) for term, name in ((weights, "W"), (biases, "b")) if term]
        kinds = " and ".join(f"an {name}" for name, size in (("L2", one.l2), ("L1", one.l1)) if size)
        return f"{' and '.join(formulas)} {'is' if len(formulas) == 1 else 'are'} added{over}: {kinds} penalty{which}"
    if one.l2 > 0:
        return f"{one.l2:.6g} times the {on} is added{over}: an L2 penalty{which}"
    return f"{-one.l2:.6g} times the {on} is subtracted{over}: an L2 penalty of the wrong sign{which}"


def _with(trial: Trial, pairs: Pairs, added: _Added, by: float) -> Pairs:
    found = []
    for layer, ((dW, db), (W, b)) in enumerate(zip(pairs, trial.params, strict=True)):
        of_W, of_b = added.at(layer)
        found.append((dW + by * of_W.of(W, 0.0), db + by * of_b.of(b, 0.0)))
    return found


def _accepts(trial: Trial, got: Leaves) -> bool:
    """Whether something of the kind is added to the gradients of another network, whatever the factors are there."""
    right = right_gradients(trial)
    return right is not None and _added(trial, got, right) is not None


def _added(trial: Trial, got: Leaves, right: Leaves) -> _Added | None:
    arrays = leaves(trial.params, trial.biased)
    if arrays is None or not same_shapes(got, right):
        return None
    parts = parts_of(trial.biased)
    size = max(float(np.abs(a).max(initial=0.0)) for a in (*right, *got))
    least = trial.relative * size + trial.slack
    pairs = [(array, g - r) for array, g, r in zip(arrays, got, right, strict=True)]
    # What all arrays have in common is more exact than what each has for itself.
    common = term_of(pairs, _AGREE, least)
    alike = {
        part: common or term_of([p for p, own in zip(pairs, parts, strict=True) if own == part], _AGREE, least)
        for part in dict.fromkeys(parts)
    }
    terms = [alike[part] or term_of([pair], _AGREE, least) for pair, part in zip(pairs, parts, strict=True)]
    if None in terms:
        return None
    rest = iter([plain(term) for term in terms if term is not None])
    both = [(next(rest), next(rest) if has else Term()) for has in trial.biased]
    return _Added(tuple(W for W, _ in both), tuple(b for _, b in both))
