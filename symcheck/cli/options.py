"""Options and output that commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import click

from symcheck.errors import SymcheckError
from symcheck.texts import first_line, plain

Command = Callable[..., Any]


def debug_option(command: Command) -> Command:
    """``--debug``, which `symcheck.__main__` looks for itself."""
    return click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks.")(command)


def json_option(command: Command) -> Command:
    """``--json``."""
    return click.option(
        "--json", "json_file", metavar="FILE|-", callback=writable, help="Write JSON; - is standard output."
    )(command)


def plot_option(command: Command) -> Command:
    """``--plot``."""
    return click.option(
        "--plot", "plot_file", metavar="FILE", callback=_drawable, help="Draw it, as .png or .svg (needs matplotlib)."
    )(command)


def _drawable(context: click.Context, parameter: click.Parameter, target: str | None) -> str | None:
    """Refuse what cannot be drawn before the work for it is done."""
    if target is not None:
        from symcheck.plots.style import figure, format_of

        format_of(target)
        figure(1, 1)
    return writable(context, parameter, target)


def writable(_: click.Context, __: click.Parameter, target: str | None) -> str | None:
    """Refuse a file that cannot be written before the work for it is done.

    Raises:
        SymcheckError: there is no such folder, or it may not be written to.
    """
    if target is None or target == "-":
        return target
    path = Path(target)
    if os.path.isdir(path):
        raise SymcheckError(f"cannot write {target}: it is a folder")
    if not os.path.isdir(path.parent):
        raise SymcheckError(f"cannot write {target}: there is no folder {str(path.parent)!r}")
    if not os.access(path if os.path.exists(path) else path.parent, os.W_OK):
        raise SymcheckError(f"cannot write {target}: permission denied")
    return target


class Seed(click.IntRange):
    """A seed, refused in plain words."""

    name = "integer"

    def __init__(self) -> None:
        super().__init__(0, 2**31 - 1)


def write(target: str, text: str) -> None:
    """Write to a file, or to standard output for ``-``.

    Raises:
        SymcheckError: it cannot be written.
    """
    if target == "-":
        click.echo(text)
        return
    try:
        Path(target).write_text(text + "\n", encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or first_line(error)
        raise SymcheckError(f"cannot write {target}: {reason}") from error


def show(text: str) -> None:
    """Print what may be long: in the pager, where standard output is a terminal that it does not fit."""
    if sys.stdout.isatty() and text.count("\n") + 2 > get_terminal_size().lines:
        click.echo_via_pager(text + "\n")
    else:
        click.echo(text)


def console() -> Any:
    """The terminal."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def progress(title: str) -> Any:
    """A line on a terminal while something takes long; nothing where standard error is no terminal."""
    from rich.console import Console
    from rich.text import Text

    errors = Console(stderr=True)
    return errors.status(Text(plain(title))) if errors.is_terminal else nullcontext()
