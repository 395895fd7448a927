"""Commands that show why: prove, claims."""

from __future__ import annotations

import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from symcheck.cli.options import console, debug_option, json_option, progress, writable, write
from symcheck.errors import SymcheckError

if TYPE_CHECKING:
    from symcheck.render.documents.blocks import Block

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
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "latex", "html", "json"]),
    default="text",
    show_default=True,
    help="How it is written.",
)
@click.option(
    "--depth", type=click.Choice(["short", "full"]), help="Lemmas only, or every step; full for one named theorem."
)
@click.option(
    "--output", metavar="FILE|-", default="-", callback=writable, help="Where to; standard output by default."
)
@debug_option
def prove(
    theorem: str | None, every: bool, without: tuple[str, ...], form: str, depth: str | None, output: str
) -> None:
    """Show why, by a proof that a small kernel checks.

    Without THEOREM: the main one, constant-init, and the names of the others. Exit status 0: every step is accepted;
    1: not, as when a hypothesis is dropped.
    """
    import json

    from symcheck.proof import FAMILIES, THEOREMS
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
    from symcheck.render.proofs import collected, outline, theorem_data

    if form == "json":
        write(output, json.dumps({"theorems": [theorem_data(t) for t in proved]}, indent=2, ensure_ascii=False))
        sys.exit(0 if all(t.accepted for t in proved) else 1)
    chosen = depth or ("full" if theorem and not without else "short")
    title = "Theorems of symcheck" if every else proved[0].title
    blocks = collected(proved, FAMILIES, chosen, title) if every else outline(proved[0], chosen)
    written = _written(blocks, form, title)
    if form == "text" and not theorem and not every:
        written += f"\n\nTheorems: {', '.join(THEOREMS)}.\nsymcheck prove THEOREM; --all; --without HYPOTHESIS"
    write(output, written)
    sys.exit(0 if all(t.accepted for t in proved) else 1)


def _written(blocks: list[Block], form: str, title: str) -> str:
    if form == "markdown":
        from symcheck.render.documents.markdown import as_markdown

        return as_markdown(blocks)
    if form == "latex":
        from symcheck.render.documents.latex import as_latex

        return as_latex(blocks)
    if form == "html":
        from symcheck.render.documents.html import as_html

        return as_html(blocks, title)
    from symcheck.render.documents.text import as_text

    return as_text(blocks, min(get_terminal_size().columns, _WIDEST))


@click.command()
@click.argument("names", metavar="[CLAIM]...", nargs=-1)
@click.option("--run", "detailed", is_flag=True, help="Show what each piece of evidence gave, as for a single claim.")
@click.option("--list", "only_list", is_flag=True, help="Run nothing: only name the evidence.")
@json_option
@debug_option
def claims(names: tuple[str, ...], detailed: bool, only_list: bool, json_file: str | None) -> None:
    """The ledger: what is claimed of weight initialization, and what became of it.

    Every status is computed: theorems are gone through by the kernel, properties and counterexamples run, in about a
    minute for all; CLAIM (C1 to C26) runs one. Exit status 0: all evidence holds; 1: some does not.
    """
    import json

    from symcheck.claims.evidence import Bench
    from symcheck.claims.ledger import LEDGER, SOURCES, claim_named
    from symcheck.claims.status import claim_data, judge_claim

    if only_list and detailed:
        raise SymcheckError("--list runs nothing, and --run shows what was run: choose one")
    chosen = [claim_named(name) for name in names] or list(LEDGER)
    with progress("claims") as status:
        bench = Bench((lambda name: status.update(f"claims: {name}")) if status else None)
        evidence = {c.id: [[n for e in part.evidence for n in e.names(bench)] for part in c.parts] for c in chosen}
        judged = None if only_list else [judge_claim(c, bench) for c in chosen]
    if json_file:
        write(
            json_file, json.dumps({"claims": [claim_data(c, j, SOURCES) for c, j in _beside(chosen, judged)]}, indent=2)
        )
    if json_file != "-":
        from symcheck.render.ledger import show_claim, show_ledger

        screen = console()
        if names or detailed:
            for claim, outcome in _beside(chosen, judged):
                show_claim(claim, [SOURCES[s] for s in claim.sources], outcome, evidence[claim.id], screen)
                screen.print()
        else:
            kinds = {c.id: [kind for part in evidence[c.id] for kind, _ in part] for c in chosen}
            show_ledger(
                [(c, j.statuses if j else ["not run"], kinds[c.id]) for c, j in _beside(chosen, judged)], screen
            )
    failing = judged is not None and any("failing" in j.statuses for j in judged)
    sys.exit(1 if failing else 0)


def _beside(chosen: list[Any], judged: list[Any] | None) -> list[tuple[Any, Any]]:
    return list(zip(chosen, judged or [None] * len(chosen), strict=True))
