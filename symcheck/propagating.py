"""`symcheck.gain` and `symcheck.signal`: the doors to what layers do to a signal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator

from symcheck import adapters
from symcheck.activations import Activation
from symcheck.adapters.differentiable import differentiable, guarded, has_jax_arrays, kind_of
from symcheck.adapters.trees import mapped
from symcheck.errors import SubjectError, SymcheckError, an, counted
from symcheck.network import HEADS, Network
from symcheck.propagation.chain import run_network
from symcheck.propagation.findings import report_of
from symcheck.propagation.gains import Gain, gain_of, named_gain
from symcheck.propagation.ran import ModelPass
from symcheck.propagation.signal import Build, Signal, judged, kept
from symcheck.subjects.find import find, made
from symcheck.subjects.seeding import Seeded
from symcheck.texts import exact_text, type_name
from symcheck.types import Floats

#: The default false-alarm rate, and the factor over the depth beyond which a signal counts as lost.
ALPHA, MOST = 1e-9, 1000.0
#: Samples where nothing says how many, and builds that are looked at of what builds models.
_SAMPLES, _DRAWS = 64, 4
_KINDS = {"keras": "Dense"}


def gain(activation: str | Activation | Callable[[Any], Any]) -> Gain:
    """The factor g with g^2 E[sigma(z)^2] = 1 for z ~ N(0, 1), by quadrature and in closed form, beside what libraries recommend.

    Args:
        activation: a name such as ``"tanh"`` or ``"leaky_relu(0.2)"``, a function of arrays, of tensors or of numbers, or where
            one is: ``"FILE.py:function"``, ``"torch.nn.functional:gelu"``.

    Raises:
        SymcheckError: no such activation, a function that is not elementwise or not finite, or one that has no gain.
        SubjectFailure: the function raises.
    """
    if isinstance(activation, Activation):
        return named_gain(activation.name)
    if isinstance(activation, str) and ":" not in activation:
        return named_gain(exact_text(activation))
    from symcheck.subjects.elementwise import as_elementwise, elementwise

    if isinstance(activation, str):
        found = elementwise(exact_text(activation))
    else:
        found = as_elementwise(activation, getattr(activation, "__name__", type(activation).__name__))
    return gain_of(found.function, found.name, eps=found.eps, called_as=found.called_as)


def signal(
    model: Any,
    inputs: Any = None,
    head: str = "",
    *,
    gain: float | str | None = None,
    draws: int | None = None,
    seed: int | None = None,
    most: float = MOST,
    false_alarm: float = ALPHA,
    progress: Callable[[int, int], None] | None = None,
) -> Signal:
    """Whether the signal survives the depth of a model at its initialization, forward and backward.

    Args:
        model: a `symcheck.Network`, a torch module, a keras model, a perceptron of scikit-learn, a module of flax (linen: alone or as ``(module, variables)``) or equinox, a pair ``(function, params)`` of jax whose function is called as ``f(params, *inputs)``, a function that builds one of these, alone or as ``(model, inputs)``, or the name of such a function.
        inputs: an example batch, or a callable ``inputs(rng)``; None for what the model takes, normal numbers.
        head: ``softmax`` where the loss is cross-entropy; "" for what the model says of itself, else ``linear``.
        gain: that every hidden layer is to have, a number or the name of an activation; None for those that lose least.
        draws: how many builds are looked at where there is what builds them; None for 4. One that is there already is looked at once.
        seed: of the inputs that are drawn, and of every global generator while the model is built; None for a fresh one, which the
            report says.
        most: the factor over the depth, beyond what the best gains lose, at which the signal counts as lost.
        false_alarm: the chance that gains which are as asked for, or independent normal weights, are called otherwise.
        progress: is told how many builds have been looked at, and of how many.

    Raises:
        SymcheckError: no such model, no inputs that it takes, or no layers to follow a signal through.
        SubjectFailure: what builds the model raises.
    """
    if head not in (*HEADS, ""):
        raise SymcheckError(f"head must be linear or softmax, not {head!r}")
    if seed is not None and not 0 <= seed < 2**63:
        raise SymcheckError(f"a seed is a whole number from 0 on, not {seed!r}")
    if not most > 1 or not 0 < false_alarm < 1 or (draws is not None and draws < 1):
        raise SymcheckError("most is a factor above 1, false_alarm a chance between 0 and 1, draws a number from 1 on")
    asked = _asked(gain)
    build, name, model = _builder(model)
    seed = int(np.random.default_rng().integers(2**31)) if seed is None else seed
    rng = np.random.default_rng(seed)
    builds: list[Build] = []
    library, found_head, fixed = None, "linear", False
    number = (draws or _DRAWS) if build is not None else 1
    for i in range(number):
        if build is None:
            built, own = _taken(model)
        else:
            with Seeded(int(rng.integers(2**31))):
                built, own = _taken(build())
        fed = own if inputs is None else inputs
        run, own_head = _run(built, guarded(fed), rng)
        if _all_zero(fed):
            raise SubjectError("the given inputs are all 0: there is no signal in them to follow, hand over others")
        one = kept(run)
        if builds and one.same(builds[0]):
            # What builds the same model again shows nothing new.
            fixed = True
            break
        if builds and not one.like(builds[0]):
            raise SubjectError(f"{name} builds models of different layers; draws=1 looks at one of them")
        builds.append(one)
        library, found_head = _library(built), own_head
        if progress is not None:
            progress(i + 1, number)
    found = judged(
        builds, name, library, head or found_head, gain=asked, alpha=false_alarm, most=most, fixed=fixed, seed=seed
    )
    return replace(found, report=report_of(found))


def _all_zero(inputs: Any) -> bool:
    """Whether there are floats in the inputs, all 0, and nothing besides, such as ids beside a mask that is added."""
    found: list[Any] = []
    if inputs is not None and not (callable(inputs) and not hasattr(inputs, "shape")):
        mapped(inputs, found.append)
    return bool(found) and all("float" in str(getattr(one, "dtype", "")) and not (one != 0).any() for one in found)


def _asked(value: float | str | None) -> float | None:
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        return named_gain(str(value)).gain
    if not 0 < number < float("inf"):
        raise SymcheckError(f"a gain is a positive number or the name of an activation, not {value!r}")
    return number


def _builder(model: Any) -> tuple[Callable[[], Any] | None, str, Any]:
    """What builds the model afresh, or None for one that is there; its name, and the object that is named."""
    if isinstance(model, str):
        text = exact_text(model)
        obj, positional, keywords = find(text)
        if callable(obj) and not _is_model(obj):
            return (lambda: made(obj, text, positional, keywords)), text, obj
        return None, text, obj
    if callable(model) and not _is_model(model):
        name = getattr(model, "__name__", type_name(model))
        return (lambda: made(model, name)), name, model
    return None, "network" if isinstance(model, Network) else type_name(model), model


def _taken(built: Any) -> tuple[Any, Any]:
    """A model and its inputs, where both are there; a pair may also be a model itself."""
    if isinstance(built, tuple) and len(built) == 2 and not kind_of(built) and _is_model(built[0]):
        return built
    return built, None


def _is_model(obj: Any) -> bool:
    if isinstance(obj, type):
        return False
    return isinstance(obj, Network) or bool(kind_of(obj)) or _adapter(obj) is not None


def _adapter(obj: Any) -> adapters.Adapter | None:
    return adapters.first(lambda a: a.is_network(obj) or a.has_parameters(obj))


def _library(model: Any) -> str | None:
    """The library that a model is built on, also one of a user's own class."""
    kind = kind_of(model)
    if not kind:
        return "sklearn" if _adapter(model) is adapters.adapter_of("sklearn") else None
    return {"linen": "flax", "nnx": "flax", "pair": None}.get(kind, kind)


def _run(model: Any, inputs: Any, rng: Generator) -> tuple[ModelPass, str]:
    """One pass, and the head that the model says it has."""
    if isinstance(model, Network):
        return _run_network(model, inputs, rng, "layer"), model.head
    kind = kind_of(model)
    if kind == "torch":
        from symcheck.adapters.signal_torch import run_torch

        return run_torch(model, inputs, rng), "linear"
    adapter = _adapter(model)
    if adapter is not None and kind in ("", "keras"):
        try:
            parts = adapter.network(model)
        except SubjectError:
            if not kind:
                raise
        else:
            network = Network(parts.weights, parts.biases, parts.activations, parts.head)
            called = _KINDS.get(adapters.library_of(model) or "", "layer")
            return _run_network(network, inputs, rng, called), parts.head
    if not kind:
        raise SubjectError(
            f"{an(type_name(model))} is nothing that symcheck can follow a signal through: a model of torch, keras, flax (linen: with "
            "its variables) or equinox, a pair of a function of jax and its parameters, a perceptron of scikit-learn, or a "
            "symcheck.Network"
        )
    return _run_jax(model, inputs, rng, kind), "linear"


def _run_jax(model: Any, inputs: Any, rng: Generator, kind: str) -> ModelPass:
    if kind == "keras" and (backend := sys.modules["keras"].backend.backend()) != "jax":
        raise SubjectError(
            f"a keras model that is no stack of Dense layers is followed on jax, and the backend is {backend}"
        )
    if kind == "pair" and not has_jax_arrays(model[1]):
        raise SubjectError(
            "the parameters beside the function are no arrays of jax, and what another library computes with them is not followed"
        )
    from symcheck.adapters.signal_jax import example, run_jax

    fed = example(model, kind, rng) if inputs is None else inputs
    return run_jax(differentiable(model, fed), fed, rng, kind)


def _run_network(network: Network, inputs: Any, rng: Generator, kind: str) -> ModelPass:
    if any(a.function is None for a in network.activations):
        raise SubjectError("a network of unknown activations passes no signal that could be followed")
    if (broken := network.not_finite()) is not None:
        raise SubjectError(f"the {broken.part} of layer {broken.layer} is not finite")
    batch, told = _batch(inputs, network.sizes[0], rng)
    cotangents = rng.standard_normal((len(batch), network.sizes[-1]))
    return run_network(network, batch, cotangents, told, kind=kind)


def _batch(inputs: Any, features: int, rng: Generator) -> tuple[Floats, str]:
    if inputs is None:
        return rng.standard_normal((_SAMPLES, features)), f"normal numbers ({_SAMPLES}, {features})"
    drawn = callable(inputs)
    given = inputs(rng) if drawn else inputs
    try:
        batch = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise SubjectError(f"the inputs are {an(type_name(given))} and no numbers") from None
    batch = batch.reshape(len(batch), -1) if batch.ndim > 1 else batch
    if batch.ndim != 2 or batch.shape[1] != features or not len(batch):
        raise SubjectError(
            f"the network takes {counted(features, 'input')} a sample, and the inputs have shape {batch.shape}"
        )
    if not np.isfinite(batch).all():
        raise SubjectError("the inputs are not finite")
    return batch, f"what the given function draws {batch.shape}" if drawn else f"the given example {batch.shape}"
