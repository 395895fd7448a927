"""A pass through a torch module with what its layers were fed and gave, by hooks that are taken off again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.random import Generator

from symcheck.adapters.calls_torch import ModelCall, as_call
from symcheck.adapters.reach_torch import TorchModel
from symcheck.adapters.state_torch import lent
from symcheck.errors import SubjectError, SubjectFailure
from symcheck.propagation.arriving import arriving
from symcheck.propagation.ran import ModelPass, Ran
from symcheck.texts import LONGEST_NAME, plain, traced
from symcheck.types import Array, Floats

#: Rows of a layer's inputs that are kept.
_MOST_ROWS = 256
#: Samples of inputs that were found and not given, where one of them has fewer numbers than this.
_SAMPLES, _LARGE = 64, 1 << 14
_LINEAR = (torch.nn.Linear, torch.nn.modules.conv._ConvNd)


def run_torch(model: torch.nn.Module, inputs: Any, rng: Generator) -> ModelPass:
    """One pass in float64 (float32 where that is refused), in evaluation mode but for batch normalization.

    Raises:
        SubjectFailure: the model raises.
        SubjectError: inputs that it does not take, no differentiable output, or no Linear or convolution that was called.
    """
    adapted = TorchModel(model, inputs)
    if inputs is None:
        call = _unit(adapted.batch(rng), rng)
    else:
        call = as_call(inputs(rng) if callable(inputs) and not isinstance(inputs, torch.Tensor) else inputs)
    shapes = ", ".join(str(tuple(t.shape)) for t in call.tensors)
    if any(not t.numel() for t in call.tensors):
        raise SubjectError(f"the inputs {shapes} hold no numbers")
    told = (
        f"normal numbers {shapes}"
        if inputs is None and all(t.is_floating_point() for t in call.tensors)
        else (adapted.fed if inputs is None else f"the given inputs {shapes}")
    )
    dtype = torch.float64 if adapted.eps < 1e-10 else torch.float32
    names = {id(module): name for name, module in model.named_modules()}
    seen: list[tuple[Any, torch.Tensor, torch.Tensor]] = []

    def note(module: Any, args: tuple[Any, ...], output: Any) -> torch.Tensor | None:
        if args and isinstance(args[0], torch.Tensor) and isinstance(output, torch.Tensor):
            # A copy, so that what is done to the output in place is not seen here.
            watched = output.clone()
            if not watched.requires_grad and not watched.is_inference():
                # Behind frozen layers nothing else asks for a gradient.
                watched.requires_grad_()
            seen.append((module, args[0], watched))
            return watched.clone()
        return None

    hooks = [m.register_forward_hook(note) for m in model.modules() if isinstance(m, _LINEAR) or _is_transposed(m)]
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    try:
        with lent(model, {}, dtype):
            fed = call.mapped(lambda t: t.to(dtype) if t.is_floating_point() else t)
            outputs: list[torch.Tensor] = []
            _collect(_given(model, fed), outputs)
            if not outputs:
                raise SubjectError("the model gives nothing that has a gradient")
            if not seen:
                raise SubjectError(
                    "no Linear or convolution was called: there are no layers to follow a signal through"
                )
            for module, h, z in seen:
                if not (h.numel() and z.numel()):
                    name = plain(names.get(id(module), ""), LONGEST_NAME)
                    raise SubjectError(
                        f"{name or type(module).__name__} takes or gives no numbers: shapes {tuple(h.shape)} and {tuple(z.shape)}"
                    )
            against = [torch.as_tensor(rng.standard_normal(tuple(one.shape))).to(one) for one in outputs]
            gradients = _gradients(outputs, [*(z for _, _, z in seen), *(p for _, p in named)], against)
            uses = Counter(id(m.weight) for m, _, _ in seen)
            held = Counter(id(p) for m in model.modules() for p in m._parameters.values() if p is not None)
            layers = [
                _ran(names.get(id(m), ""), m, h, z, g, uses[id(m.weight)] == 1 == held[id(m.weight)])
                for (m, h, z), g in zip(seen, gradients[: len(seen)], strict=True)
            ]
            output = outputs[0]
            given = _array(output.reshape(len(output), -1) if output.ndim > 1 else output.reshape(-1, 1))
    finally:
        for hook in hooks:
            hook.remove()

    def again(values: list[Floats]) -> list[Array | None]:
        moved = {p: torch.tensor(v, dtype=dtype, device=p.device) for (_, p), v in zip(named, values, strict=True)}
        with lent(model, moved, dtype):
            found: list[torch.Tensor] = []
            _collect(_given(model, fed), found)
            return [
                None if g is None else _array(g.to_dense()) for g in _gradients(found, [p for _, p in named], against)
            ]

    trained = [plain(name, LONGEST_NAME) for name, _ in named]
    start = [np.asarray(_array(p)) for _, p in named]
    unreached, late = arriving(
        trained, start, [None if g is None else _array(g.to_dense()) for g in gradients[len(seen) :]], again
    )
    followed = {id(module) for module, _, _ in seen}
    return ModelPass(layers, given, trained, unreached, told, late, _not_followed(model, followed))


def _not_followed(model: torch.nn.Module, followed: set[int]) -> list[str]:
    """What has weights of its own beside the layers that were seen; no tables and normalizations."""
    found: list[str] = []
    # What a layer's weight is made of belongs to it.
    within = tuple(f"{path}." for path, module in model.named_modules() if path and id(module) in followed)
    for path, module in model.named_modules():
        own = [name for name, p in module.named_parameters(recurse=False) if sum(n > 1 for n in p.shape) > 1]
        kind = type(module).__name__
        if not own or id(module) in followed or "Embedding" in kind or "Norm" in kind or path.startswith(within):
            continue
        if type(module).__module__.startswith("torch.nn.") and path:
            found.append(plain(f"{path} ({kind})", LONGEST_NAME))
            within += (f"{path}.",)
        else:
            found += [plain(f"{path}.{name}" if path else name, LONGEST_NAME) for name in own]
    return found


def _given(model: torch.nn.Module, call: ModelCall) -> Any:
    """What the model gives; an exception of its own is its failure."""
    try:
        return model(*call.positional, **(call.keywords or {}))
    except Exception as error:
        raise SubjectFailure(f"raises {traced(error)} when it is called", "raised") from error


def _gradients(
    outputs: list[torch.Tensor], of: list[torch.Tensor], against: list[torch.Tensor]
) -> list[torch.Tensor | None]:
    """None for what nothing depends on, as for what was computed in inference mode."""
    asked = [t for t in of if t.requires_grad]
    try:
        found = iter(torch.autograd.grad(outputs, asked, against, allow_unused=True))
    except Exception as error:
        raise SubjectFailure(f"raises {traced(error)} when gradients are asked for", "raised") from error
    return [next(found) if t.requires_grad else None for t in of]


def _unit(call: ModelCall, rng: Generator) -> ModelCall:
    """Normal numbers of variance 1, of more samples where nothing else comes with them."""
    alone = all(t.is_floating_point() and t.ndim for t in call.tensors)

    def fresh(tensor: torch.Tensor) -> torch.Tensor:
        if not tensor.is_floating_point():
            return tensor
        shape = (
            (max(_SAMPLES, len(tensor)), *tensor.shape[1:]) if alone and tensor[0].numel() < _LARGE else tensor.shape
        )
        return torch.as_tensor(rng.standard_normal(tuple(shape)), device=tensor.device)

    return call.mapped(fresh)


def _ran(
    name: str, module: Any, inputs: torch.Tensor, outputs: torch.Tensor, gradient: torch.Tensor | None, alone: bool
) -> Ran:
    transposed = _is_transposed(module)
    dense = transposed or isinstance(module, torch.nn.Linear)
    weight = module.weight.T if transposed else module.weight
    below = None
    if gradient is not None:
        below = gradient @ weight if dense else _through(module, inputs, gradient)
    # A transposed convolution has its inputs first, and of these the groups.
    matrix = weight if dense or not module.transposed else _outputs_first(weight, module.groups)
    kept = [None if t is None else _rows(t, dense) for t in (inputs, outputs, gradient, below)]
    h, z, dz, dh = kept
    assert h is not None
    assert z is not None
    bias = None if module.bias is None else _array(module.bias)
    return Ran(
        plain(name or type(module).__name__, LONGEST_NAME),
        plain(type(module).__name__, LONGEST_NAME),
        _array(matrix.reshape(len(matrix), -1)),
        bias,
        h,
        z,
        dz,
        dh,
        transposed or (dense and type(module).forward is torch.nn.Linear.forward),
        alone,
        1 if dense else int(np.prod(module.kernel_size)),
        1.0 if dense else _coverage(module, inputs),
    )


def _outputs_first(weight: torch.Tensor, groups: int) -> torch.Tensor:
    """From (inputs, outputs of a group, ...) to (outputs, inputs of a group, ...)."""
    cut = weight.reshape(groups, -1, *weight.shape[1:]).transpose(1, 2)
    return cut.reshape(-1, *cut.shape[2:])


def _coverage(module: Any, inputs: torch.Tensor) -> float:
    """The part of a kernel that meets inputs, mean over the outputs: a convolution of ones tells."""
    if module.padding_mode != "zeros":
        return 1.0
    one = torch.ones(1, 1, *inputs.shape[-len(module.kernel_size) :], dtype=torch.float64)
    kernel = torch.ones(1, 1, *module.kernel_size, dtype=torch.float64)
    name = f"conv{'_transpose' if module.transposed else ''}{len(module.kernel_size)}d"
    more = {"output_padding": module.output_padding} if module.transposed else {}
    met = getattr(torch.nn.functional, name)(
        one, kernel, None, module.stride, module.padding, dilation=module.dilation, **more
    )
    return float(met.mean() / kernel.numel())


def _is_transposed(module: Any) -> bool:
    """Whether it is a dense layer with weights (in, out), which `transformers` calls Conv1D."""
    return type(module).__name__ == "Conv1D" and type(module).__module__.startswith("transformers.")


def _through(module: Any, inputs: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """The gradient at a convolution's inputs that comes through it."""
    again = inputs.detach().requires_grad_()
    return torch.autograd.grad(type(module).forward(module, again), again, gradient)[0]


def _rows(tensor: torch.Tensor, dense: bool) -> Array:
    """Samples by numbers; of a dense layer that is called on positions each of them is a sample."""
    flat = tensor.reshape(-1, tensor.shape[-1]) if dense else tensor.reshape(len(tensor), -1)
    return _array(flat[:_MOST_ROWS])


def _array(tensor: torch.Tensor) -> Array:
    return np.asarray(tensor.detach().double().cpu().numpy())


def _collect(output: Any, found: list[torch.Tensor]) -> None:
    """The differentiable tensors of an output, at any depth, each once."""
    if isinstance(output, torch.Tensor):
        if output.is_floating_point() and output.requires_grad and not any(output is one for one in found):
            found.append(output)
        return
    for part in output.values() if isinstance(output, Mapping) else output if isinstance(output, tuple | list) else ():
        _collect(part, found)
