"""An identification of a subject, part by part: data, and the same as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from symcheck.diagnosis.identification_sentences import documented_sentence, law_sentence, mistake_sentence
from symcheck.diagnosis.identified import Identified, Measured
from symcheck.displayed import Displayed
from symcheck.laws.law import Law
from symcheck.version import __version__


@dataclass(frozen=True)
class Part:
    """Arrays that are taken to follow one law: all that an initializer draws, a layer of a network, or all its layers."""

    name: str
    found: Identified


@dataclass(frozen=True, repr=False)
class Identification(Displayed):
    """What a subject draws, or was drawn from.

    Attributes:
        parts: one of an initializer; of a network one for each layer, after one for all layers together.
        false_alarm_rate: the chance that a law of the catalogue is missing from those that are consistent with its draws.
    """

    name: str
    kind: str
    parts: tuple[Part, ...]
    false_alarm_rate: float
    seed: int
    called_as: str | None = None
    layout: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def law(self) -> Law | None:
        """The plainest law that everything in the subject is consistent with; None where there is none."""
        return self.parts[0].found.law

    @property
    def consistent(self) -> tuple[Law, ...]:
        """All laws of the catalogue that everything in the subject is consistent with, the plainest first."""
        return self.parts[0].found.consistent

    def as_dict(self) -> dict[str, Any]:
        """As a dictionary; its keys are stable."""
        return {
            "symcheck": __version__,
            "subject": {"name": self.name, "kind": self.kind, "called_as": self.called_as, "layout": self.layout},
            "law": self.law.name if self.law else None,
            "false_alarm_rate": self.false_alarm_rate,
            "seed": self.seed,
            "notes": list(self.notes),
            "parts": [_part_data(part) for part in self.parts],
        }

    def to_json(self) -> str:
        """The same as JSON."""
        return json.dumps(self.as_dict(), indent=2, allow_nan=False)


def _part_data(part: Part) -> dict[str, Any]:
    found = part.found
    return {
        "name": part.name,
        "family": found.family,
        "law": found.law.name if found.law else None,
        "consistent": [law.name for law in found.consistent],
        "grade": "rounding" if found.exact else "statistical",
        "measured": [_measured_data(m) for m in found.measured],
        "documented": found.documented.name if found.documented else None,
        "documented_holds": found.holds,
        "mistake": mistake_sentence(found),
        "sentence": ". ".join(s for s in (law_sentence(found), documented_sentence(found)) if s),
    }


def _measured_data(m: Measured) -> dict[str, Any]:
    interval = None if m.interval is None else [m.interval.low, m.interval.high]
    shape = list(m.layer.shape("out_in"))
    return {"shape": shape, "draws": m.draws, "mean": m.mean, "std": m.std, "std_interval": interval}
