"""The mistake behind something that an implementation does wrong, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from symcheck.diagnosis.faults.hypothesis import Hypothesis
from symcheck.diagnosis.knowledge import Known
from symcheck.diagnosis.step import Moved
from symcheck.objective import Objective
from symcheck.reference.optimizers import Optimizer
from symcheck.verdict import Extent

#: Mistakes that cannot be told apart are named up to so many.
MOST_NAMED = 3


@dataclass(frozen=True, eq=False)
class Cause:
    """A mistake, or several that cannot be told apart.

    Attributes:
        part: what goes wrong by it first: ``outputs``, ``gradients``, ``update`` or ``steps``.
        mistakes: what is wrong and what to write, the likeliest first.
        networks: on how many it was compared. extent: on which of them something is wrong.
        hypothesis, moved, rule: what it gives, by which it can be put in the place of the implementation.
        together: how many mistakes each of them is. halves: the two of a pair, each by itself.
        judged_by: of a half, the objective that would be measured if it stood alone; None: the same as with both.
        spoils: of the outputs and gradients those which are not right.
    """

    part: str
    mistakes: tuple[str, ...]
    networks: int
    extent: Extent = field(default_factory=Extent)
    hypothesis: Hypothesis | None = None
    moved: Moved | None = None
    rule: Optimizer | None = None
    spoils: tuple[str, ...] = ()
    together: int = 1
    halves: tuple[Cause, ...] = ()
    judged_by: Objective | None = None

    @property
    def sentence(self) -> str:
        """What is wrong and what to write, with what cannot be told from it."""
        return ", or ".join(self.mistakes[:MOST_NAMED])


@dataclass(frozen=True, eq=False)
class Causes:
    """What was found.

    Attributes:
        found: one cause for each part that goes wrong by itself.
        known: what is known of gradients, or of an update, that no mistake explains, else None.
        wrong: of outputs and gradients those which are wrong on some network; ``update`` where one is that nothing explains.
        random: whether outputs differ from call to call, so that nothing else can be read off them.
    """

    found: tuple[Cause, ...] = ()
    known: Known | None = None
    wrong: tuple[str, ...] = ()
    random: bool = False

    def spoiling(self, part: str) -> Cause | None:
        """The cause of wrong ``outputs``, ``gradients`` or of a wrong ``update``."""
        return next((c for c in self.found if part in (c.part, *c.spoils)), None)
