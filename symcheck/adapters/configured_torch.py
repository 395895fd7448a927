"""Inputs by a model's own configuration, as those of transformers and timm have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from symcheck.adapters.calls_torch import ModelCall

#: Ids and positions that one batch holds at most so that tables of both are covered.
_MOST_IDS, _MOST_POSITIONS = 4096, 64
_SAMPLES, _LENGTH = 8, 6
#: What configurations call the number of positions; of some a few are kept for padding.
_POSITIONS = ("max_position_embeddings", "n_positions", "max_target_positions")


def from_configuration(model: torch.nn.Module) -> Iterator[tuple[ModelCall, str]]:
    """Calls by name with all ids and positions where they are not too many, or with images, and where they are from."""
    config = getattr(model, "config", None)
    if config is not None and not isinstance(config, Mapping):
        where = f"the model's configuration, {type(config).__name__}"
        yield from ((call, where) for call in _called(config))
    for name in ("default_cfg", "pretrained_cfg"):
        told = getattr(model, name, None)
        size = told.get("input_size") if isinstance(told, Mapping) else None
        if isinstance(size, tuple | list):
            yield ModelCall((torch.randn(_SAMPLES, *size),)), f"the model's {name}"
    shape = getattr(model, "input_shape", None)
    if isinstance(shape, tuple | list) and all(isinstance(n, int) for n in shape):
        for whole in ((_SAMPLES, *shape), tuple(shape)):
            yield ModelCall((torch.randn(whole),)), "the model's input_shape"


def _called(config: Any) -> Iterator[ModelCall]:
    quiet = {"use_cache": False} if hasattr(config, "use_cache") else {}
    rows = getattr(config, "vocab_size", None)
    if isinstance(rows, int) and rows > 0:
        positions = [n for name in _POSITIONS if isinstance(n := getattr(config, name, None), int) and n > 0]
        most = min(positions, default=_LENGTH)
        lengths = [most if most <= _MOST_POSITIONS else _LENGTH]
        # Positions may begin behind that of padding.
        lengths += [n for n in (most - 1, most - 2, _LENGTH) if 0 < n < lengths[0]]
        for length in lengths:
            samples = max(_SAMPLES, -(-min(rows, _MOST_IDS) // length))
            ids = torch.arange(samples * length).reshape(samples, length) % rows
            if getattr(config, "is_encoder_decoder", False):
                yield ModelCall((), {"input_ids": ids, "decoder_input_ids": ids.clone(), **quiet})
            kinds = getattr(config, "type_vocab_size", None)
            if isinstance(kinds, int) and kinds > 1:
                yield ModelCall((), {"input_ids": ids, "token_type_ids": ids // 2 % kinds, **quiet})
            yield ModelCall((), {"input_ids": ids, **quiet})
            yield ModelCall((), {"input_ids": ids})
    size = getattr(config, "image_size", None)
    if size is not None:
        sides = tuple(size) if isinstance(size, tuple | list) else (size, size)
        yield ModelCall((), {"pixel_values": torch.randn(_SAMPLES, getattr(config, "num_channels", 3), *sides)})
