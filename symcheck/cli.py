"""The command line. Everything heavy is imported inside the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from symcheck.errors import SymcheckError
from symcheck.version import __version__

_HELP = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_HELP)
@click.version_option(__version__, prog_name="symcheck")
def symcheck() -> None:
    """Proves, decides and tests what is claimed of neural-network weight initialization.

    Exit status: 0 all passed, 1 something failed, 2 the request cannot be carried out.
    """


def _debug(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks.")(command)


def _json(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "json_file", metavar="FILE|-", help="Write JSON; - is standard output.")(command)


def _write(target: str, text: str) -> None:
    if target == "-":
        click.echo(text)
        return
    try:
        Path(target).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise SymcheckError(f"cannot write {target}: {error.strerror}") from error


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def _progress(title: str) -> Any:
    from rich.console import Console

    errors = Console(stderr=True)
    return errors.status(title) if errors.is_terminal else nullcontext()


@symcheck.command()
@click.argument("subject")
@click.option("--law", help="What it promises, e.g. he_normal or 'glorot_uniform(gain=2)'; see symcheck laws.")
@click.option("--activation", metavar="NAME", help="Activation of the hidden layers.")
@click.option("--head", type=click.Choice(["linear", "softmax"]), help="What the loss does with the last layer.")
@click.option("--optimizer", metavar="NAME", default="sgd", show_default=True, help="What the network is trained with.")
@click.option("--kind", type=click.Choice(["initializer", "network"]), help="Where it is not plain what SUBJECT is.")
@click.option("--call", metavar="FORM", help="How an initializer is called, e.g. 'f(shape, rng)'.")
@click.option("--layout", type=click.Choice(["out_in", "in_out"]), help="Which axis of a weight array is which.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Of every draw; fresh by default.")
@click.option("--false-alarm", type=float, default=1e-9, show_default=True, metavar="RATE",
              help="Chance that a sound subject fails anything.")  # fmt: skip
@click.option("--timeout", type=float, default=10.0, show_default=True, metavar="SECONDS", help="For each call.")
@click.option("--html", metavar="FILE", help="Write an HTML page.")
@click.option("--verbose", "-v", is_flag=True, help="Also list what was skipped, and why.")
@_json
@_debug
def check(
    subject: str, json_file: str | None, html: str | None, verbose: bool, false_alarm: float, **options: Any
) -> None:
    """Judge an initializer or a network.

    SUBJECT is package.module:attribute, path/to/file.py:attribute, weights.npz, weights.safetensors, or a law such as
    "constant(0.5)" or he_normal. Arguments may be bound: torch.nn.init:sparse_(sparsity=0.1).
    """
    from symcheck.checks.runner import check as run

    with _progress(f"checking {subject}") as status:
        progress = (lambda name: status.update(f"{subject}: {name}")) if status else None
        report = run(subject, false_alarm_rate=false_alarm, progress=progress, **options)
    if json_file != "-":
        from symcheck.render.terminal import show_report

        show_report(report, _console(), verbose)
    if json_file:
        _write(json_file, report.to_json())
    if html:
        from symcheck.render.html import report_page

        _write(html, report_page(report))
    sys.exit(0 if report.passed else 1)


def _network_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--layout", type=click.Choice(["out_in", "in_out"]), help="Which axis of a matrix is which."),
        click.option(
            "--head", type=click.Choice(["linear", "softmax"]), help="What the loss does with the last layer."
        ),
        click.option("--activation", metavar="NAME", help="Activation of the hidden layers."),
    ):
        command = option(command)
    return command


@symcheck.command()
@click.argument("weights")
@_network_options
@click.option("--optimizer", metavar="NAME", default="sgd", show_default=True, help="What the network is trained with.")
@click.option("--save", metavar="FILE", help="Save the certificate, for symcheck verify.")
@_json
@_debug
def certify(weights: str, optimizer: str, save: str | None, json_file: str | None, **options: Any) -> None:
    """Decide exactly which hidden units stay tied for ever.

    WEIGHTS is weights.npz, weights.safetensors, module:attribute, file.py:attribute, or a gallery entry. Exit status 0:
    symmetry is broken; 1: some units are tied or dead.
    """
    from symcheck.checks.certification import certify_subject, options_for

    with _progress(f"certifying {weights}"):
        certificate, _, lines = certify_subject(weights, optimizer, options_for(**options))
    if json_file != "-":
        from symcheck.render.certificates import show_certificate

        show_certificate(certificate, lines, _console())
    if json_file:
        _write(json_file, certificate.to_json())
    if save:
        _write(save, certificate.to_json())
    sys.exit(0 if certificate.verdict == "broken" else 1)


@symcheck.command()
@click.argument("certificate")
@click.argument("weights")
@_network_options
@_json
@_debug
def verify(certificate: str, weights: str, json_file: str | None, **options: Any) -> None:
    """Check a saved certificate against weights, without the search that found it.

    What the weights do not tell (activation, head) is taken from the certificate. Exit status 0: every claim holds;
    1: it is rejected, and one sentence says why.
    """
    import json

    from symcheck.checks.certification import options_for, verify_files

    outcome = verify_files(certificate, weights, options_for(**options))
    if json_file:
        _write(json_file, json.dumps({"accepted": outcome.ok, "reason": outcome.reason}))
    if json_file != "-":
        click.echo("accepted: every claim holds" if outcome.ok else f"rejected: {outcome.reason}")
    sys.exit(0 if outcome.ok else 1)


@symcheck.command()
@_json
@_debug
def gallery(json_file: str | None) -> None:
    """Judge the initializations that the source texts name, in one table."""
    import json

    from symcheck.checks.exhibit import judge_gallery

    with _progress("judging the gallery"):
        rows = judge_gallery()
    if json_file:
        _write(json_file, json.dumps([row.as_dict() for row in rows], indent=2))
    if json_file != "-":
        from symcheck.render.terminal import grid

        table = [[row.name, *row.verdicts.values(), row.sentence] for row in rows]
        columns = ["initialization", *rows[0].verdicts, "in words"]
        console = _console()
        console.print(grid(columns, table))
        console.print(
            "\nbroken: every hidden unit is its own class; tied: some stay equal for ever; dead: a layer never moves."
            "\nJudged as an 8-16-16-4 network with SGD; proved, exact. One entry in full: symcheck check NAME",
            style="dim",
        )


@symcheck.command()
@_json
@_debug
def laws(json_file: str | None) -> None:
    """List the laws, with what each library calls them."""
    import json

    from symcheck.checks.exhibit import law_rows, library_rows

    rows, named = law_rows(), library_rows()
    if json_file:
        _write(json_file, json.dumps({"laws": rows, "libraries": named}, indent=2))
    if json_file != "-":
        from symcheck.render.terminal import grid

        cells = [[", ".join([r["name"], *r["aliases"]]), r["parameters"], r["promise"]] for r in rows]
        console = _console()
        console.print(grid(["law", "parameters", "what it promises"], cells))
        console.print()
        console.print(grid(["library", "name there", "law"], [list(r.values()) for r in named]))


@symcheck.command()
@click.argument("name", metavar="CHECK")
@_debug
def explain(name: str) -> None:
    """Say what a check looks at, what lies behind a failure and what to try."""
    from symcheck.checks.exhibit import explanation

    click.echo(explanation(name))


@symcheck.command()
@_json
@_debug
def selftest(json_file: str | None) -> None:
    """Run every check against its shipped counterexamples, and sound subjects, on this machine."""
    import json

    from symcheck.checks.exhibit import self_test

    with _progress("self-test") as status:
        rows = self_test((lambda text: status.update(text)) if status else None)
    wrong = [r for r in rows if not r["right"]]
    if json_file:
        _write(json_file, json.dumps(rows, indent=2))
    if json_file != "-":
        from symcheck.render.terminal import grid

        cells = [[str(r["check"]), str(r["size"]), str(r["subject"]), "passed" if r["right"] else "failed", str(r["message"])]
                 for r in rows]  # fmt: skip
        console = _console()
        console.print(grid(["check", "fault", "subject", "self-test", "what the check said"], cells))
        console.print(f"\n{len(rows) - len(wrong)} of {len(rows)} as they should be")
    sys.exit(1 if wrong else 0)
