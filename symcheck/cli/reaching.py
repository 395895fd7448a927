"""The command that tells what training can ever reach."""

from __future__ import annotations

import sys

import click

from symcheck.cli.options import console, debug_option, json_option, progress, write


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
    Exit status 0: the initialization ties and freezes nothing; 1: it does, or that is undecided of a ReLU that no input opens. What
    the architecture ties is listed and is no fault.
    """
    from symcheck.reaching import faults, shaped
    from symcheck.reaching import reach as run

    with progress(f"reading {model}") as line:

        def told(done: int, of: int) -> None:
            if line is not None:
                line.update(f"{model}: {done} of {of} rounds in a row with nothing new")

        found = run(model, None if shape is None else shaped(shape), head=head or "linear", progress=told)
    if json_file != "-":
        from symcheck.render.reach import show_reach

        show_reach(found, console())
    if json_file:
        write(json_file, found.to_json())
    sys.exit(1 if faults(found) else 0)
