"""Commands that show why: prove, claims."""

from __future__ import annotations

import json
import sys
from itertools import zip_longest
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, NoReturn

import click

from symcheck.cli.apart import run_apart
from symcheck.cli.options import console, debug_option, json_option, progress, show, writable, write
from symcheck.errors import SymcheckError, listed

if TYPE_CHECKING:
    from symcheck.proof.theorem import Theorem
    from symcheck.render.documents.blocks import Block

#: What is proved when nothing is named.
MAIN = "constant-init"
_WIDEST = 110


@click.command()
@click.argument("theorem", metavar="[THEOREM|FILE]", required=False)
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
    type=click.Choice(["text", "markdown", "latex", "html", "json", "rocq"]),
    default="text",
    show_default=True,
    help="How it is written; rocq: a file that Rocq (Coq) checks by itself, for the theorems that have a proof for it.",
)
@click.option(
    "--depth", type=click.Choice(["short", "full"]), help="Lemmas only, or every step; full for one named theorem."
)
@click.option(
    "--exercise",
    "level",
    is_flag=False,
    flag_value="easy",
    type=click.Choice(["easy", "medium", "hard"]),
    help="Write the text of THEOREM with steps left out, to be filled in and checked.",
)
@click.option(
    "--seconds", type=click.FloatRange(0), default=60, show_default=True, help="How long a FILE may take; 0: for ever."
)
@click.option(
    "--output", metavar="FILE|-", default="-", callback=writable, help="Where to; standard output by default."
)
@debug_option
def prove(
    theorem: str | None,
    every: bool,
    without: tuple[str, ...],
    form: str,
    depth: str | None,
    level: str | None,
    seconds: float,
    output: str,
) -> None:
    """Show why, by a proof that a small kernel checks.

    Without THEOREM: the main one, constant-init, and the names of the others. FILE is a theorem that you wrote, in the
    notation of symcheck/proof/theorems; the kernel goes through it in the same way. Exit status 0: every step is accepted;
    1: not, as when a hypothesis is dropped, or FILE has the name of a theorem and states another; 2: there is no such theorem, or FILE cannot be read as one.
    """
    from symcheck.proof import THEOREMS

    if every and (theorem or without):
        raise SymcheckError("--all proves every theorem as it stands: it goes neither with THEOREM nor with --without")
    if form == "rocq":
        _rocq(theorem, every, bool(without or depth or level), output)
    elif level is not None:
        _exercise(theorem or MAIN, level, output)
    elif theorem is not None and theorem not in THEOREMS and _names_file(theorem):
        _file(theorem, without, form, depth, seconds, output)
    else:
        _theorems(theorem, every, without, form, depth, output)


def _theorems(
    theorem: str | None, every: bool, without: tuple[str, ...], form: str, depth: str | None, output: str
) -> NoReturn:
    from symcheck.proof import FAMILIES, THEOREMS
    from symcheck.proof import prove as run

    proved = []
    with progress("proving") as status:
        for name in THEOREMS if every else (theorem or MAIN,):
            if status:
                status.update(f"proving {name}")
            proved.append(run(name, without))
    from symcheck.render.proofs import collected, outline

    chosen = depth or ("full" if theorem and not without else "short")
    title = "Theorems of symcheck" if every else proved[0].title
    blocks = collected(proved, FAMILIES, chosen, title) if every else outline(proved[0], chosen)
    written = _written(proved, blocks, form, title)
    if form == "text" and not theorem and not every:
        written += (
            f"\n\nTheorems: {', '.join(THEOREMS)}.\nsymcheck prove THEOREM; --all; --without HYPOTHESIS; --exercise"
        )
    if output == "-" and form == "text":
        show(written)
    else:
        write(output, written)
    sys.exit(0 if all(t.accepted for t in proved) else 1)


def _rocq(theorem: str | None, every: bool, otherwise: bool, output: str) -> NoReturn:
    """Theorems with their proofs for Rocq, which the kernel has gone through first."""
    from symcheck.proof import THEOREMS
    from symcheck.proof import prove as run
    from symcheck.proof.rocq import document, provable, statement_of

    if otherwise:
        raise SymcheckError("--format rocq writes theorems as they stand, without --without, --depth and --exercise")
    name, have = theorem or MAIN, [n for n in THEOREMS if n in provable()]
    if not every and name not in have and (name in THEOREMS or _names_file(name)):
        raise SymcheckError(f"{name} has no proof for Rocq; {', '.join(have)} have")
    proved = [run(n) for n in (have if every else [name])]
    write(output, document(*(statement_of(t.proof) for t in proved)))
    if every:
        click.echo(f"{len(have)} of {len(THEOREMS)} theorems have a proof for Rocq: {', '.join(have)}.", err=True)
    sys.exit(0 if all(t.accepted for t in proved) else 1)


def _names_file(theorem: str) -> bool:
    return theorem.endswith(".txt") or Path(theorem).name != theorem or Path(theorem).exists()


def _file(path: str, without: tuple[str, ...], form: str, depth: str | None, seconds: float, output: str) -> NoReturn:
    """A theorem that the user wrote."""
    from symcheck.proof.student import gone_through, read

    # What cannot be read is said at once.
    read(path)
    if seconds:
        options = [*(part for h in without for part in ("--without", h)), "--format", form]
        options += ["--depth", depth] if depth else []
        with progress(f"checking {path}"):
            status, shown, errors = run_apart(path, options, seconds)
        if status != 2:
            write(output, shown.removesuffix("\n"))
        click.echo(errors, nl=False, err=True)
        sys.exit(status)
    theorem = gone_through(path, without)
    from symcheck.proof.changes import changes
    from symcheck.render.proofs import checked_text

    write(output, _written([theorem], checked_text(theorem, depth or "short"), form, theorem.title))
    sys.exit(0 if theorem.accepted and not changes(theorem.proof) else 1)


def _exercise(theorem: str, level: str, output: str) -> None:
    from symcheck.proof import THEOREMS
    from symcheck.proof.exercise import exercise

    if theorem not in THEOREMS:
        raise SymcheckError(f"no theorem is named {theorem!r}; there are {listed(THEOREMS)}")
    write(output, exercise(theorem, level))


def _written(theorems: list[Theorem], blocks: list[Block], form: str, title: str) -> str:
    if form == "json":
        from symcheck.render.proofs import theorem_data

        data = {"theorems": [theorem_data(t) for t in theorems]}
        return json.dumps(data, indent=2, ensure_ascii=False)
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
    from symcheck.claims.evidence import Bench
    from symcheck.claims.ledger import LEDGER, SOURCES, claim_named
    from symcheck.claims.status import claim_data, judge_claim

    if only_list and detailed:
        raise SymcheckError("--list runs nothing, and --run shows what was run: choose one")
    chosen = [claim_named(name) for name in names] or list(LEDGER)
    with progress("claims") as status:
        at = ""
        bench = Bench((lambda name: status.update(f"claims: {at}{name}")) if status else None)
        evidence = {c.id: [[n for e in part.evidence for n in e.names(bench)] for part in c.parts] for c in chosen}
        judged = []
        for number, claim in enumerate([] if only_list else chosen, 1):
            at = f"{claim.id} ({number} of {len(chosen)}): "
            judged.append(judge_claim(claim, bench))
    outcomes: list[tuple[Any, Any]] = list(zip_longest(chosen, judged))
    if json_file:
        write(json_file, json.dumps({"claims": [claim_data(c, j, SOURCES) for c, j in outcomes]}, indent=2))
    if json_file != "-":
        from symcheck.render.ledger import show_claim, show_ledger

        screen = console()
        if names or detailed:
            for claim, outcome in outcomes:
                show_claim(claim, [SOURCES[s] for s in claim.sources], outcome, evidence[claim.id], screen)
                screen.print()
        else:
            kinds = {c.id: [kind for part in evidence[c.id] for kind, _ in part] for c in chosen}
            show_ledger([(c, j.statuses if j else ["not run"], kinds[c.id]) for c, j in outcomes], screen)
    failing = any("failing" in j.statuses for j in judged)
    sys.exit(1 if failing else 0)
