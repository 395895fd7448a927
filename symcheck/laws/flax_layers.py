"""What flax documents for its layers, linen's and nnx's, at the default initializers (flax 0.12).

``{kernel_init}`` stands for the law of the layer's initializer of that name, where it is the default one.
"""

from __future__ import annotations

from symcheck.laws.layers import DocumentedLaw

_BIAS = DocumentedLaw("bias", "{bias_init}")
_DENSE = {"kernel": DocumentedLaw("weight", "{kernel_init}"), "bias": _BIAS}
_EMBED = {"embedding": DocumentedLaw("table", "{embedding_init}")}
_NORMALIZED = {
    "scale": DocumentedLaw("scale", "{scale_init}"),
    "bias": DocumentedLaw("shift", "{bias_init}"),
    "mean": DocumentedLaw("state", "zeros"),
    "var": DocumentedLaw("state", "ones"),
}
_PRELU = {"negative_slope": DocumentedLaw("other", "constant({negative_slope_init})")}
_ATTENTION = {
    "query.kernel": DocumentedLaw("weight", "{kernel_init}"),
    "key.kernel": DocumentedLaw("weight", "{kernel_init}"),
    "value.kernel": DocumentedLaw("weight", "{kernel_init}"),
    "*.bias": _BIAS,
}
#: One dense layer for each gate: of the input (``ii``, ``if``, ...) and of the state (``hi``, ``hf``, ...).
_GATES = {
    "i?.kernel": DocumentedLaw("weight", "{kernel_init}"),
    "h?.kernel": DocumentedLaw("weight", "{recurrent_kernel_init}"),
    "??.bias": _BIAS,
}
_NORMS = ("LayerNorm", "BatchNorm", "GroupNorm", "RMSNorm", "InstanceNorm")

#: Kind of layer -> pattern of a parameter's name in it -> rule.
LINEN_LAYERS: dict[str, dict[str, DocumentedLaw]] = {
    **{f"flax.linen.{kind}": _DENSE for kind in ("Dense", "DenseGeneral", "Conv", "ConvTranspose")},
    "flax.linen.Embed": _EMBED,
    **{f"flax.linen.{kind}": _NORMALIZED for kind in _NORMS},
    "flax.linen.PReLU": _PRELU,
    **{f"flax.linen.{kind}": _GATES for kind in ("LSTMCell", "OptimizedLSTMCell", "GRUCell")},
    "flax.linen.SimpleCell": {
        "i.kernel": DocumentedLaw("weight", "{kernel_init}"),
        "h.kernel": DocumentedLaw("weight", "{recurrent_kernel_init}"),
        "?.bias": _BIAS,
    },
    **{
        f"flax.linen.{kind}": {**_ATTENTION, "out.kernel": DocumentedLaw("weight", "{kernel_init}")}
        for kind in ("MultiHeadDotProductAttention", "MultiHeadAttention", "SelfAttention")
    },
}
NNX_LAYERS: dict[str, dict[str, DocumentedLaw]] = {
    **{f"flax.nnx.{kind}": _DENSE for kind in ("Linear", "LinearGeneral", "Einsum", "Conv", "ConvTranspose")},
    "flax.nnx.Embed": _EMBED,
    **{f"flax.nnx.{kind}": _NORMALIZED for kind in _NORMS},
    "flax.nnx.PReLU": _PRELU,
    "flax.nnx.LoRA": {"lora_a": DocumentedLaw("weight", "he_uniform"), "lora_b": DocumentedLaw("weight", "zeros")},
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
