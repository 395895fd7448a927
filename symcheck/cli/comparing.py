"""Comparing two initializations."""

from __future__ import annotations

import sys

import click

from symcheck.cli.options import Seed, console, debug_option, json_option, progress, write
from symcheck.texts import plain


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("--seed", type=Seed(), metavar="N", help="Of every draw; fresh by default.")
@click.option("--draws", type=click.IntRange(1, 1_000_000), metavar="N", help="How often a model is built.")
@click.option(
    "--false-alarm", type=float, default=1e-9, show_default=True, metavar="RATE", help="Chance that equal ones differ."
)
@click.option("--timeout", type=float, default=60.0, show_default=True, metavar="SECONDS", help="For each call.")
@json_option
@debug_option
def compare(
    first: str,
    second: str,
    seed: int | None,
    draws: int | None,
    false_alarm: float,
    timeout: float,
    json_file: str | None,
) -> None:
    """Are two initializations the same law, parameter by parameter?

    FIRST and SECOND are of one kind: initializers, models (functions that build them), or files of weights. Exit status 0: no
    difference was found; 1: they differ.
    """
    from rich.text import Text

    from symcheck.comparing import compare as run

    with progress(f"comparing {first} and {second}") as status:
        told = (lambda name: status.update(Text(plain(name)))) if status else None
        found = run(first, second, seed=seed, false_alarm_rate=false_alarm, draws=draws, timeout=timeout, progress=told)
    if json_file != "-":
        from symcheck.render.comparison import show_comparison

        show_comparison(found, console())
    if json_file:
        write(json_file, found.to_json())
    sys.exit(0 if found.same else 1)
