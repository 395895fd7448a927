"""torch: in-place initializers on tensors, and ``Sequential`` stacks of Linear and activations."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch.nn.utils import parametrize

from symcheck.adapters.base import Adapter, NetworkParts, pairs_that_share
from symcheck.adapters.held import AdaptedParameter
from symcheck.adapters.parameters_torch import held_by
from symcheck.errors import SubjectError, an
from symcheck.laws.libraries import LIBRARY_LAWS
from symcheck.types import Array

_LAWS = LIBRARY_LAWS["torch"]
_ACTIVATIONS = {
    "ReLU": "relu",
    "GELU": "gelu",
    "SiLU": "silu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Softsign": "softsign",
}


class TorchAdapter(Adapter):
    """torch."""

    draws = True

    def known_law(self, name: str, **bound: Any) -> str | None:
        """The documented law of a function of ``torch.nn.init``, with the arguments bound to it."""
        if not bound:
            return _LAWS.get(name)
        if name == "normal_" and set(bound) <= {"mean", "std"}:
            return f"normal({bound.get('std', 1.0)}, {bound.get('mean', 0.0)})"
        if name == "uniform_" and set(bound) <= {"a", "b"}:
            return f"uniform({bound.get('a', 0.0)}, {bound.get('b', 1.0)})"
        if name == "trunc_normal_" and set(bound) <= {"std", "a", "b"}:
            return f"truncated_normal({bound.get('std', 1.0)}, {bound.get('a', -2.0)}, {bound.get('b', 2.0)})"
        if name == "sparse_" and set(bound) <= {"sparsity", "std"}:
            return f"sparse({bound['sparsity']}, {bound.get('std', 0.01)})"
        if name == "constant_" and set(bound) == {"val"}:
            return f"constant({bound['val']})"
        if set(bound) == {"gain"} and name in ("xavier_normal_", "xavier_uniform_", "orthogonal_"):
            return f"{_LAWS[name]}(gain={bound['gain']})" if name != "orthogonal_" else f"orthogonal({bound['gain']})"
        if name.startswith("kaiming_") and set(bound) == {"mode"}:
            return f"{_LAWS[name]}(mode={bound['mode']})"
        return None

    def stands_for(self, obj: Any) -> Any:
        """The function behind a deprecated alias of ``torch.nn.init`` (``kaiming_normal``, without the underscore)."""
        name = getattr(obj, "__name__", "")
        if getattr(obj, "__module__", "") != torch.nn.init.__name__ or name.endswith("_"):
            return obj
        return getattr(torch.nn.init, f"{name}_", obj)

    def draws_nothing(self, obj: Any) -> str | None:
        """Why an object beside the initializers is none."""
        return "gives the gain of an activation and draws nothing" if obj is torch.nn.init.calculate_gain else None

    def to_numpy(self, obj: Any) -> tuple[Array, str] | None:
        """The values of a tensor with its dtype's name; bfloat16 and the types of 8 bits become float32, exactly."""
        if not isinstance(obj, torch.Tensor):
            return None
        tensor = obj.detach().cpu()
        name = str(tensor.dtype).removeprefix("torch.")
        narrow = tensor.dtype == torch.bfloat16 or (tensor.is_floating_point() and tensor.element_size() == 1)
        array = (tensor.float() if narrow else tensor).resolve_conj().resolve_neg().numpy()
        return np.array(array), name

    def of_array(self, array: Array) -> torch.Tensor:
        """A tensor."""
        return torch.as_tensor(array)

    def has_parameters(self, obj: Any) -> bool:
        """Whether the object is a module."""
        return isinstance(obj, torch.nn.Module)

    def parameters(self, model: torch.nn.Module) -> list[AdaptedParameter]:
        """Every parameter of every module."""
        return held_by(model)

    def storage(self, array: Any) -> Hashable | None:
        """Where a tensor's entries lie, and in which steps; of one without memory of its own the tensor itself."""
        if not isinstance(array, torch.Tensor):
            return None
        if array.layout is not torch.strided or not array.numel() or not array.data_ptr():
            return id(array)
        # Sorted, so that a transposed view lies where the tensor itself does.
        steps = sorted(zip(array.stride(), array.shape, strict=True))
        return (str(array.device), array.data_ptr(), array.dtype, tuple(steps))

    def seed(self, n: int) -> None:
        """Seed the global generator."""
        torch.manual_seed(n)

    def save_state(self) -> Any:
        """The global generator's state."""
        return torch.random.get_rng_state()

    def restore_state(self, state: Any) -> None:
        """Put the global generator back."""
        torch.random.set_rng_state(state)

    def zoo(self) -> torch.nn.Module:
        """One of each layer."""
        from symcheck.adapters.zoo_torch import Zoo

        return Zoo()

    def layers(self, model: torch.nn.Module) -> dict[str, torch.nn.Module]:
        """The layers that have parameters of their own."""
        return {name: m for name, m in model.named_modules() if list(m.parameters(recurse=False))}

    @contextmanager
    def poisoned(self) -> Iterator[None]:
        """``torch.empty`` and its kin give NaN, by torch's own ``fill_uninitialized_memory``."""
        before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
        filled = torch.utils.deterministic.fill_uninitialized_memory
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.utils.deterministic.fill_uninitialized_memory = True
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(before[0], warn_only=before[1])
            torch.utils.deterministic.fill_uninitialized_memory = filled

    def target(self, shape: tuple[int, ...], poison: float) -> torch.Tensor:
        """A float32 tensor for an in-place initializer, filled with ``poison``."""
        return torch.full(shape, poison, dtype=torch.float32)

    def is_network(self, obj: Any) -> bool:
        """Whether the object is a module."""
        return isinstance(obj, torch.nn.Module)

    def is_model_class(self, obj: Any) -> bool:
        """Whether the object is a module class."""
        return isinstance(obj, type) and issubclass(obj, torch.nn.Module)

    def is_factory(self, obj: Any) -> bool:
        """Whether the object is a module class, to be built without arguments."""
        return self.is_model_class(obj)

    def network(self, model: torch.nn.Module) -> NetworkParts:
        """Read a ``Sequential`` (possibly nested) of Linear and activations.

        Raises:
            SubjectError: a module that is neither.
        """
        parts = NetworkParts([], [], [])
        pending: list[str] = []
        trained: list[list[torch.Tensor]] = []
        for path, module in _leaves(model, ""):
            kind = type(module).__name__
            if isinstance(module, torch.nn.Linear):
                _refuse_changed(module, path)
                if parts.weights:
                    parts.activations.append(_one(pending, path))
                pending = []
                parts.weights.append(_values(module.weight, f"{path}.weight"))
                parts.biases.append(None if module.bias is None else _values(module.bias, f"{path}.bias"))
                trained.append([module.weight] if module.bias is None else [module.weight, module.bias])
            elif kind in ("Identity", "Flatten"):
                continue
            elif kind in ("Dropout", "AlphaDropout", "FeatureAlphaDropout"):
                if module.p > 0:
                    parts.notes.append(f"{path} is {kind}: its masks separate tied units; judged without it")
            elif kind in ("Softmax", "LogSoftmax"):
                pending.append("softmax")
            else:
                pending.append(_activation(module, path))
        if not parts.weights:
            raise SubjectError(f"{type(model).__name__} has no Linear layer that symcheck can read")
        if pending == ["softmax"]:
            parts.head = "softmax"
        if parts.activations and "softmax" in parts.activations:
            raise SubjectError("a softmax between hidden layers is not an elementwise activation")
        parts.shared = pairs_that_share(trained, _same_memory)
        return parts


ADAPTER = TorchAdapter()


def _same_memory(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a is b or (a.data_ptr() == b.data_ptr() != 0 and a.device == b.device)


def _refuse_changed(module: torch.nn.Module, path: str) -> None:
    kind = type(module).__name__
    if parametrize.is_parametrized(module):
        raise SubjectError(f"module {path} is parametrized: what it trains are not the weights it computes with")
    if type(module).forward is not torch.nn.Linear.forward:
        raise SubjectError(f"module {path} is {an(kind)} with a forward of its own, which symcheck cannot read")
    if isinstance(module.weight, torch.nn.parameter.UninitializedParameter):
        raise SubjectError(f"module {path} has no weights yet: call the model once with a batch")


def _values(parameter: torch.Tensor, path: str) -> Array:
    if parameter.device.type == "meta":
        raise SubjectError(f"{path} is on the meta device: it has no values yet")
    converted = ADAPTER.to_numpy(parameter)
    assert converted is not None
    return converted[0]


def _leaves(module: torch.nn.Module, path: str) -> list[tuple[str, torch.nn.Module]]:
    if not isinstance(module, torch.nn.Sequential):
        children = list(module.children())
        if children and not isinstance(module, torch.nn.Linear):
            raise SubjectError(
                f"{f'module {path}' if path else 'the model'} is {an(type(module).__name__)}: only Sequential stacks of Linear and "
                "elementwise activations can be read as a network"
            )
        return [(path or type(module).__name__, module)]
    if type(module).forward is not torch.nn.Sequential.forward:
        raise SubjectError(
            f"{f'module {path}' if path else 'the model'} is {an(type(module).__name__)} with a forward of its own: "
            "only plain Sequential stacks can be read as a network"
        )
    # named_children leaves a module out when it comes a second time, and the network would be read as a shorter one.
    children_of = zip(module._modules, module, strict=True)
    return [leaf for name, child in children_of for leaf in _leaves(child, f"{path}.{name}".strip("."))]


#: Of the activations of torch those that no unit computes for itself, or that draw.
_COUPLED = {
    "GLU": "multiplies one half of the units by the other",
    "Softmin": "couples the units",
    "Softmax2d": "couples the units",
    "RReLU": "draws a slope for each unit",
}


def _activation(module: torch.nn.Module, path: str) -> str:
    kind = type(module).__name__
    if kind == "LeakyReLU":
        return f"leaky_relu({module.negative_slope})"
    if kind == "ELU":
        return f"elu({module.alpha})"
    if kind == "Softplus" and (module.beta != 1):
        return "any"
    if kind in _ACTIVATIONS:
        return _ACTIVATIONS[kind]
    if kind in _COUPLED:
        raise SubjectError(f"module {path} is {an(kind)}, which {_COUPLED[kind]}: that is no elementwise activation")
    if list(module.parameters()) or type(module).__module__.split(".")[-1] != "activation":
        raise SubjectError(
            f"module {path} is {an(kind)}, which is neither Linear nor an elementwise activation symcheck knows"
        )
    return "any"


def _one(pending: list[str], path: str) -> str:
    if len(pending) > 1:
        return "any"
    return pending[0] if pending else "identity"
