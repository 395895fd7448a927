"""What torch documents for its layers, at their default arguments (its reference and ``reset_parameters``, torch 2.13)."""

from __future__ import annotations

from symcheck.laws.layers import DocumentedLaw

_FAN_IN = "uniform(-1/sqrt(fan_in), 1/sqrt(fan_in))"
_INPUTS = "uniform(-1/sqrt(inputs), 1/sqrt(inputs))"
_HIDDEN = "uniform(-1/sqrt({hidden}), 1/sqrt({hidden}))"
_NORMALIZED = {
    "weight": DocumentedLaw("scale", "ones"),
    "bias": DocumentedLaw("shift", "zeros"),
    "running_mean": DocumentedLaw("state", "zeros"),
    "running_var": DocumentedLaw("state", "ones"),
}
_DENSE = {"weight": DocumentedLaw("weight", _FAN_IN), "bias": DocumentedLaw("bias", _FAN_IN)}
_LOOKED_UP = {"weight": DocumentedLaw("table", "normal(1)", row=("padding", "zeros"))}
_LSTM = ("input", "forget", "cell", "output")
_GRU = ("reset", "update", "new")
_PROJECTIONS = ("query", "key", "value")


def _recurrent(gates: tuple[str, ...]) -> dict[str, DocumentedLaw]:
    return {
        "weight_[ih]h*": DocumentedLaw("weight", _HIDDEN, gates),
        "weight_hr*": DocumentedLaw("weight", _HIDDEN),
        "bias_[ih]h*": DocumentedLaw("bias", _HIDDEN, gates),
    }


#: Kind of layer -> pattern of a parameter's name in it -> rule. Transposed convolutions have the same law as the others, for
#: torch counts a kernel's ``fan_in`` from ``shape[1]`` in both.
TORCH_LAYERS: dict[str, dict[str, DocumentedLaw]] = {
    "torch.nn.Linear": _DENSE,
    "torch.nn.Bilinear": {"weight": DocumentedLaw("weight", _INPUTS), "bias": DocumentedLaw("bias", _INPUTS)},
    **{f"torch.nn.Conv{n}d": _DENSE for n in (1, 2, 3)},
    **{f"torch.nn.ConvTranspose{n}d": _DENSE for n in (1, 2, 3)},
    "torch.nn.Embedding": _LOOKED_UP,
    "torch.nn.EmbeddingBag": _LOOKED_UP,
    "torch.nn.LSTM": _recurrent(_LSTM),
    "torch.nn.LSTMCell": _recurrent(_LSTM),
    "torch.nn.GRU": _recurrent(_GRU),
    "torch.nn.GRUCell": _recurrent(_GRU),
    "torch.nn.RNN": _recurrent(()),
    "torch.nn.RNNCell": _recurrent(()),
    "torch.nn.MultiheadAttention": {
        "in_proj_weight": DocumentedLaw("weight", "glorot_uniform", _PROJECTIONS),
        "[qkv]_proj_weight": DocumentedLaw("weight", "glorot_uniform"),
        "in_proj_bias": DocumentedLaw("bias", "zeros", _PROJECTIONS),
        "bias_[kv]": DocumentedLaw("other", "glorot_normal"),
    },
    "torch.nn.LayerNorm": _NORMALIZED,
    "torch.nn.GroupNorm": _NORMALIZED,
    "torch.nn.RMSNorm": _NORMALIZED,
    **{f"torch.nn.BatchNorm{n}d": _NORMALIZED for n in (1, 2, 3)},
    **{f"torch.nn.InstanceNorm{n}d": _NORMALIZED for n in (1, 2, 3)},
    "torch.nn.SyncBatchNorm": _NORMALIZED,
    "torch.nn.PReLU": {"weight": DocumentedLaw("other", "constant({initial})")},
}

#: Kind of layer -> pattern of the name of a parameter of a layer inside it -> law that it gives that parameter instead.
TORCH_INNER: dict[str, dict[str, str]] = {
    "torch.nn.MultiheadAttention": {"out_proj.bias": "zeros"},
    "torch.nn.Transformer": {
        "*.in_proj_weight": "glorot_uniform",
        "*.out_proj.weight": "glorot_uniform",
        "*.linear[12].weight": "glorot_uniform",
    },
}

#: Kind of layer -> what a law calls a size -> the layer's attribute.
TORCH_SIZES: dict[str, dict[str, str]] = {
    **{
        f"torch.nn.{kind}": {"hidden": "hidden_size"}
        for kind in ("LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell")
    },
    "torch.nn.Embedding": {"padding": "padding_idx"},
    "torch.nn.EmbeddingBag": {"padding": "padding_idx"},
    "torch.nn.PReLU": {"initial": "init"},
}

#: Methods that draw a layer's parameters: a subclass with one of its own promises nothing of what its base documents.
TORCH_DRAWING = ("reset_parameters", "_reset_parameters")
