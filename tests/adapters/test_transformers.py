"""Models of a released library, built from tiny configurations: no false alarm, whatever they are initialized with."""

from __future__ import annotations

from typing import Any

import pytest

import symcheck

SMALL: dict[str, Any] = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "vocab_size": 101,
}
FAMILIES: dict[str, dict[str, Any]] = {
    "Bert": SMALL,
    "GPT2": {"n_embd": 64, "n_layer": 2, "n_head": 4, "vocab_size": 101, "n_positions": 64},
    "Llama": SMALL,
    "T5": {"d_model": 64, "d_kv": 16, "d_ff": 128, "num_layers": 2, "num_heads": 4, "vocab_size": 101},
    "ViT": {k: v for k, v in SMALL.items() if k != "vocab_size"} | {"image_size": 32, "patch_size": 8},
    "ResNet": {"embedding_size": 16, "hidden_sizes": [16, 32], "depths": [1, 1]},
    "Mixtral": SMALL | {"num_key_value_heads": 2, "num_local_experts": 4},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_released_model_is_no_false_alarm(family: str) -> None:
    from tests.conftest import require

    require("transformers")
    require("torch")
    import transformers

    def build() -> Any:
        return getattr(transformers, f"{family}Model")(getattr(transformers, f"{family}Config")(**FAMILIES[family]))

    report = symcheck.check(build, draws=3, timeout=100)
    assert report.kind == "model"
    assert report.passed, [f"{f.check}: {f.message}" for f in report.failures]
