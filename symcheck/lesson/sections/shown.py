"""A case as a figure: its numbers at each step, the classes of its units so far, and what is proved of them."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.lesson.case import Snapshot, TrainedNetwork, alike, frames
from symcheck.symmetry import certify


@dataclass(frozen=True, eq=False)
class ShownCase:
    """A case in training.

    Attributes:
        case: the network, its data and its rule.
        history: the network before the first update, and after each.
        classes: for each step and hidden layer the classes of its units so far, as of `symcheck.lesson.case.alike`.
        proved: what the certificate says of each hidden layer; empty where none speaks of such training.
        labels: of the certificate, for each hidden layer, numbered from 1; empty like ``proved``.
        verdict: of the certificate, or "".
    """

    case: TrainedNetwork
    history: tuple[Snapshot, ...]
    classes: tuple[tuple[tuple[int, ...], ...], ...]
    proved: tuple[str, ...]
    labels: tuple[tuple[int, ...], ...]
    verdict: str

    @property
    def parts_at(self) -> int | None:
        """The first update after which two units that were alike are not; None if that is not seen."""
        first = [len(set(layer)) for layer in self.classes[0]]
        return next((t for t, now in enumerate(self.classes) if [len(set(layer)) for layer in now] != first), None)

    @property
    def classes_now(self) -> tuple[str, ...]:
        """For each step how many classes the layer that is looked at has, as numbers."""
        return tuple(str(len({abs(c) for c in now[self.case.layer - 1]})) for now in self.classes)


def shown(case: TrainedNetwork) -> ShownCase:
    """Train and certify a case."""
    history = tuple(frames(case))
    classes = tuple(tuple(tuple(alike(h)) for h in frame.units) for frame in history)
    if case.factors is not None:
        return ShownCase(case, history, classes, (), (), "")
    certificate = certify(case.network, case.optimizer)
    labels = tuple(tuple(int(n) + 1 for n in layer.labels) for layer in certificate.layers)
    return ShownCase(case, history, classes, tuple(x.sentence for x in certificate.layers), labels, certificate.verdict)
