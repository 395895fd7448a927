"""Commands that judge what a user brings: check, identify, certify, verify."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from symcheck.cli.options import Seed, console, debug_option, json_option, plot_option, progress, writable, write
from symcheck.texts import plain

_INPUTS = "Between which numbers the inputs lie: any, nonnegative, or LOW,HIGH such as 0,1."


@click.command()
@click.argument("subject")
@click.option(
    "--law",
    multiple=True,
    metavar="LAW|PATTERN=LAW",
    help="What it promises, e.g. he_normal; of a model's parameters, several times, '*.bias=zeros'; see symcheck laws.",
)
@click.option("--recipe", metavar="FILE", help="Laws of a model's parameters, in TOML; see symcheck recipe.")
@click.option("--draws", type=int, metavar="N", help="How often a model is built.")
@click.option(
    "--workers", type=int, default=1, metavar="N", help="Threads that read a file larger than is held in memory."
)
@click.option("--dask", metavar="ADDRESS", help="A dask scheduler whose workers read such a file.")
@click.option("--activation", metavar="NAME", help="Activation of the hidden layers.")
@click.option("--head", type=click.Choice(["linear", "softmax"]), help="What the loss does with the last layer.")
@click.option("--inputs", metavar="RANGE", help=_INPUTS)
@click.option("--optimizer", metavar="NAME", default="sgd", show_default=True, help="What the network is trained with.")
@click.option(
    "--kind",
    type=click.Choice(["initializer", "network", "implementation"]),
    help="Where it is not plain what SUBJECT is.",
)
@click.option("--call", metavar="FORM", help="How an initializer is called, e.g. 'f(shape, rng)'.")
@click.option("--layout", type=click.Choice(["out_in", "in_out"]), help="Which axis of a weight array is which.")
@click.option(
    "--shapes",
    type=click.Choice(["dense", "kernels", "all"]),
    help="What an initializer is for: matrices, kernels or both. By default what it draws is found out, and kernels only warn.",
)
@click.option("--seed", type=Seed(), metavar="N", help="Of every draw; fresh by default.")
@click.option(
    "--false-alarm",
    type=float,
    default=1e-9,
    show_default=True,
    metavar="RATE",
    help="Chance that a sound subject fails anything.",
)
@click.option(
    "--timeout",
    type=float,
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="For each call of the subject; a call that builds a model may take three times as long.",
)
@click.option("--html", metavar="FILE", callback=writable, help="Write an HTML page.")
@click.option("--verbose", "-v", is_flag=True, help="Also list what was skipped, and why; draw a histogram.")
@json_option
@plot_option
@debug_option
def check(
    subject: str,
    law: tuple[str, ...],
    json_file: str | None,
    plot_file: str | None,
    html: str | None,
    verbose: bool,
    false_alarm: float,
    **options: Any,
) -> None:
    """Judge an initializer, a network or an implementation.

    SUBJECT is package.module:attribute, path/to/file.py:attribute, weights.npz, weights.safetensors, or a law such as
    "constant(0.5)" or he_normal. Arguments may be bound: torch.nn.init:sparse_(sparsity=0.1).
    """
    from rich.text import Text

    from symcheck.checking import check as run

    with progress(f"checking {subject}") as status:
        told = (lambda name: status.update(Text(plain(f"{subject}: {name}")))) if status else None
        report = run(
            subject,
            list(law) or None,
            false_alarm_rate=false_alarm,
            progress=told,
            figures=bool(plot_file or html or verbose),
            **options,
        )
    if json_file != "-":
        from symcheck.render.terminal import show_report

        show_report(report, console(), verbose)
    if json_file:
        write(json_file, report.to_json())
    if html:
        from symcheck.plotting import picture
        from symcheck.render.html import report_page

        write(html, report_page(report, picture(report)))
    if plot_file:
        from symcheck.plotting import plot

        plot(report, plot_file)
    sys.exit(0 if report.passed else 1)


@click.command()
@click.argument("subject")
@click.option("--kind", type=click.Choice(["initializer", "network"]), help="Where it is not plain what SUBJECT is.")
@click.option("--call", metavar="FORM", help="How an initializer is called, e.g. 'f(shape, rng)'.")
@click.option("--layout", type=click.Choice(["out_in", "in_out"]), help="Which axis of a weight array is which.")
@click.option("--seed", type=Seed(), metavar="N", help="Of every draw; fresh by default.")
@click.option(
    "--false-alarm",
    type=float,
    default=1e-9,
    show_default=True,
    metavar="RATE",
    help="Chance that the law is missing from the answer.",
)
@click.option(
    "--timeout", type=float, default=10.0, show_default=True, metavar="SECONDS", help="For each call of the subject."
)
@json_option
@debug_option
def identify(subject: str, json_file: str | None, false_alarm: float, **options: Any) -> None:
    """Name the law of an initializer or of each layer of a network, and the nearest known mistake.

    Every law of the catalogue that the draws do not rule out is listed, the plainest first: what the shapes cannot tell apart
    is not guessed. Exit status 0: it was identified, be it as no law; 1: it raises or hangs.
    """
    from symcheck.errors import SubjectFailure
    from symcheck.identifying import identify as run

    try:
        with progress(f"identifying {subject}"):
            found = run(subject, false_alarm_rate=false_alarm, **options)
    except SubjectFailure as failure:
        click.echo(plain(f"{subject}: {failure}"), err=True)
        sys.exit(1)
    if json_file != "-":
        from symcheck.render.identification import show_identification

        show_identification(found, console())
    if json_file:
        write(json_file, found.to_json())


def _network_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--layout", type=click.Choice(["out_in", "in_out"]), help="Which axis of a matrix is which."),
        click.option(
            "--head", type=click.Choice(["linear", "softmax"]), help="What the loss does with the last layer."
        ),
        click.option("--inputs", metavar="RANGE", help=_INPUTS),
        click.option("--activation", metavar="NAME", help="Activation of the hidden layers."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("weights")
@_network_options
@click.option("--optimizer", metavar="NAME", default="sgd", show_default=True, help="What the network is trained with.")
@click.option("--save", metavar="FILE", callback=writable, help="Save the certificate, for symcheck verify.")
@json_option
@plot_option
@debug_option
def certify(
    weights: str, optimizer: str, save: str | None, json_file: str | None, plot_file: str | None, **options: Any
) -> None:
    """Decide exactly which hidden units stay tied for ever.

    WEIGHTS is weights.npz, weights.safetensors, module:attribute, file.py:attribute, or a gallery entry. Exit status 0:
    it is proved that symmetry is broken; 1: it is not, because some units are tied or dead, or of some it is undecided.
    (symcheck check looks for what is wrong, and so only warns of what is undecided.)
    """
    from symcheck.certifying import certify_subject, options_for

    with progress(f"certifying {weights}"):
        certificate, notes, lines = certify_subject(weights, optimizer, options_for(**options))
    if json_file != "-":
        from symcheck.render.certificates import show_certificate

        show_certificate(certificate, notes, lines, console())
    if json_file:
        write(json_file, certificate.to_json())
    if save:
        write(save, certificate.to_json())
    if plot_file:
        from symcheck.plotting import plot

        plot(certificate, plot_file)
    sys.exit(0 if certificate.verdict == "broken" else 1)


@click.command()
@click.argument("certificate")
@click.argument("weights")
@_network_options
@json_option
@debug_option
def verify(certificate: str, weights: str, json_file: str | None, **options: Any) -> None:
    """Check a saved certificate against weights, without the search that found it.

    What the weights do not tell (activation, head) is taken from the certificate. Exit status 0: every claim holds;
    1: it is rejected, and one sentence says why.
    """
    import json

    from symcheck.certifying import options_for, verify_files

    outcome = verify_files(certificate, weights, options_for(**options))
    if json_file:
        write(json_file, json.dumps({"accepted": outcome.ok, "reason": outcome.reason, "unchecked": outcome.unchecked}))
    if json_file != "-":
        accepted = "every claim that was checked holds" if outcome.unchecked else "every claim holds"
        click.echo(f"accepted: {accepted}" if outcome.ok else f"rejected: {plain(outcome.reason)}")
        for claim in outcome.unchecked:
            click.echo(f"not checked: {claim}")
    sys.exit(0 if outcome.ok else 1)
