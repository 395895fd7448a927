"""The command line."""

from __future__ import annotations

import click

from symcheck.cli import comparing, judging, lesson, listing, notebooks, propagating, proving, racing, reaching, recipes
from symcheck.version import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="symcheck")
def symcheck() -> None:
    """Proves, decides and tests what is claimed of neural-network weight initialization.

    Exit status: 0 all passed, 1 something failed, 2 the request cannot be carried out.
    """


for command in (
    judging.check,
    judging.identify,
    judging.certify,
    judging.verify,
    reaching.reach,
    propagating.signal,
    propagating.gain,
    comparing.compare,
    recipes.recipe,
    proving.prove,
    proving.claims,
    racing.race,
    notebooks.notebook,
    lesson.lesson,
    listing.gallery,
    listing.laws,
    listing.explain,
    listing.selftest,
):
    symcheck.add_command(command)
