"""Commands that show what there is: gallery, laws, explain, selftest."""

from __future__ import annotations

import sys

import click

from symcheck.cli.options import console, debug_option, json_option, progress, show, write


@click.command()
@json_option
@debug_option
def gallery(json_file: str | None) -> None:
    """Judge the initializations that the source texts name, in one table."""
    import json

    from symcheck.cli.gallery import SCALE, judge_gallery

    with progress("judging the gallery"):
        rows = judge_gallery()
    if json_file:
        write(json_file, json.dumps([row.as_dict() for row in rows], indent=2))
    if json_file != "-":
        from symcheck.render.grid import grid

        table = [[row.name, row.verdict_in_words, row.scale] for row in rows]
        terminal = console()
        terminal.print(grid(["initialization", f"verdict ({', '.join(rows[0].verdicts)})", "scale"], table))
        terminal.print()
        for row in rows:
            if row.remark:
                terminal.print(f"{row.name}: {row.remark}", highlight=False)
        terminal.print(
            "\nsymmetry broken: every hidden unit is its own class; tied: all stay equal for ever; dead: and no weight into them ever has a gradient."
            f"\nJudged as a 64-64-64-4 network with SGD; proved, exact. {SCALE}"
            "\nOne entry in full: symcheck check NAME",
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
        from symcheck.render.grid import grid

        cells = [[", ".join([r["name"], *r["aliases"]]), r["parameters"], r["promise"]] for r in rows]
        terminal = console()
        terminal.print(grid(["law", "parameters", "what it promises"], cells))
        terminal.print()
        for library in dict.fromkeys(r["library"] for r in named):
            own = [[r["name"], r["law"]] for r in named if r["library"] == library]
            terminal.print(grid([f"name in {library}", "law"], own))
            terminal.print()


@click.command()
@click.argument("name", metavar="[CHECK]", required=False)
@debug_option
def explain(name: str | None) -> None:
    """Say what a check looks at, what lies behind a failure and what to try.

    CHECK is the name of a check, of a property (implementation.*) or of a finding about a signal (model.*), or its last part
    where that is enough, such as scale. Without it all are listed.
    """
    if name is None:
        from symcheck.cli.explained import everything
        from symcheck.render.terminal import show_explained

        terminal = console()
        with terminal.capture() as written:
            for title, rows in everything():
                show_explained(title, rows, terminal)
        show(written.get().rstrip("\n"))
        return
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

    from symcheck.cli.selftest import self_test, summary

    with progress("self-test") as status:
        rows = self_test((lambda text: status.update(text)) if status else None)
    wrong = [r for r in rows if not r["right"]]
    if json_file:
        write(json_file, json.dumps(rows, indent=2))
    if json_file != "-":
        from symcheck.render.grid import grid
        from symcheck.render.terminal import show_self_test

        terminal = console()
        show_self_test(rows, terminal)
        columns = ["check", "rejected, grossly wrong", "slightly wrong", "sound, passed"]
        terminal.print()
        terminal.print(grid(columns, summary(rows)))
        terminal.print(f"\n{len(rows) - len(wrong)} of {len(rows)} as they should be")
    sys.exit(1 if wrong else 0)
