"""What flax documents for its layers, linen's and nnx's, at the default initializers (flax 0.12).

``{kernel_init}`` stands for the law of the layer's initializer of that name, where it is the default one.
"""

from __future__ import annotations

from symcheck.laws.layers import Rule

_BIAS = Rule("bias", "{bias_init}")
_DENSE = {"kernel": Rule("weight", "{kernel_init}"), "bias": _BIAS}
_EMBED = {"embedding": Rule("table", "{embedding_init}")}
_NORMALIZED = {
    "scale": Rule("scale", "{scale_init}"),
    "bias": Rule("shift", "{bias_init}"),
    "mean": Rule("state", "zeros"),
    "var": Rule("state", "ones"),
}
_PRELU = {"negative_slope": Rule("other", "constant({negative_slope_init})")}
_ATTENTION = {
    "query.kernel": Rule("weight", "{kernel_init}"),
    "key.kernel": Rule("weight", "{kernel_init}"),
    "value.kernel": Rule("weight", "{kernel_init}"),
    "*.bias": _BIAS,
}
#: One dense layer for each gate: of the input (``ii``, ``if``, ...) and of the state (``hi``, ``hf``, ...).
_GATES = {
    "i?.kernel": Rule("weight", "{kernel_init}"),
    "h?.kernel": Rule("weight", "{recurrent_kernel_init}"),
    "??.bias": _BIAS,
}
_NORMS = ("LayerNorm", "BatchNorm", "GroupNorm", "RMSNorm", "InstanceNorm")

#: Kind of layer -> pattern of a parameter's name in it -> rule.
LINEN_LAYERS: dict[str, dict[str, Rule]] = {
    **{f"flax.linen.{kind}": _DENSE for kind in ("Dense", "DenseGeneral", "Conv", "ConvTranspose")},
    "flax.linen.Embed": _EMBED,
    **{f"flax.linen.{kind}": _NORMALIZED for kind in _NORMS},
    "flax.linen.PReLU": _PRELU,
    **{f"flax.linen.{kind}": _GATES for kind in ("LSTMCell", "OptimizedLSTMCell", "GRUCell")},
    "flax.linen.SimpleCell": {
        "i.kernel": Rule("weight", "{kernel_init}"),
        "h.kernel": Rule("weight", "{recurrent_kernel_init}"),
        "?.bias": _BIAS,
    },
    **{
        f"flax.linen.{kind}": {**_ATTENTION, "out.kernel": Rule("weight", "{kernel_init}")}
        for kind in ("MultiHeadDotProductAttention", "MultiHeadAttention", "SelfAttention")
    },
}
NNX_LAYERS: dict[str, dict[str, Rule]] = {
    **{f"flax.nnx.{kind}": _DENSE for kind in ("Linear", "LinearGeneral", "Einsum", "Conv", "ConvTranspose")},
    "flax.nnx.Embed": _EMBED,
    **{f"flax.nnx.{kind}": _NORMALIZED for kind in _NORMS},
    "flax.nnx.PReLU": _PRELU,
    "flax.nnx.LoRA": {"lora_a": Rule("weight", "he_uniform"), "lora_b": Rule("weight", "zeros")},
}

#: Kind of layer -> pattern of the name of a parameter of a layer inside it -> law that it gives that parameter instead.
NNX_INNER: dict[str, dict[str, str]] = {
    "flax.nnx.LSTMCell": {"h?.kernel": "orthogonal"},
    **{f"flax.nnx.{kind}": {"dense_h.kernel": "orthogonal"} for kind in ("OptimizedLSTMCell", "GRUCell", "SimpleCell")},
}

#: The laws of the default initializers, by the names of the arguments that take them.
DEFAULTS: dict[str, object] = {
    "kernel_init": "lecun_normal(distribution=truncated_normal)",
    "recurrent_kernel_init": "orthogonal",
    "bias_init": "zeros",
    "scale_init": "ones",
    # variance_scaling(1, fan_in, normal, out_axis=0) of a table (entries, features).
    "embedding_init": "normal(1/sqrt(outputs))",
    "negative_slope_init": 0.01,
}
