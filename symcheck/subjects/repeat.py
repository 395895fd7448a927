"""How to repeat what was seen: a command for a subject named by text, Python for an object."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from symcheck.subjects.data import Offer
from symcheck.subjects.find import split_spec
from symcheck.texts import LONGEST_NAME, command_line, plain


def run_again(name: str, named: bool, settings: Mapping[str, object], known: tuple[str, str] = ("", "")) -> str:
    """What repeats a run with these settings; those that are None were not given.

    Args:
        named: whether the name is the text that was given, so that a command line can name the subject by it.
        known: of an object in memory, a line that imports it and what its caller calls it.
        settings: options of ``symcheck check`` by their names in Python.
    """
    given = {key: value for key, value in settings.items() if value is not None}
    if not named:
        told = "".join(f", {key}={value!r}" for key, value in given.items())
        imported, own = known
        if own:
            return "\n".join(
                [imported, f"symcheck.check({own}{told})"] if imported else [f"symcheck.check({own}{told})"]
            )
        return f"symcheck.check(subject{told})  # subject is {plain(name, 2 * LONGEST_NAME)}, an object in memory"
    shown = {"false_alarm_rate": "false-alarm"}
    options = [
        word
        for key, value in given.items()
        for text in ([f"{k}={v}" for k, v in value.items()] if isinstance(value, Mapping) else [str(value)])
        for word in (f"--{shown.get(key, key)}", text)
    ]
    # After two dashes a name that begins with one is none of an option.
    return command_line(["symcheck", "check", *([*options, "--", name] if name.startswith("-") else [name, *options])])


def import_code(offer: Offer, own: bool = False) -> str:
    """Python that makes ``subject`` of what an implementation was named by.

    Args:
        own: of an author's own code, the module or object itself, and not what stands for the protocol.
    """
    if not (offer.named or offer.known[1]):
        return f"# subject = {plain(offer.name)}, an object in memory"
    if offer.named and offer.found and not own and offer.name.endswith((".py", ".ipynb")):
        # A file as a whole, of which only what it defines was run.
        return f"from symcheck.subjects.whole import driver_of_file\nsubject = driver_of_file({offer.name!r})"
    if offer.found and not own:
        reading = "from symcheck.subjects.scratch.author import driver_of\nsubject = driver_of(subject)"
        return f"{import_code(replace(offer, found=()))}\n{reading}"
    if not offer.named:
        imported, name = offer.known
        return "\n".join([*([imported] if imported else []), f"subject = {name}{'()' * offer.calls}"])
    if ":" not in offer.name:
        return "\n".join(_imported(offer.name, "")[0])
    module, attribute, keywords, positional = split_spec(offer.name)
    bound = [*map(repr, positional), *(f"{key}={value!r}" for key, value in keywords.items())]
    with_arguments = offer.name.rstrip().endswith(")")
    calls = f"({', '.join(bound)})" if with_arguments else ""
    calls += "()" * (offer.calls - with_arguments)
    top, dot, rest = attribute.partition(".")
    lines, found = _imported(module, top)
    return "\n".join([*lines, f"subject = {found}{dot}{rest}{calls}"])


def _imported(module: str, name: str) -> tuple[list[str], str]:
    """Lines that import a name of a module, or the module as ``subject`` where the name is empty; what it is then called."""
    if not module.endswith(".py"):
        return [f"from {module} import {name}" if name else f"import {module} as subject"], name
    path = Path(module)
    folder = path.parent.as_posix()
    lines = [f"import sys; sys.path.insert(0, {folder!r})"] if folder != "." else []
    if path.stem.isidentifier() and path.stem not in {*sys.stdlib_module_names, "numpy"}:
        return [*lines, f"from {path.stem} import {name}" if name else f"import {path.stem} as subject"], name
    # A file that cannot be imported by its name, or whose name is another module's.
    if name:
        return [*lines, "import runpy"], f"runpy.run_path({path.as_posix()!r})[{name!r}]"
    opened = f"import runpy, types; subject = types.SimpleNamespace(**runpy.run_path({path.as_posix()!r}))"
    return [*lines, opened], name
