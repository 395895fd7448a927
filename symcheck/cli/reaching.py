"""The command that tells what training can ever reach."""

from __future__ import annotations

import re
import sys
from typing import Any

import click
import numpy as np
from numpy.random import Generator

from symcheck.cli.options import console, debug_option, json_option, progress, write
from symcheck.errors import SymcheckError

#: Samples of a batch for which only the shape of one is given.
_SAMPLES = 8


@click.command()
@click.argument("model")
@click.option("--head", type=click.Choice(["linear", "softmax"]), help="What the loss does with the outputs.")
@click.option("--input", "shape", metavar="SHAPE", help="What it is fed: 3x32x32, or tokens:LENGTH:VOCABULARY.")
@json_option
@debug_option
def reach(model: str, head: str | None, shape: str | None, json_file: str | None) -> None:
    """Tell which parameters training ties, freezes and can move, from the model's gradients.

    MODEL is module:attribute or file.py:attribute: a factory that returns a model, or (model, inputs) with an example batch
    or a function inputs(rng). Models are those of torch, keras, flax and equinox, pairs (function, params) of jax or autograd,
    and symcheck.Network.
    Exit status 0: the initialization ties and freezes nothing; 1: it does. What the architecture ties is listed and is no fault.
    """
    from symcheck.reaching import faults
    from symcheck.reaching import reach as run

    with progress(f"reading {model}") as line:

        def told(done: int, of: int) -> None:
            if line is not None:
                line.update(f"{model}: {done} of {of} rounds in a row with nothing new")

        found = run(model, None if shape is None else _batch(shape), head=head or "linear", progress=told)
    if json_file != "-":
        from symcheck.render.reach import show_reach

        show_reach(found, console())
    if json_file:
        write(json_file, found.to_json())
    sys.exit(1 if faults(found) else 0)


def _batch(text: str) -> Any:
    """What ``--input`` stands for: numbers of a sample's shape, or ids that cover a vocabulary.

    Raises:
        SymcheckError: it is neither.
    """
    if re.fullmatch(r"[1-9]\d*(x[1-9]\d*)*", text):
        return np.ones((_SAMPLES, *map(int, text.split("x"))))
    if tokens := re.fullmatch(r"tokens:([1-9]\d*):([1-9]\d*)", text):
        length, rows = map(int, tokens.groups())
        samples = max(_SAMPLES, -(-rows // length))

        def ids(rng: Generator) -> Any:
            return rng.permuted(np.arange(samples * length) % rows).reshape(samples, length)

        return ids
    raise SymcheckError(f"--input is a sample's shape such as 3x32x32, or tokens:LENGTH:VOCABULARY, not {text!r}")
