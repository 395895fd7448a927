"""The example notebook."""

from __future__ import annotations

import click

from symcheck.cli.options import debug_option, progress, writable, write


@click.command()
@click.option(
    "--output", metavar="FILE|-", default="-", callback=writable, help="Where to write it; - is standard output."
)
@click.option(
    "--execute", is_flag=True, help="Run its cells, so that it has their outputs (needs nbclient, ipykernel)."
)
@debug_option
def notebook(output: str, execute: bool) -> None:
    """Write the example notebook: what every result looks like in Jupyter."""
    from symcheck.notebooks.making import as_json, executed
    from symcheck.notebooks.making import notebook as made

    found = made()
    if execute:
        with progress("running the cells"):
            found = executed(found)
    write(output, as_json(found))
