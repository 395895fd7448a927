"""The race of the gallery's initializations."""

from __future__ import annotations

import click

from symcheck.cli.options import Seed, console, debug_option, json_option, plot_option, progress, write


@click.command()
@click.option(
    "--seeds",
    type=click.IntRange(2, 100_000),
    default=20,
    show_default=True,
    help="Trainings from each initialization.",
)
@click.option(
    "--epochs", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Passes over the images."
)
@click.option("--activation", metavar="NAME", default="relu", show_default=True, help="Of the hidden layers.")
@click.option(
    "--hidden", metavar="WIDTHS", default="32,32", show_default=True, help="Widths of the hidden layers, with commas."
)
@click.option(
    "--rates", metavar="RATES", help="Learning rates, with commas: each takes its best.  [default: 0.03,0.1,0.3]"
)
@click.option("--seed", type=Seed(), metavar="N", help="Of all draws; fresh by default.")
@json_option
@plot_option
@debug_option
def race(
    seeds: int,
    epochs: int,
    activation: str,
    hidden: str,
    rates: str | None,
    seed: int | None,
    json_file: str | None,
    plot_file: str | None,
) -> None:
    """Train from every initialization of the gallery on scikit-learn's digits, and compare.

    About two minutes as it is. What the source texts claim (C24) stands beside what was found.
    """
    from symcheck.racing import RATES
    from symcheck.racing import race as run

    widths = tuple(map(int, _numbers(hidden, "--hidden", int)))
    asked = RATES if rates is None else _numbers(rates, "--rates", float)
    with progress("racing") as line:

        def told(done: int, of: int) -> None:
            if line is not None:
                line.update(f"racing: {done} of {of} trainings")

        found = run(seeds, epochs, hidden=widths, activation=activation, rates=asked, seed=seed, progress=told)
    if json_file != "-":
        from symcheck.render.race import show_race

        show_race(found, console())
    if json_file:
        write(json_file, found.to_json())
    if plot_file:
        from symcheck.plotting import plot

        plot(found, plot_file)


def _numbers(text: str, option: str, kind: type[int] | type[float]) -> tuple[float, ...]:
    try:
        return tuple(kind(part) for part in text.split(","))
    except ValueError:
        whole = "whole numbers" if kind is int else "numbers"
        raise click.BadParameter(f"{text!r} is no list of {whole} with commas", param_hint=option) from None
