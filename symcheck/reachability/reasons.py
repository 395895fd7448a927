"""Why parameters are frozen or tied: facts, each of which an experiment has shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an experiment showed.

    Of what the initialization freezes or ties, another start of a few parameters alone frees it: `ZERO` of any one of
    those that are zero, `ZERO_FACTORS` the same where two of them are each other's factors: with one drawn anew the gradient of
    the other is not zero, `ZEROS` of all that are zero together, `SIGN` with their signs turned, `EQUAL_START` of one of the
    tied themselves, whose values are equal up to sign, `ZERO_BESIDE` the same of one that is zero and is not among the tied, such
    as a router, `START` of either where the values of what is tied are not equal.

    Of what the architecture freezes or ties: outputs do not depend on it, because a later operation takes it away
    (`TAKEN_AWAY`) or nothing uses it (`UNUSED`); they depend on it and no gradient flows back (`DETACHED`); they depend on it
    in jumps, as on a choice (`JUMPS`); no input that was tried led to it while others of the same parameter were used (`NOT_VISITED`), as of a kernel what meets padding alone
    (`PADDING`); two parameters count only by their sum or
    difference (`ONLY_ADDED`).
    """

    ZERO = "zero"
    ZERO_FACTORS = "zero factors"
    ZEROS = "zeros"
    SIGN = "sign"
    EQUAL_START = "equal start"
    START = "start"
    ZERO_BESIDE = "zero beside"
    TAKEN_AWAY = "taken away"
    UNUSED = "unused"
    DETACHED = "detached"
    JUMPS = "jumps"
    NOT_VISITED = "not visited"
    PADDING = "padding"
    ONLY_ADDED = "only added"


#: What other inputs may reach.
OF_INPUTS = frozenset((Kind.NOT_VISITED, Kind.PADDING))
#: What is so wherever a model starts.
OF_ARCHITECTURE = frozenset((Kind.TAKEN_AWAY, Kind.UNUSED, Kind.DETACHED, Kind.JUMPS, *OF_INPUTS, Kind.ONLY_ADDED))


#: What holds for all inputs.
ZEROS = frozenset((Kind.ZERO, Kind.ZERO_FACTORS, Kind.ZEROS))


class Effect(StrEnum):
    """What is explained."""

    FROZEN = "frozen"
    TIED = "tied"
    TOGETHER = "together"


@dataclass(frozen=True)
class Reason:
    """Why some entries of parameters are frozen, tied, or move together.

    Attributes:
        parameters: those that are explained; of `TOGETHER`, pairs one after the other.
        changed: what the experiment changed: another start of any one of them (of `ZEROS`: of all) frees the parameters.
        through: the operation that takes a change away, as its library calls it, or "" where that was not found out.
        partly: whether only those entries were changed that are zero, of parameters that are not so throughout.
    """

    kind: Kind
    effect: Effect
    parameters: tuple[str, ...]
    changed: tuple[str, ...] = ()
    through: str = ""
    partly: bool = False
