"""Commands that show why: prove."""

from __future__ import annotations

import sys
from shutil import get_terminal_size

import click

from symcheck.commands.options import debug_option, progress, write
from symcheck.errors import SymcheckError

#: What is proved when nothing is named.
MAIN = "constant-init"
_WIDEST = 110


@click.command()
@click.argument("theorem", required=False)
@click.option("--all", "every", is_flag=True, help="Every theorem.")
@click.option(
    "--without",
    multiple=True,
    metavar="HYPOTHESIS",
    help="Drop a hypothesis: what no longer closes, and a counterexample.",
)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "latex", "html", "json"]), default="text",
              show_default=True, help="How it is written.")  # fmt: skip
@click.option(
    "--depth", type=click.Choice(["short", "full"]), help="Lemmas only, or every step; full for one named theorem."
)
@click.option("--output", metavar="FILE|-", default="-", help="Where to; standard output by default.")
@debug_option
def prove(
    theorem: str | None, every: bool, without: tuple[str, ...], form: str, depth: str | None, output: str
) -> None:
    """Show why, by a proof that a small kernel checks.

    Without THEOREM: the main one, constant-init, and the names of the others. Exit status 0: every step is accepted;
    1: not, as when a hypothesis is dropped.
    """
    import json

    from symcheck.proof import THEOREMS
    from symcheck.proof import prove as run

    if every and (theorem or without):
        raise SymcheckError("--all proves every theorem as it stands: it goes neither with THEOREM nor with --without")
    names = THEOREMS if every else (theorem or MAIN,)
    proved = []
    with progress("proving") as status:
        for name in names:
            if status:
                status.update(f"proving {name}")
            proved.append(run(name, without))
    from symcheck.render.proofs import as_data, outline

    if form == "json":
        write(output, json.dumps({"theorems": [as_data(t) for t in proved]}, indent=2, ensure_ascii=False))
        sys.exit(0 if all(t.accepted for t in proved) else 1)
    chosen = depth or ("full" if theorem and not without else "short")
    blocks = [block for one in proved for block in outline(one, chosen)]
    if form == "markdown":
        from symcheck.render.documents.markdown import as_markdown

        written = as_markdown(blocks)
    elif form == "latex":
        from symcheck.render.documents.latex import as_latex

        written = as_latex(blocks)
    elif form == "html":
        from symcheck.render.documents.html import as_html

        written = as_html(blocks, proved[0].title if len(proved) == 1 else "Theorems of symcheck")
    else:
        from symcheck.render.documents.text import as_text

        written = as_text(blocks, min(get_terminal_size().columns, _WIDEST))
        if not theorem and not every:
            written += f"\n\nTheorems: {', '.join(THEOREMS)}.\nsymcheck prove THEOREM; --all; --without HYPOTHESIS"
    write(output, written)
    sys.exit(0 if all(t.accepted for t in proved) else 1)
