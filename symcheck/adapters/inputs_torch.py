"""What a torch model is fed: drawn like an example that the user gave, or by the sizes of its first layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator

from symcheck.adapters.calls_torch import ModelCall, as_call
from symcheck.adapters.configured_torch import from_configuration
from symcheck.errors import SubjectError, an
from symcheck.reachability.points import bits, is_mask, may_be_mask, sample_scales
from symcheck.texts import describe, type_name
from symcheck.types import Array

#: Samples and positions where nothing says how many.
_SAMPLES, _LENGTH = 8, 6
#: Images are tried at these sizes, the smallest first.
_SIZES = (1, 2, 3, 4, 5, 7, 8, 11, 16, 24, 32, 64, 96, 128, 224, 299)
#: Ids that one batch holds at most so that a table is covered.
_MOST_IDS = 4096


@dataclass(frozen=True)
class Feed:
    """Batches for a model.

    Attributes:
        draw: a fresh batch.
        told: in words, what is drawn.
        farther: the same with numbers so many times as large, where they may be.
        fixed: whether some of it is the same in every batch.
    """

    draw: Callable[[Generator], ModelCall]
    told: str
    farther: Callable[[float], Feed] | None = None
    fixed: bool = False


def like(
    example: ModelCall, tables: Mapping[int, int], given: str, *, within: bool = False, factor: float = 1.0
) -> Feed:
    """Batches like an example: normal numbers for floats, all ids of the table that they are looked up in, the rest as it is.

    Args:
        tables: from the place of a tensor in the example to the number of rows of its table.
        given: where the example is from.
        within: whether floats are to stay between the least and the largest of the example, as those of images must for some models.
        factor: on all that is drawn otherwise.
    """
    several = len(example.tensors) > 1
    drawn_anew = [t.is_floating_point() and not (several and _is_mask(t)) and _finite(t) for t in example.tensors]
    # What comes first is no mask: ones then stand for a shape.
    masks = [
        place > 0 and drawn and may_be_mask(_numbers(t))
        for place, (t, drawn) in enumerate(zip(example.tensors, drawn_anew, strict=True))
    ]

    def draw(rng: Generator) -> ModelCall:
        scales = sample_scales(rng, max((len(t) for t in example.tensors if t.ndim), default=1))
        places = iter(range(len(example.tensors)))

        def fresh(tensor: torch.Tensor) -> torch.Tensor:
            place = next(places)
            rows = tables.get(place)
            if rows is not None:
                ids = rng.permuted(torch.arange(tensor.numel()).numpy() % rows)
                if tensor.numel() < rows:
                    ids = rng.choice(rows, tensor.numel(), replace=False)
                return torch.as_tensor(ids, dtype=tensor.dtype, device=tensor.device).reshape(tensor.shape)
            if masks[place]:
                return torch.as_tensor(bits(tuple(tensor.shape), rng), device=tensor.device)
            if drawn_anew[place] and within:
                drawn = rng.uniform(float(tensor.min()), float(tensor.max()), tuple(tensor.shape))
                return torch.as_tensor(drawn, dtype=torch.float64, device=tensor.device)
            if drawn_anew[place]:
                drawn = rng.standard_normal(tuple(tensor.shape)) * (_spread(tensor) * factor)
                drawn = (drawn.T * scales[: len(drawn)]).T if tensor.ndim else drawn * scales[0]
                return torch.as_tensor(drawn, dtype=torch.float64, device=tensor.device)
            return tensor

        return example.mapped(fresh)

    kinds = [
        f"ids below {tables[i]:,} {tuple(t.shape)}" if i in tables
        else f"ones and zeros {tuple(t.shape)}" if masks[i]
        else f"numbers from {float(t.min()):.3g} to {float(t.max()):.3g} {tuple(t.shape)}" if drawn_anew[i] and within
        else f"normal numbers {tuple(t.shape)}" if drawn_anew[i]
        else f"{str(t.dtype).removeprefix('torch.')} as given {tuple(t.shape)}"
        for i, t in enumerate(example.tensors)
    ]  # fmt: skip
    fixed = not all(drawn or place in tables for place, drawn in enumerate(drawn_anew))
    told = f"{', '.join(kinds) or 'no tensors'}; {given}"
    if within or not any(drawn_anew):
        return Feed(draw, told, None, fixed)
    return Feed(draw, told, lambda times: like(example, tables, given, factor=factor * times), fixed)


def candidates(model: torch.nn.Module) -> Iterator[tuple[ModelCall, str]]:
    """Calls that may fit a model about which nothing is said, the likeliest first, each with where it is from."""
    yield from from_configuration(model)
    own = getattr(model, "dummy_inputs", None)
    if isinstance(own, Mapping):
        yield as_call(own), "the model's dummy_inputs"
    example = getattr(model, "example_input_array", None)
    if isinstance(example, torch.Tensor):
        yield as_call(example), "the model's example_input_array"
    for path, module in model.named_modules():
        found = list(_for_layer(module))
        if found:
            where = f"the sizes of its first layer, {type(module).__name__} {path}".rstrip()
            yield from ((call, where) for call in found)
            return


def not_found(model: torch.nn.Module, error: BaseException | None) -> SubjectError:
    """Nothing that was tried fits."""
    reason = f": {describe(error)}" if error is not None else ""
    return SubjectError(
        f"no inputs were found that {an(type_name(model))} takes{reason}; hand over an example batch beside the model"
    )


def _for_layer(module: torch.nn.Module) -> Iterator[ModelCall]:
    nn = torch.nn
    if isinstance(module, nn.Embedding | nn.EmbeddingBag):
        samples = max(_SAMPLES, -(-min(module.num_embeddings, _MOST_IDS) // _LENGTH))
        ids = torch.arange(samples * _LENGTH).reshape(samples, _LENGTH) % module.num_embeddings
        yield ModelCall((ids,))
    elif isinstance(module, nn.Linear):
        for between in ((), (_LENGTH,)):
            yield ModelCall((torch.randn(_SAMPLES, *between, module.in_features),))
    elif isinstance(module, nn.modules.conv._ConvNd):
        dimensions = len(module.kernel_size)
        # Where an image is smaller than the kernel and padded, some of the kernel meets padding alone.
        extent = max(d * (k - 1) + 1 for k, d in zip(module.kernel_size, module.dilation, strict=True))
        for size in sorted(_SIZES, key=lambda size: size < extent):
            yield ModelCall((torch.randn(_SAMPLES, module.in_channels, *[size] * dimensions),))
    elif isinstance(module, nn.RNNBase):
        yield ModelCall((torch.randn(_SAMPLES, _LENGTH, module.input_size),))
    elif isinstance(module, nn.MultiheadAttention):
        one = torch.randn(_SAMPLES, _LENGTH, module.embed_dim)
        yield ModelCall((one,))
        yield ModelCall((one, one))
        yield ModelCall((one, torch.randn(_SAMPLES, _LENGTH, module.kdim), torch.randn(_SAMPLES, _LENGTH, module.vdim)))
    elif isinstance(module, nn.LayerNorm):
        yield ModelCall((torch.randn(_SAMPLES, *module.normalized_shape),))
        yield ModelCall((torch.randn(_SAMPLES, _LENGTH, *module.normalized_shape),))
    elif isinstance(module, nn.modules.batchnorm._BatchNorm):
        for dimensions in range(4):
            yield ModelCall((torch.randn(_SAMPLES, module.num_features, *[_LENGTH] * dimensions),))


def _finite(tensor: torch.Tensor) -> bool:
    return tensor.numel() > 0 and bool(torch.isfinite(tensor).all())


def _is_mask(tensor: torch.Tensor) -> bool:
    return is_mask(_numbers(tensor))


def _numbers(tensor: torch.Tensor) -> Array:
    return np.asarray(tensor.detach().double().cpu().numpy())


def _spread(tensor: torch.Tensor) -> float:
    size = float(tensor.detach().double().square().mean().sqrt()) if tensor.numel() else 0.0
    return size or 1.0
