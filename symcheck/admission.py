"""Which requests can be carried out: options that nothing has, or that a subject has not, are refused in one sentence."""

from __future__ import annotations

import operator
from collections.abc import Collection, Sequence
from numbers import Real

from symcheck.checks.catalogue import CHECKS
from symcheck.errors import SymcheckError, an, did_you_mean, listed
from symcheck.fans import LAYOUTS
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.network import input_range
from symcheck.recipes.recipe import Recipe
from symcheck.subjects.data import KINDS, SHAPES, NetworkFacts, Offer, Options
from symcheck.subjects.opening import InitializerSubject
from symcheck.symmetry.optimizers import optimizer_class
from symcheck.texts import LONGEST_NAME, plain, type_name

#: Seconds: longer than anything that is waited for.
LONGEST_LIMIT = 1_000_000
#: Threads that read one file, at most.
MOST_WORKERS = 256


def whole(value: object, said: str, among: str = "") -> int:
    """A seed, or a count.

    Args:
        among: which whole numbers, for the sentence.

    Raises:
        SymcheckError: so do all functions here, with one sentence.
    """
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise SymcheckError(f"{said} must be a whole number{among}, not {plain(repr(value), LONGEST_NAME)}") from None


def count_of(value: object, said: str, most: int) -> int:
    """A count from 1 on."""
    among = f" from 1 to {most:,}"
    if not 1 <= (count := whole(value, said, among)) <= most:
        raise SymcheckError(f"{said} must be a whole number{among}, not {count}")
    return count


def real(value: object, said: str) -> float:
    """A rate, or a time."""
    if not isinstance(value, Real):
        raise SymcheckError(f"{said} must be a number, not {plain(repr(value), LONGEST_NAME)}")
    return float(value)


def refuse_unknown(only: Collection[str] | None) -> None:
    """Refuse names of no check; those of properties are left to the suite, which alone knows them."""
    known = {check.name for check in CHECKS}
    for name in only or ():
        if name not in known and not str(name).startswith(f"{Offer.kind}."):
            raise SymcheckError(f"no check is named {name!r}{did_you_mean(str(name), known)}")


def refuse_nonsense(options: Options, law: str | Law | Recipe | None, optimizer: str, false_alarm_rate: float) -> None:
    """Refuse options that nothing has."""
    if not 0 < false_alarm_rate < 1:
        raise SymcheckError(f"the false-alarm rate must lie between 0 and 1, not {false_alarm_rate!r}")
    if options.kind not in (None, *KINDS):
        raise SymcheckError(f"kind must be {listed(KINDS)}, not {options.kind!r}")
    if not 0 < options.call_limit <= LONGEST_LIMIT:
        raise SymcheckError(
            f"the time limit must be positive and at most {LONGEST_LIMIT:,} seconds, not {options.call_limit!r}"
        )
    if options.seed < 0:
        raise SymcheckError(f"the seed must not be negative, not {options.seed}")
    if options.layout not in (None, *LAYOUTS):
        raise SymcheckError(f"layout must be {listed(LAYOUTS)}, not {options.layout!r}")
    if options.shapes not in (None, *SHAPES):
        raise SymcheckError(f"shapes must be {listed(SHAPES)}, not {options.shapes!r}")
    optimizer_class(optimizer)
    if isinstance(law, str | Law):
        parse_law(law)
    for said, value in (("call", options.call), ("activation", options.activation), ("head", options.head)):
        if not isinstance(value, str | None):
            raise SymcheckError(f"{said} must be text, not {an(type_name(value))}")


def refuse_shapes(shapes: str, opened: InitializerSubject | NetworkFacts) -> None:
    """Refuse shapes that the subject has not."""
    if isinstance(opened, NetworkFacts):
        raise SymcheckError("shapes is for initializers, and the subject is a network")
    if shapes != "dense" and opened.facts.dense_only:
        raise SymcheckError(
            f"called as {opened.facts.called_as} it cannot be asked for kernels, so shapes cannot be {shapes!r}"
        )


def range_of(inputs: str | Sequence[float] | None) -> tuple[float, float] | None:
    """Between which numbers inputs lie."""
    return None if inputs is None else input_range(inputs)
