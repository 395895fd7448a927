"""Commands that show what there is: gallery, laws, explain, selftest."""

from __future__ import annotations

import sys

import click

from symcheck.cli.options import console, debug_option, json_option, progress, write


@click.command()
@json_option
@debug_option
def gallery(json_file: str | None) -> None:
    """Judge the initializations that the source texts name, in one table."""
    import json

    from symcheck.cli.gallery import judge_gallery

    with progress("judging the gallery"):
        rows = judge_gallery()
    if json_file:
        write(json_file, json.dumps([row.as_dict() for row in rows], indent=2))
    if json_file != "-":
        from symcheck.render.terminal import grid

        table = [[row.name, *row.verdicts.values(), row.sentence] for row in rows]
        columns = ["initialization", *rows[0].verdicts, "in words"]
        terminal = console()
        terminal.print(grid(columns, table))
        terminal.print(
            "\nbroken: every hidden unit is its own class; tied: some stay equal for ever; dead: a layer never has a gradient."
            "\nJudged as a 64-64-64-4 network with SGD; proved, exact. One entry in full: symcheck check NAME",
            style="dim",
        )


@click.command()
@json_option
@debug_option
def laws(json_file: str | None) -> None:
    """List the laws, with what each library calls them."""
    import json

    from symcheck.laws.listing import law_rows, library_rows

    rows, named = law_rows(), library_rows()
    if json_file:
        write(json_file, json.dumps({"laws": rows, "libraries": named}, indent=2))
    if json_file != "-":
        from symcheck.render.terminal import grid

        cells = [[", ".join([r["name"], *r["aliases"]]), r["parameters"], r["promise"]] for r in rows]
        terminal = console()
        terminal.print(grid(["law", "parameters", "what it promises"], cells))
        terminal.print()
        terminal.print(grid(["library", "name there", "law"], [list(r.values()) for r in named]))


@click.command()
@click.argument("name", metavar="CHECK")
@debug_option
def explain(name: str) -> None:
    """Say what a check looks at, what lies behind a failure and what to try."""
    if name.startswith("implementation."):
        from symcheck.suite.explanation import explain_property as explained
    elif name.startswith("model."):
        from symcheck.propagation.explanation import explain_signal as explained
    else:
        from symcheck.checks.explanation import explain_check as explained
    click.echo(explained(name))


@click.command()
@json_option
@debug_option
def selftest(json_file: str | None) -> None:
    """Run every check against its shipped counterexamples, and sound subjects, on this machine."""
    import json

    from symcheck.cli.selftest import self_test

    with progress("self-test") as status:
        rows = self_test((lambda text: status.update(text)) if status else None)
    wrong = [r for r in rows if not r["right"]]
    if json_file:
        write(json_file, json.dumps(rows, indent=2))
    if json_file != "-":
        from symcheck.render.terminal import show_self_test

        terminal = console()
        show_self_test(rows, terminal)
        terminal.print(f"\n{len(rows) - len(wrong)} of {len(rows)} as they should be")
    sys.exit(1 if wrong else 0)
