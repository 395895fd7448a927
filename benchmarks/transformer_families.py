"""What training can reach in families of transformers, tiny and randomly initialized.

    python benchmarks/transformer_families.py [FAMILY ...] [--runs N]

Prints the table of docs/models.md. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import torch
import transformers

from symcheck import SymcheckError, reach
from symcheck.reaching import faults
from symcheck.render.reach_reasons import short

TEXT = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "vocab_size": 20,
    "max_position_embeddings": 12,
}
KEYED = {**TEXT, "num_key_value_heads": 2, "head_dim": 8, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
ENCODED = {
    "d_model": 16,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32,
    "vocab_size": 20,
    "max_position_embeddings": 12,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "decoder_start_token_id": 1,
}
GPT = {"n_embd": 16, "n_layer": 2, "n_head": 2, "vocab_size": 20, "n_positions": 12}
IMAGE = {**TEXT, "image_size": 8, "patch_size": 4, "num_channels": 3}
T5 = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 2, "vocab_size": 20}

#: Family -> what its configuration is given beside the defaults.
FAMILIES: dict[str, dict[str, Any]] = {
    "Bert": TEXT,
    "Roberta": {**TEXT, "pad_token_id": 0},
    "DistilBert": {
        "dim": 16,
        "n_layers": 2,
        "n_heads": 2,
        "hidden_dim": 32,
        "vocab_size": 20,
        "max_position_embeddings": 12,
    },
    "Albert": {**TEXT, "embedding_size": 8},
    "Electra": {**TEXT, "embedding_size": 8},
    "MPNet": TEXT,
    "GPT2": GPT,
    "GPTNeo": {
        **{k: TEXT[k] for k in ("hidden_size", "vocab_size", "max_position_embeddings")},
        "num_layers": 2,
        "num_heads": 2,
        "intermediate_size": 32,
        "attention_types": [[["global", "local"], 1]],
    },
    "GPTNeoX": TEXT,
    "GPTJ": {**GPT, "rotary_dim": 4},
    "OPT": {**TEXT, "ffn_dim": 32, "word_embed_proj_dim": 16},
    "Llama": KEYED,
    "Mistral": KEYED,
    "Qwen2": KEYED,
    "Qwen3": KEYED,
    "Gemma": KEYED,
    "Phi": {**TEXT, "num_key_value_heads": 2},
    "StableLm": {**TEXT, "num_key_value_heads": 2},
    "Falcon": TEXT,
    "Bloom": {"hidden_size": 16, "n_layer": 2, "n_head": 2, "vocab_size": 20},
    "Mamba": {"hidden_size": 16, "num_hidden_layers": 2, "state_size": 4, "vocab_size": 20},
    "Mixtral": {**KEYED, "num_local_experts": 4, "num_experts_per_tok": 2},
    "T5": T5,
    "Bart": ENCODED,
    "Pegasus": ENCODED,
    "ViT": IMAGE,
    "DeiT": IMAGE,
    "Dinov2": {**IMAGE, "mlp_ratio": 2},
    "ConvNext": {"hidden_sizes": [8, 16], "depths": [1, 1], "num_stages": 2, "image_size": 16, "patch_size": 2},
}


def model_of(family: str) -> torch.nn.Module:
    """A tiny model of a family with its own default initialization."""
    config = getattr(transformers, f"{family}Config")(**FAMILIES[family])
    found: torch.nn.Module = getattr(transformers, f"{family}Model")(config)
    return found


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("families", nargs="*", default=list(FAMILIES))
    options.add_argument("--runs", type=int, default=1)
    given = options.parse_args()
    torch.set_num_threads(1)
    print("| family | parameters | reachable | frozen | not visited | why | faults | gap | seconds |")
    print("|---|---|---|---|---|---|---|---|---|")
    for family in given.families:
        for _ in range(given.runs):
            print(_row(family), flush=True)


def _row(family: str) -> str:
    started = time.perf_counter()
    try:
        found = reach(model_of(family))
    except SymcheckError as error:
        return f"| {family} | refused: {error} |"
    seconds = time.perf_counter() - started
    known = dict.fromkeys(short(r) for r in found.reasons)
    gap = "" if found.gap is None else f"{found.gap.equal:.0e} / {found.gap.different:.0e}".replace("0e+00", "0")
    figures = [f"{n:,}" for n in (found.parameters, found.reachable, found.frozen, found.not_visited)]
    return f"| {family} | {' | '.join(figures)} | {', '.join(known)} | {len(faults(found))} | {gap} | {seconds:.1f} |"


if __name__ == "__main__":
    main()
