"""What training can reach, on a terminal and in a build log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from rich.console import Console
from rich.text import Text

from symcheck.errors import counted
from symcheck.reachability.gaps import Gap
from symcheck.reachability.reasons import OF_ARCHITECTURE, Effect, Kind, Reason
from symcheck.reachability.result import Reach
from symcheck.reachability.summary import Copies, TiedUnits, copies, tied_units
from symcheck.reachability.ties import FrozenPart, MovingTogether, TiedEntries, TiedSlices, UndecidedPart
from symcheck.render.columns import columns
from symcheck.render.reach_reasons import numbers, turned_sentence, why
from symcheck.texts import LONGEST_NAME, plain

#: Rows that are shown of each kind, members of a group, and parameters that have it.
_ROWS, _MEMBERS, _NAMES = 12, 6, 6
#: Relative differences that are one of the last digit.
_LAST_DIGIT = float(np.finfo(float).eps)

Row = tuple[str, str]


def show_reach(found: Reach, console: Console) -> None:
    """Print the count, a line for each tied or frozen part with what ties it and why, and the evidence."""
    head = f"{counted(found.parameters, 'parameter')}   training can move in {counted(found.reachable, 'dimension')}"
    apart = f"   {found.undecided:,} undecided" if found.undecided else ""
    apart += f"   {found.not_visited:,} not visited" if found.not_visited else ""
    console.print(Text(f"{head}   {found.frozen:,} never move{apart}"))
    rows = [
        *_most(_alike(_frozen_rows(found, found.frozen_parameters)), "parameters with frozen entries"),
        *_most(_alike(_undecided_rows(found, found.undecided_parameters)), "parameters with undecided entries"),
        *_most(_alike(_tied_rows(found, found.groups)), "groups of tied slices"),
        *_most(_alike(_entry_rows(found.tied_entries)), "parameters with tied entries"),
        *_most(_alike(_together_rows(found, found.together)), "pairs of parameters that move together"),
        *_most(_alike(_unvisited_rows(found)), "parameters with entries that were not visited"),
    ]
    table = columns(3, 1, wrapped=True)
    for name, sentence in rows:
        table.add_row(Text(f"  {name}"), Text(sentence))
    console.print(table)
    if rows:
        console.print(Text(f"from any other start the architecture leaves {counted(found.architecture, 'dimension')}"))
    if found.with_dropout is not None:
        console.print(Text(dropout_sentence(found)))
    console.print(Text(evidence(found)))


def dropout_sentence(found: Reach) -> str:
    """What dropout, which is off in all else that is said, changes."""
    if found.with_dropout == found.reachable:
        return "dropout parts nothing of this"
    names = found.parted_by_dropout
    shown = ", ".join(plain(name, LONGEST_NAME) for name in names[:_NAMES]) + (", ..." if len(names) > _NAMES else "")
    of = f": it parts entries of {shown}" if names else ""
    return f"with dropout on training can move in {counted(found.with_dropout or 0, 'dimension')}{of}"


def fault_lines(found: Reach, faults: Sequence[Any]) -> list[str]:
    """One line for each fault with its reason; those of one layer, or of copies of a module, in one."""
    rows = [
        *_frozen_rows(found, [replace(f, frozen=f.by_initialization) for f in faults if isinstance(f, FrozenPart)]),
        *_undecided_rows(found, [f for f in faults if isinstance(f, UndecidedPart)]),
        *_tied_rows(found, [f for f in faults if isinstance(f, TiedSlices)]),
        *_entry_rows(f for f in faults if isinstance(f, TiedEntries)),
        *_together_rows(found, [f for f in faults if isinstance(f, MovingTogether)]),
    ]
    return [f"{name}: {sentence}" for name, sentence in _alike(iter(rows))]


def evidence(found: Reach) -> str:
    """The grade, and what it rests on."""
    rounds = counted(found.rounds, "round")
    if found.gap is None:
        return f"exact, {rounds}: what is tied and frozen is so for every activation with the same zeros and signs, what moves for almost all"
    return (
        f"observed in {found.precision}, {rounds}, for the inputs and regions tried; {_gap(found.gap)}\n"
        f"fed with {plain(found.fed, None)}"
    )


def _gap(gap: Gap) -> str:
    equal = (
        f"equal ones differ by at most {gap.equal:.0e}"
        if gap.equal > _LAST_DIGIT
        else "equal ones agree to the last digit"
    )
    other = (
        "none are different" if gap.different == np.inf else f"different ones differ by at least {gap.different:.0e}"
    )
    of = " of the largest there" if gap.equal > _LAST_DIGIT or gap.different < np.inf else ""
    module = plain(gap.module, LONGEST_NAME)
    # A mere number reads as a count.
    where = f"module {module}" if module.isdecimal() else module
    return f"gap between gradients narrowest in {where}: {equal}, {other}{of}"


def _frozen_rows(found: Reach, parts: Sequence[FrozenPart]) -> Iterator[Row]:
    whole: dict[str, list[FrozenPart]] = {}
    for part in parts:
        for count, chosen in ((part.by_initialization, True), (part.frozen - part.by_initialization, False)):
            if not count:
                continue
            known = found.why(Effect.FROZEN, part.parameter)
            reasons = [r for r in known if (r.kind not in OF_ARCHITECTURE) is chosen]
            sentence = f"frozen {_cause(found, chosen, reasons)}"
            if count == part.of:
                whole.setdefault(sentence, []).append(part)
            else:
                yield part.parameter, f"{count:,} of {part.of:,} {sentence}"
    for sentence, same in whole.items():
        yield _some(same), f"all {sum(part.of for part in same):,} {sentence}"


def _undecided_rows(found: Reach, parts: Sequence[UndecidedPart]) -> Iterator[Row]:
    whole: dict[str, list[UndecidedPart]] = {}
    for part in parts:
        known = found.why(Effect.FROZEN, part.parameter)
        cures = dict.fromkeys(turned_sentence(r) for r in known if r.kind is Kind.SIGN)
        nowhere = not (found.elsewhere or {})[part.parameter][found.undecided_entries[part.parameter]].any()
        what = "gives it a gradient, from this start or another" if nowhere else "opens it"
        sentence = "; ".join([f"undecided: no input tried {what}, and nothing proves that none does", *cures])
        if part.undecided == part.of:
            whole.setdefault(sentence, []).append(part)
        else:
            yield part.parameter, f"{part.undecided:,} of {part.of:,} {sentence}"
    for sentence, same in whole.items():
        yield _some(same), f"all {sum(part.of for part in same):,} {sentence}"


def _some(parts: Sequence[FrozenPart | UndecidedPart]) -> str:
    shown = ", ".join(plain(part.parameter, LONGEST_NAME) for part in parts[:_NAMES])
    return shown + (f" and {len(parts) - _NAMES:,} more" if len(parts) > _NAMES else "")


def _unvisited_rows(found: Reach) -> Iterator[Row]:
    for part in found.unvisited_parameters:
        padded = any(r.kind is Kind.PADDING for r in found.why(Effect.FROZEN, part.parameter))
        reason = (
            "on inputs of this size they meet padding alone: hand over larger ones"
            if padded
            else "outputs did not change with them on any input that was tried"
        )
        yield part.parameter, f"{part.frozen:,} of {part.of:,} not visited: {reason}"


def _tied_rows(found: Reach, groups: Sequence[TiedSlices]) -> Iterator[Row]:
    for units in tied_units(groups):
        # A parameter may be tied along one axis by its start, which a reason is for, and along another wherever it starts.
        known = [r for name, _ in units.where for r in found.why(Effect.TIED, name) if units.by_initialization]
        yield _where(units), f"{_alike_units(units)} {_cause(found, units.by_initialization, known)}"


def _entry_rows(parts: Iterable[TiedEntries]) -> Iterator[Row]:
    for part in parts:
        by = _by(part.by_initialization)
        yield (
            part.parameter,
            f"{part.of:,} entries that move in {counted(part.distinct, 'way')} only {by}, beside whole slices",
        )


def _together_rows(found: Reach, pairs: Sequence[MovingTogether]) -> Iterator[Row]:
    lists, rest = copies(pairs)
    for one in lists:
        first, second = (f"{one.prefix}.{i}.{one.parameters[0]}".strip(".") for i in one.numbers[:2])
        reasons = [r for a, b in ((first, second), (second, first)) for r in found.why(Effect.TOGETHER, a, b)]
        yield _members(one), f"{_copies(one)} {_cause(found, one.by_initialization, reasons)}"
    for pair in rest:
        reasons = found.why(Effect.TOGETHER, pair.first, pair.second)
        entries = counted(pair.entries, "entry moves", "entries move")
        yield (
            pair.second,
            f"{entries} with {plain(pair.first, LONGEST_NAME)} {_cause(found, pair.by_initialization, reasons)}",
        )


def _copies(one: Copies) -> str:
    first, *more = one.parameters
    # What is a list of parameters itself has no names below its numbers.
    where = (
        f" in {len(one.parameters)} parameters each" if more else f" in {plain(first, LONGEST_NAME)}" if first else ""
    )
    return f"{counted(len(one.numbers), 'copy', 'copies')} move alike{where}"


def _members(one: Copies) -> str:
    return f"{one.prefix}.{numbers(one.numbers)}".strip(".")


def _where(units: TiedUnits) -> str:
    shown = ", ".join(f"{plain(name, LONGEST_NAME)} axis {axis}" for name, axis in units.where[:_NAMES])
    return shown + (f" and {len(units.where) - _NAMES} more" if len(units.where) > _NAMES else "")


def _alike_units(units: TiedUnits) -> str:
    first = units.tied[0]
    shown = ", ".join(map(str, first[:_MEMBERS])) + (", ..." if len(first) > _MEMBERS else "")
    more = f" and {counted(len(units.tied) - 1, 'more group')}" if len(units.tied) > 1 else ""
    return f"{units.distinct:,} of {units.of:,} move apart; alike are {shown}{more},"


def _by(initialization: bool) -> str:
    return "by the initialization" if initialization else "by the architecture, wherever it starts"


def _cause(found: Reach, initialization: bool, reasons: Sequence[Reason]) -> str:
    """What ties or freezes something, and why. What no experiment explains, inputs that never change may cause too."""
    if found.fixed and not initialization and not reasons:
        return "wherever it starts, by the architecture or by the inputs that stay as given: no reason known"
    return f"{_by(initialization)}: {why(reasons)}"


def _alike(rows: Iterator[Row]) -> list[Row]:
    """Rows of the same sentence whose names differ in one number only, as those of equal layers, in one row."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, sentence in rows:
        # The number of the layer may be in the sentence too: what it names is then of the same layer.
        found.setdefault((re.sub(r"\d+", "#", name, count=1), sentence), []).append(name)
    result = []
    for (pattern, sentence), names in found.items():
        layers = sorted({int(m.group()) for name in names if (m := re.search(r"\d+", name))})
        shown = pattern.replace("#", numbers(layers), 1) if len(names) > 1 else names[0]
        result.append((plain(shown, None), sentence))
    return result


def _most(rows: list[Row], what: str) -> list[Row]:
    return rows if len(rows) <= _ROWS else [*rows[:_ROWS], ("", f"{len(rows) - _ROWS:,} more {what}")]
