"""Commands about signals that pass through layers."""

from __future__ import annotations

import click

from symcheck.cli.options import console, debug_option, json_option, write


@click.command()
@click.argument("activation")
@json_option
@debug_option
def gain(activation: str, json_file: str | None) -> None:
    """Tell the factor that keeps the second moment of signals through an activation.

    ACTIVATION is a name such as tanh or "leaky_relu(0.2)", or your own function: FILE.py:function or module:function. Printed
    are g with g^2 E[sigma(z)^2] = 1 for z ~ N(0, 1), the same for gradients, and what libraries recommend beside it.
    """
    from symcheck.propagating import gain as run

    found = run(activation)
    if json_file != "-":
        from symcheck.render.gain import show_gain

        show_gain(found, console())
    if json_file:
        write(json_file, found.to_json())
