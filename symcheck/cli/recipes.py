"""A first recipe of a model."""

from __future__ import annotations

import click

from symcheck.cli.options import Seed, debug_option, progress, writable, write


@click.command()
@click.argument("subject")
@click.option("--output", metavar="FILE", callback=writable, help="Write it there; standard output otherwise.")
@click.option("--seed", type=Seed(), metavar="N", help="Of every draw; fresh by default.")
@click.option("--timeout", type=float, default=60.0, show_default=True, metavar="SECONDS", help="For each call.")
@debug_option
def recipe(subject: str, output: str | None, seed: int | None, timeout: float) -> None:
    """Write a first recipe for a model, from what its parameters are found to be.

    Correct it by hand, and keep it: symcheck check SUBJECT --recipe FILE then holds the model to it.
    """
    from symcheck.identifying import draft_recipe

    with progress(f"reading {subject}"):
        found = draft_recipe(subject, seed=seed, timeout=timeout)
    write(output or "-", found.to_toml().rstrip())
