"""A race on a terminal: a table with intervals, and what the source texts claim beside what was found."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from symcheck.errors import counted
from symcheck.races.result import Lane, MeanInterval, PairedComparison, Race
from symcheck.render.grid import grid

#: A training loss that a network which has learnt something has.
_LEARNT = 0.5


def show_race(race: Race, console: Console) -> None:
    """Print a row for each initialization, the comparisons of C24, and how it was run."""
    columns = ["initialization", "accuracy, %", "training loss", f"epochs to {_LEARNT:g}", "rate"]
    console.print(grid(columns, [row(lane) for lane in race.lanes]))
    console.print()
    for compared in race.compared:
        console.print(Text(comparison(compared)))
    console.print(Text(f"\n{settings(race)}", style="dim"))


def row(lane: Lane) -> list[str]:
    """The cells of a row."""
    if lane.diverged:
        lost = f"diverged in {lane.diverged} of {counted(len(lane.losses), 'seed')}"
        return [lane.name, _share(lane.accuracy), lost, "", f"{lane.rate:g}"]
    epochs = lane.epochs_to(_LEARNT)
    return [
        lane.name,
        _share(lane.accuracy),
        _number(lane.loss),
        "never" if epochs is None else f"{epochs:g}",
        f"{lane.rate:g}",
    ]


def comparison(compared: PairedComparison) -> str:
    """A claim beside what was found, in one sentence."""
    told = {"better": "holds", "worse": "is refuted", "not told apart": "is not decided"}[compared.found]
    accuracy = compared.accuracy
    return (
        f"{compared.first} better than {compared.second}: {told} (accuracy {100 * accuracy.low:+.1f} to {100 * accuracy.high:+.1f} "
        f"points, training loss {_lower(compared)})"
    )


def settings(race: Race) -> str:
    """How it was run, in sentences."""
    sizes = "-".join(map(str, race.sizes))
    rates = ", ".join(f"{rate:g}" for rate in race.rates)
    return (
        f"{sizes}, {race.activation}, softmax cross-entropy, gradient descent in batches of {race.batch}, {counted(race.epochs, 'epoch')} of "
        f"scikit-learn's digits, {counted(race.seeds, 'seed')}; each with its best of the rates {rates}. Intervals are 95 % for each mean, "
        f"and 95 % for the comparisons together, which are made seed by seed. seed {race.seed}"
    )


def _lower(compared: PairedComparison) -> str:
    return {"better": "lower", "worse": "higher", "not told apart": "not told apart"}[compared.lower]


def _share(interval: MeanInterval) -> str:
    return f"{100 * interval.mean:.1f} ± {100 * interval.half:.1f}"


def _number(interval: MeanInterval) -> str:
    return f"{interval.mean:.3g} ± {interval.half:.1g}"
