"""Which adapter makes a differentiable model of what the user has; no library is imported that the user's has not."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from numpy.random import Generator

from symcheck.errors import SubjectError, an
from symcheck.network import Network
from symcheck.reachability.model import Differentiable
from symcheck.texts import describe, type_name


def differentiable(model: Any, inputs: Any) -> Differentiable:
    """A model whose gradients can be asked for.

    Raises:
        SubjectError: it is none, or does not take the inputs, or none were found that it takes, or the function that draws them raises.
    """
    kind = kind_of(model)
    inputs = guarded(inputs)
    if kind == "keras":
        from symcheck.adapters.reach_keras import KerasModel

        return KerasModel(model, inputs)
    if kind == "torch":
        from symcheck.adapters.reach_torch import TorchModel

        return TorchModel(model, inputs)
    if kind == "linen":
        from symcheck.adapters.reach_linen import LinenModel

        module, variables = model if isinstance(model, tuple) else (model, None)
        return LinenModel(module, variables, inputs)
    if kind == "nnx":
        from symcheck.adapters.reach_nnx import NnxModel

        return NnxModel(model, inputs)
    if kind == "equinox":
        from symcheck.adapters.reach_equinox import EquinoxModel

        return EquinoxModel(model, inputs)
    if kind == "pair":
        function, params = model
        return _function(function, params, inputs)
    raise SubjectError(
        f"{an(type_name(model))} is nothing whose gradients symcheck can ask for: a model of torch, keras, flax or equinox, a pair "
        "of a function and its parameters (jax or autograd), or a symcheck.Network"
    )


def guarded(inputs: Any) -> Any:
    """The same inputs; of a function that draws them, what it raises becomes one sentence."""
    if not callable(inputs) or hasattr(inputs, "shape"):
        return inputs

    def drawn(rng: Generator) -> Any:
        try:
            return inputs(rng)
        except SubjectError:
            raise
        except Exception as error:
            raise SubjectError(f"the given function inputs(rng) raises {describe(error)}") from error

    return drawn


def network_model(network: Network) -> Differentiable:
    """A network, to be experimented on; see `reach_network.network_model`."""
    from symcheck.adapters.reach_network import network_model as made

    return made(network)


def is_model(obj: Any) -> bool:
    """Whether an object is what `differentiable` takes, or a network."""
    return isinstance(obj, Network) or bool(kind_of(obj))


def is_torch(obj: Any) -> bool:
    """Whether an object is a torch module that is no layer of keras."""
    return kind_of(obj) == "torch"


def _function(function: Any, params: Any, inputs: Any) -> Differentiable:
    if has_jax_arrays(params):
        from symcheck.adapters.reach_jax import JaxModel

        return JaxModel(function, params, inputs)
    from symcheck.adapters.reach_autograd import AutogradModel

    return AutogradModel(function, params, inputs)


def kind_of(obj: Any) -> str:
    """``keras``, ``torch``, ``linen``, ``nnx``, ``equinox``, ``pair`` of a function and its parameters, or "" for anything else."""
    if _is(obj, "keras", "Layer"):
        return "keras"
    if _is(obj, "torch.nn", "Module"):
        return "torch"
    if _is(obj, "flax.linen", "Module"):
        return "linen"
    if _is(obj, "flax.nnx", "Module"):
        return "nnx"
    if _is(obj, "equinox", "Module"):
        return "equinox"
    if isinstance(obj, tuple) and len(obj) == 2:
        if _is(obj[0], "flax.linen", "Module") and isinstance(obj[1], Mapping) and "params" in obj[1]:
            return "linen"
        if callable(obj[0]) and not kind_of(obj[0]) and _is_tree(obj[1]):
            return "pair"
    return ""


def _is_tree(obj: Any) -> bool:
    jax = sys.modules.get("jax")
    return isinstance(obj, Mapping | list | tuple) or (jax is not None and not jax.tree_util.all_leaves([obj]))


def _is(obj: Any, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(obj, kind)


def has_jax_arrays(tree: Any) -> bool:
    """Whether a tree of parameters has arrays of jax's, in any node that is registered there."""
    jax = sys.modules.get("jax")
    return jax is not None and any(isinstance(leaf, jax.Array) for leaf in jax.tree_util.tree_leaves(tree))
