"""What the findings about a signal look at, what usually lies behind them, and what to try."""

from __future__ import annotations

from textwrap import fill

from symcheck.errors import SymcheckError, did_you_mean, listed

#: Finding -> its grade, what it looks at, the usual causes, what to try.
_TEXTS = {
    "model.gain": (
        "statistical",
        "The scale of the weights, g^2 = fan_in E[w^2] (of a convolution, what padding leaves of it), put through the recursion of wide "
        "layers: q = g^2 m + s_b^2, m = E[sigma(sqrt(q) z)^2] forward, g^2 E[sigma'(sqrt(q) z)^2] backward; behind a normalization q is 1, "
        "and gradients are divided by what it divides by. What is lost on the way is compared with the gains that lose "
        "least, for every scale that the weights are consistent with. Failed: more is lost for certain than the factor that counts as a loss "
        "(--most). Warned: more than chance does to a network of this depth and these widths, and the gains are not those of symcheck gain. "
        "Where only some layers are predicted, it fails only if the measured totals are lost too. Skipped: weights that are not independent, "
        "or whose entries have longer tails than normal ones while the measured totals are kept.",
        "A library's default layer under an activation that it was not made for; fan_out for fan_in; a gain left out or used twice.",
        "The gain in the diagnosis: weights of variance gain^2/fan_in. symcheck gain ACTIVATION tells where it comes from.",
    ),
    "model.forward": (
        "observed",
        "The second moment of the last layer's inputs beside the first one's, and what is predicted of it. A change beyond "
        "--most, times what chance does, is a failure whether it was predicted or not.",
        "Branches that add up without being scaled; layers without a normalization; weights that are too small or too large.",
        "Scale the branches, or look at the layer that is named.",
    ),
    "model.backward": (
        "observed",
        "The squared norm of the gradient at the first layer's inputs beside that at the last one's, and what is predicted of it. A change "
        "beyond --most, times what chance does, is a failure whether it was predicted or not.",
        "Weights that are too small, saturated units; random biases may hide it forward.",
        "Look at the layer that is named.",
    ),
    "model.separation": (
        "observed",
        "How far two inputs are apart at the last layer beside the first, relative to their size, and what the map of correlations of wide "
        "layers predicts.",
        "Weights so small, or biases so large, that all inputs look alike.",
        "The gain in the diagnosis of model.gain; biases that start at zero.",
    ),
    "model.units": (
        "observed",
        "Values near a limit of their activation, and units of a rectifier that are 0 on all samples: on every input where the signs of their "
        "weights say so.",
        "Weights that are too large; inputs that are not normalized; weights of one sign.",
        "Normalize the inputs; draw weights of both signs.",
    ),
    "model.passage_forward": (
        "statistical",
        "Whether each layer passes the signal as independent weights of its size do: |W u|^2 / |W|^2 is Beta(m/2, m (n-1)/2) for normal "
        "entries, whatever the input. What is predicted rests on it.",
        "Weights with a mean, equal rows, weights that are trained already.",
        "symcheck check tells more of the weights themselves.",
    ),
    "model.passage_backward": (
        "statistical",
        "The same of the gradient, given what the weights did forward.",
        "Weights with a mean, equal columns, weights that are trained already.",
        "symcheck check tells more of the weights themselves.",
    ),
    "model.first_loss": (
        "observed",
        "The loss before training beside that of a network that knows nothing: ln(classes), or the variance of the targets.",
        "A last layer that is too large.",
        "Make the last layer small; zero is fine.",
    ),
    "model.reached": (
        "observed",
        "Whether the gradient of every trainable parameter is other than zero, at once or after a few steps: behind a factor that starts at "
        "zero it comes late, and that is no fault.",
        "Layers that are never used, detached branches, units that are all dead.",
        "symcheck reach decides whether they ever move.",
    ),
}


def explain_signal(name: str) -> str:
    """What is known of a finding, in paragraphs.

    Raises:
        SymcheckError: no such finding.
    """
    if name not in _TEXTS:
        hint = did_you_mean(name, _TEXTS) or f"; there are {listed(_TEXTS)}"
        raise SymcheckError(f"no check is named {name!r}{hint}")
    grade, looks_at, causes, remedy = _TEXTS[name]
    paragraphs = [looks_at, f"Usual causes of a failure: {causes}", f"What to try: {remedy}"]
    return "\n\n".join([f"{name}   grade: {grade}", *(fill(text, 80) for text in paragraphs)])


def signal_findings() -> list[tuple[str, str]]:
    """Each finding about a signal with what it looks at."""
    return [(name, text[1]) for name, text in _TEXTS.items()]
