"""A torch module as a differentiable model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import torch
from numpy.random import Generator

from symcheck.adapters.calls_torch import ModelCall, as_call
from symcheck.adapters.inputs_torch import Feed, candidates, like, not_found
from symcheck.adapters.jitter_torch import jittered
from symcheck.adapters.kernels_torch import watched
from symcheck.adapters.lookups_torch import Lookups
from symcheck.adapters.operations_torch import absorber
from symcheck.adapters.state_torch import drawn_by, lent, normalized_by, own_randomness
from symcheck.errors import SubjectError
from symcheck.reachability.model import Trainable
from symcheck.texts import LONGEST_NAME, describe, plain
from symcheck.types import Array, Flags, Floats

#: How many larger images in a row that meet no more of the kernels end the search for one that meets all.
_LARGER = 3
#: Batches by which a model shows that it takes what is drawn.
_DRAWS = 3
#: How deep in one another containers of outputs are looked into.
_DEEPEST = 8
_DROPOUTS = (torch.nn.modules.dropout._DropoutNd,)


class TorchModel:
    """A module, computed in float64, or in float32 where it refuses that.

    Args:
        inputs: an example batch, a callable ``inputs(rng)``, or None to find out what it takes.

    Raises:
        SubjectError: parameters without values, inputs that it does not take, or none that were found.
    """

    def __init__(self, model: torch.nn.Module, inputs: Any = None) -> None:
        self._model = model
        self._trained = _trained(model)
        self.parameters: Sequence[Trainable] = [
            Trainable(plain(name, LONGEST_NAME * 4), _array(p), plain(name.rpartition(".")[0] or name, None))
            for name, p in self._trained
        ]
        self._dtype = torch.float64
        self._shapes: list[tuple[int, ...]] | None = None
        self._handed = ModelCall()
        self._seed, self._dropout, self._draws = 0, False, False
        self._feed = self._found() if inputs is None else self._given(inputs)
        drawing = "; what the model draws itself is drawn anew for each batch" if self._draws else ""
        self.fed = self._feed.told + normalized_by(model) + drawing

    @property
    def eps(self) -> float:
        """Of the dtype that is computed in."""
        return float(torch.finfo(self._dtype).eps)

    @property
    def fixed(self) -> bool:
        """Whether some of what it is fed is the same in every batch."""
        return self._feed.fixed

    def batch(self, rng: Generator) -> ModelCall:
        """A fresh batch."""
        self._seed = int(rng.integers(2**31))
        return self._feed.draw(rng)

    def padded(self, inputs: ModelCall) -> dict[str, Flags]:
        """By the sizes that convolutions are called with."""
        with watched(self._model) as kernels, self._lent():
            self._outputs(inputs)
        masks = kernels.padded
        return {
            t.name: masks[id(p)] for t, (_, p) in zip(self.parameters, self._trained, strict=True) if id(p) in masks
        }

    def farther(self, factor: float) -> TorchModel | None:
        """The same fed with larger numbers."""
        if self._feed.farther is None:
            return None
        other = copy(self)
        other._feed = self._feed.farther(factor)
        return other

    def with_dropout(self) -> TorchModel | None:
        """The same with dropout as it is in training, one mask for each batch; None where there is none."""
        if not any(isinstance(m, _DROPOUTS) and m.p > 0 for m in self._model.modules()) and not any(
            isinstance(vars(m).get("dropout"), float) and m.dropout > 0 for m in self._model.modules()
        ):
            return None
        other = copy(self)
        other._dropout = True
        return other

    def output_shapes(self, inputs: ModelCall) -> list[tuple[int, ...]]:
        """Of the outputs that have a gradient; found in one call and taken to be the same for every batch."""
        if self._shapes is None:
            found: list[torch.Tensor] = []
            with self._lent():
                self._draws = drawn_by(lambda: found.extend(self._outputs(inputs)))
            self._shapes = [tuple(one.shape) for one in found]
        return self._shapes

    def reordered(self, inputs: ModelCall, order: Array) -> ModelCall | None:
        """Every tensor with the samples in another order."""
        if self._dropout or self._draws or any(t.ndim == 0 or t.shape[0] != len(order) for t in inputs.tensors):
            return None
        index = torch.as_tensor(order)
        return inputs.mapped(lambda tensor: tensor[index.to(tensor.device)])

    def gradient(
        self, parameters: Sequence[Floats], inputs: ModelCall, cotangents: Sequence[Floats], jitter: int | None = None
    ) -> list[Floats]:
        """By torch's autograd."""
        with self._lent(self._values(parameters)):
            outputs = self._outputs(inputs)
            against = [torch.as_tensor(c).to(o) for o, c in zip(outputs, cotangents, strict=True)]
            with jittered(jitter):
                found = torch.autograd.grad(outputs, [p for _, p in self._trained], against, allow_unused=True)
        return [
            np.zeros(v.shape) if g is None else np.asarray(g.detach().to_dense().double().cpu().numpy())
            for g, v in zip(found, parameters, strict=True)
        ]

    def outputs_at(self, parameters: Sequence[Floats], inputs: ModelCall) -> list[Floats]:
        """One call."""
        with self._lent(self._values(parameters)):
            return [one.detach().double().cpu().numpy() for one in self._outputs(inputs)]

    def absorber(self, start: Sequence[Floats], moved: Sequence[Floats], inputs: ModelCall) -> str:
        """See `operations_torch.absorber`."""

        def run(parameters: Sequence[Floats]) -> None:
            with self._lent(self._values(parameters)):
                self._outputs(inputs)

        return absorber(lambda: run(start), lambda: run(moved), 1e-9 if self._dtype is torch.float64 else 1e-4)

    def _lent(self, values: Mapping[torch.nn.Parameter, torch.Tensor] | None = None) -> AbstractContextManager[None]:
        return lent(self._model, values or {}, self._dtype, self._seed, self._dropout)

    def _values(self, parameters: Sequence[Floats]) -> dict[torch.nn.Parameter, torch.Tensor]:
        return {
            # A copy: some models write to their parameters while they are called.
            p: torch.tensor(v, dtype=self._dtype, device=p.device)
            for (_, p), v in zip(self._trained, parameters, strict=True)
        }

    def _outputs(self, call: ModelCall) -> list[torch.Tensor]:
        self._handed = fed = call.mapped(lambda t: t.to(self._dtype if t.is_floating_point() else t.dtype, copy=True))
        found: list[torch.Tensor] = []
        _differentiable(self._model(*fed.positional, **(fed.keywords or {})), found)
        return found

    def _found(self) -> Feed:
        error: BaseException | None = None
        best: tuple[int, ModelCall, str] | None = None
        larger = 0
        with own_randomness():
            for call, where in candidates(self._model):
                if best is not None and (not best[0] or best[2] != where or larger == _LARGER):
                    break
                try:
                    with watched(self._model) as kernels:
                        self._accepted(call)
                except SubjectError as refused:
                    error = refused
                    continue
                larger += 1
                if best is None or kernels.missed < best[0]:
                    best, larger = (kernels.missed, call, where), 0
            if best is None:
                raise not_found(self._model, error.__cause__ if error is not None else None)
            _, call, where = best
            return like(call, self._accepted(call), where)

    def _given(self, inputs: Any) -> Feed:
        if callable(inputs) and not isinstance(inputs, torch.Tensor):
            made: Callable[[Generator], Any] = inputs
            self._accepted(as_call(made(np.random.default_rng())))
            return Feed(lambda rng: as_call(made(rng)), "what the given function draws")
        call = as_call(inputs)
        tables, given = self._accepted(call), "shaped as the given example"
        feed = like(call, tables, given)
        return feed if self._takes(feed) else like(call, tables, given, within=True)

    def _takes(self, feed: Feed) -> bool:
        """Whether numbers of both signs are none that the model refuses, or makes NaN of."""
        start, rng = [np.asarray(p.values, np.float64) for p in self.parameters], np.random.default_rng()
        try:
            return all(np.isfinite(one).all() for _ in range(_DRAWS) for one in self.outputs_at(start, feed.draw(rng)))
        except Exception:
            return False

    def _accepted(self, call: ModelCall) -> dict[int, int]:
        """The tables that integer tensors of a call are looked up in, once the model has taken it.

        Raises:
            SubjectError: it does not.
        """
        errors: list[Exception] = []
        for dtype in (torch.float64, torch.float32):
            self._dtype, self._shapes = dtype, None
            lookups = Lookups()
            try:
                with lookups:
                    shapes, handed = self.output_shapes(call), self._handed
                cotangents = [np.ones(shape) for shape in shapes]
                if shapes:
                    self.gradient([np.asarray(p.values, np.float64) for p in self.parameters], call, cotangents)
                return _tables(handed, lookups.seen)
            except Exception as error:
                errors.append(error)
        self._dtype = torch.float64
        raise SubjectError(f"the model does not take the inputs: {describe(errors[-1])}") from errors[-1]


def _trained(model: torch.nn.Module) -> list[tuple[str, torch.nn.Parameter]]:
    for path, module in model.named_modules():
        if isinstance(module, torch.jit.ScriptModule):
            raise SubjectError(
                f"{plain(path) or 'the model'} is compiled by torch.jit, and cannot be computed in float64 as it is: hand over the "
                "module it was made of"
            )
    trained = []
    for name, parameter in model.named_parameters():
        if isinstance(parameter, torch.nn.parameter.UninitializedParameter):
            raise SubjectError(f"{plain(name)} has no shape yet: call the model once with a batch")
        if parameter.device.type == "meta":
            raise SubjectError(f"{plain(name)} is on the meta device: it has no values")
        if parameter.is_complex():
            raise SubjectError(f"{plain(name)} is complex, and reach is about real parameters")
        if parameter.requires_grad and parameter.numel():
            trained.append((name, parameter))
    return trained


def _array(parameter: torch.Tensor) -> Array:
    values = parameter.detach().cpu()
    return np.asarray((values.float() if values.dtype == torch.bfloat16 else values).numpy())


def _differentiable(output: Any, found: list[torch.Tensor], depth: int = 0) -> None:
    """Tensors of an output that have a gradient, also those of which distributions and other objects are made."""
    if isinstance(output, torch.Tensor):
        if output.requires_grad and output.is_floating_point() and not any(output is one for one in found):
            found.append(output)
        return
    if depth > _DEEPEST or callable(output):
        return
    parts: Iterable[Any] = ()
    if isinstance(output, Mapping):
        parts = output.values()
    elif isinstance(output, tuple | list):
        parts = output
    elif is_dataclass(output):
        parts = [getattr(output, field.name) for field in fields(output)]
    elif hasattr(output, "__dict__"):
        parts = vars(output).values()
    for one in parts:
        _differentiable(one, found, depth + 1)


def _tables(call: ModelCall, looked_up: Sequence[tuple[torch.Tensor, int]]) -> dict[int, int]:
    tables: dict[int, int] = {}
    for place, tensor in enumerate(call.tensors):
        if tensor.is_floating_point() or tensor.dtype == torch.bool:
            continue
        rows = [n for ids, n in looked_up if isinstance(ids, torch.Tensor) and _same_ids(ids, tensor)]
        if rows:
            tables[place] = min(rows)
    return tables


def _same_ids(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a is b or (a.shape == b.shape and a.data_ptr() == b.data_ptr())
