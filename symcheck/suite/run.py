"""One run of the suite: its seed, its false-alarm budget, how many examples, and where the properties lie."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from symcheck.errors import SymcheckError

#: Examples of an ordinary property by profile.
EXAMPLES = {"fast": 25, "default": 100, "thorough": 1000}

#: Tests with an error rate in the whole suite, at most; the budget is split evenly between them.
STATISTICAL = 16


@dataclass
class Run:
    """What the properties of one run share.

    Attributes:
        seed: of every example and draw; fresh unless given.
        profile: a key of `EXAMPLES`.
        false_alarm_rate: chance that a correct subject fails anything statistical in the whole run.
        law: what ``initialize`` is held to, or None.
    """

    seed: int = field(default_factory=lambda: secrets.randbelow(2**31))
    profile: str = "default"
    false_alarm_rate: float = 1e-9
    law: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.false_alarm_rate < 1:
            raise SymcheckError(f"the false-alarm rate must lie between 0 and 1, not {self.false_alarm_rate!r}")

    @property
    def share(self) -> float:
        """The false-alarm rate of a single statistical test."""
        return self.false_alarm_rate / STATISTICAL

    def seed_of(self, name: str) -> int:
        """A seed for one property, the same whatever else runs."""
        return zlib.crc32(name.encode(), self.seed & 0xFFFFFFFF)

    def examples(self, weight: int = 1) -> int:
        """How many examples a property of this weight gets."""
        return max(3, EXAMPLES[self.profile] // weight)


def suite() -> list[Path]:
    """The files of the property suite: shipped inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "properties", package.parent / "properties"):
        files = sorted(folder.glob("test_*.py"))
        if files:
            return files
    return []
