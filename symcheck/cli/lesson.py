"""The command that writes the lesson."""

from __future__ import annotations

import click

from symcheck.cli.options import Seed, debug_option, progress, writable, write

#: The random starts of the lesson as it is published; another seed draws others.
_SEED = 0


@click.command()
@click.option(
    "--output", metavar="FILE|-", default="lesson.html", show_default=True, callback=writable, help="The page to write."
)
@click.option(
    "--seed", type=Seed(), default=_SEED, show_default=True, help="Of the random numbers in it; the page says which."
)
@debug_option
def lesson(output: str, seed: int) -> None:
    """Write the lesson: why weights must not start equal, as one page to read, play with and project.

    It needs no network and no server: open it in a browser. All that it shows is computed when it is made, in about a
    minute. Exit status 0: it is written; 2: it cannot be.
    """
    from symcheck.lesson.lesson import lesson as computed
    from symcheck.lesson.page import page

    with progress("lesson") as status:
        text = page(computed(seed, (lambda name: status.update(f"lesson: {name}")) if status else None))
    write(output, text)
    if output != "-":
        click.echo(f"{output}: open it in a browser")
