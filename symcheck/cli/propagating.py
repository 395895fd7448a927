"""Commands about signals that pass through layers."""

from __future__ import annotations

import sys

import click

from symcheck.cli.options import Seed, console, debug_option, json_option, plot_option, progress, write


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


@click.command()
@click.argument("model")
@click.option("--head", type=click.Choice(["linear", "softmax"]), help="What the loss does with the outputs.")
@click.option(
    "--gain", "asked", metavar="G", help="The gain that hidden layers are to have: a number, or an activation."
)
@click.option("--draws", type=click.IntRange(1, 1000), help="How often a factory is called.")
@click.option("--seed", type=Seed(), metavar="N", help="Of every draw; fresh by default.")
@click.option(
    "--most", type=float, default=1000.0, show_default=True, help="A change by this factor over the depth is a loss."
)
@click.option("--false-alarm", type=float, default=1e-9, show_default=True, help="The chance of a false alarm.")
@click.option("-v", "--verbose", is_flag=True, help="Every layer, and what was skipped.")
@json_option
@plot_option
@debug_option
def signal(
    model: str,
    head: str | None,
    asked: str | None,
    draws: int | None,
    seed: int | None,
    most: float,
    false_alarm: float,
    verbose: bool,
    json_file: str | None,
    plot_file: str | None,
) -> None:
    """Tell whether the signal survives the depth of a model at its start, and at which layer it does not.

    MODEL is module:attribute or file.py:attribute: a factory that returns a model, or (model, inputs) with an example batch or
    a function inputs(rng). Models are those of torch, keras, flax (linen: with their variables) and equinox, pairs
    (function, params) of jax, perceptrons of scikit-learn, and symcheck.Network.
    Exit status 0: nothing is lost, warnings included; 1: something is. --most 10 makes less than the usual 1000 a loss, and
    --gain holds every layer to a gain.
    Second moments are followed forward and backward, beside those that the scale of the weights predicts.
    """
    from symcheck.propagating import signal as run

    with progress(f"reading {model}") as line:

        def told(done: int, of: int) -> None:
            if line is not None:
                line.update(f"{model}: {done} of {of} builds looked at")

        found = run(
            model,
            head=head or "",
            gain=asked,
            draws=draws,
            seed=seed,
            most=most,
            false_alarm=false_alarm,
            progress=told,
        )
    if json_file != "-":
        from symcheck.render.signal import show_signal

        show_signal(found, console(), verbose)
    if json_file:
        write(json_file, found.to_json())
    if plot_file:
        from symcheck.plotting import plot

        plot(found, plot_file)
    sys.exit(0 if found.passed else 1)
