"""Initialization as people write it: right code passes, and of the same code with one slip the slip is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "cases"
NUMPY, TORCH = HERE / "numpy_functions.py", HERE / "torch_models.py"
GPT2 = ("--recipe", str(HERE / "gpt2.toml"))
SIREN = (
    "--law",
    "layers.0.weight=uniform(-1/fan_in, 1/fan_in)",
    "--law",
    "layers.[12].weight=uniform(-sqrt(6/fan_in)/30, sqrt(6/fan_in)/30)",
    "--law",
    "*.bias=any",
)
GATES = (
    "--law",
    "*=default",
    *(text for i in range(4) for text in ("--law", f"*.weight_hh_l0[{64 * i}:{64 * i + 64}]=orthogonal")),
)
POLICY = ("--law", "*=default", "--law", "body.weight=orthogonal(sqrt(2))", "--law", "head.weight=orthogonal(0.01)")
WORDS = ("--law", "emb.weight=normal(1/sqrt(64))", "--law", "emb.weight[1]=zeros")
DETECTOR = ("--law", "cls.weight=normal(0.01)", "--law", "cls.bias=constant(-log(99))", "--law", "*.scale=ones")

#: Subject, options, exit status, and what must be said; "" where it is enough that it passes.
CASES: list[tuple[Path, str, tuple[str, ...], int, str]] = [
    (NUMPY, "he_textbook", ("--law", "he_normal"), 0, "right for matrices"),
    (NUMPY, "he_textbook", ("--law", "he_normal", "--shapes", "all"), 1, "kernels"),
    (NUMPY, "he_without_root", ("--law", "he_normal"), 1, "square root"),
    (NUMPY, "he_as_lecun", ("--law", "lecun_normal", "--shapes", "dense"), 0, ""),
    (NUMPY, "he_as_lecun", ("--law", "he_normal"), 1, "the 2 for relu is missing"),
    (NUMPY, "one_sided", ("--law", "he_uniform"), 1, "mean"),
    (NUMPY, "glorot_rows_and_columns", ("--law", "glorot_normal"), 0, ""),
    (NUMPY, "glorot_of_all_axes", ("--law", "glorot_normal"), 1, "kernels"),
    (NUMPY, "three_axes_refused", ("--law", "he_normal"), 1, "a fixed standard deviation of 100"),
    (NUMPY, "two_layers", ("--law", "he_normal"), 0, ""),
    (NUMPY, "two_layers_with_a_seed", ("--law", "he_normal"), 1, "seed"),
    (NUMPY, "Net.init_weights", ("--law", "he_normal"), 0, "called of one instance of Net"),
    (NUMPY, "experts", (), 0, "router.weight is zero"),
    (NUMPY, "experts_from_one_key", (), 1, "experts.weight[1] is experts.weight[0]"),
    (NUMPY, "detector", DETECTOR, 0, ""),
    (NUMPY, "detector_without_a_prior", DETECTOR, 1, "cls.bias is not constant(-log(99))"),
    (TORCH, "lecun_in_a_helper_", ("--law", "lecun_normal"), 0, ""),
    (TORCH, "lecun_by_rows_in_a_helper_", ("--law", "lecun_normal"), 1, "fan"),
    (TORCH, "small_normal_", (), 0, "normal(0.02)"),
    (TORCH, "init_weights", ("--law", "he_normal"), 0, "writes linear.weight"),
    (TORCH, "init_weights", ("--law", "lecun_normal"), 1, "but lecun_normal has"),
    (
        TORCH,
        "init_weights",
        ("--law", "*=any", "--law", "embedding.*=untouched"),
        0,
        "not judged, as the recipe says any",
    ),
    (
        TORCH,
        "init_weights",
        ("--law", "*=any", "--law", "conv2d.weight=untouched"),
        1,
        "conv2d.weight is to be left as it is",
    ),
    (TORCH, "init_weights_of_a_copy", (), 1, "it changes nothing"),
    (TORCH, "init_every_weight", (), 1, "the scale of torch.nn.LayerNorm, is drawn at random"),
    (TORCH, "init_params", ("--law", "normal(0.02)"), 0, "f(model)"),
    (TORCH, "GPT", GPT2, 0, ""),
    (TORCH, "GPT", (), 0, "no law was tested"),
    (TORCH, "OneProjectionUnscaled", GPT2, 1, "blocks.1.mlp_proj.weight: std 0.0"),
    (TORCH, "WrongGainOfV", GPT2, 1, "blocks.0.qkv.weight[2*E:3*E]: std 0.02"),
    (TORCH, "RandomGamma", GPT2, 1, "blocks.1.ln.weight is not ones"),
    (TORCH, "RandomGamma", (), 1, "blocks.1.ln.weight, the scale of torch.nn.LayerNorm, is drawn at random"),
    (TORCH, "NeverWritten", GPT2, 1, "nobody writes blocks.0.fc.weight"),
    (TORCH, "OneSeedForTwo", GPT2, 1, "blocks.1.fc.weight is blocks.0.fc.weight"),
    (TORCH, "HeadUntied", GPT2, 1, "differ"),
    (TORCH, "Siren", SIREN, 0, ""),
    (TORCH, "SirenFirstLayerLikeTheOthers", SIREN, 1, "layers.0.weight: "),
    (TORCH, "Gates", GATES, 0, ""),
    (TORCH, "GatesAsOneMatrix", GATES, 1, "is not orthogonal"),
    (TORCH, "Policy", POLICY, 0, ""),
    (TORCH, "PolicyWithAnOrdinaryHead", POLICY, 1, "head.weight is not orthogonal(0.01)"),
    (TORCH, "Words", WORDS, 0, ""),
    (TORCH, "WordsWithAPaddingThatIsDrawn", WORDS, 1, "emb.weight[1] is not zeros"),
    (TORCH, "default_layers", (), 0, ""),
    (TORCH, "default_layers", ("--law", "orthogonal"), 1, "orthogonal"),
    (TORCH, "cloned_layers", (), 1, "layers.1.linear1.weight is layers.0.linear1.weight"),
    (
        TORCH,
        "built_and_walked",
        ("--law", "1.weight=normal(0.02)", "--law", "0.weight=ones", "--law", "*.bias=zeros"),
        0,
        "",
    ),
    (
        TORCH,
        "built_and_walked",
        ("--law", "1.weight=normal(0.03)", "--law", "0.weight=ones", "--law", "*.bias=zeros"),
        1,
        "1.weight: std 0.0",
    ),
    (TORCH, "masked", (), 0, ""),
    (TORCH, "padded_embedding", ("--law", "*=default"), 0, ""),
    (TORCH, "biases_at_zero", (), 0, "replaced: 1.bias (looks like zeros)"),
    (TORCH, "lecun_before_relu", (), 0, "relu follows, and this is LeCun's scale: He's has a 2"),
    (TORCH, "LowRank", (), 0, "2 parameters as the library documents"),
    (
        TORCH,
        "LowRankOfNothing",
        (),
        0,
        "lora_A and lora_B are both zero: where one is multiplied with the other, neither ever changes",
    ),
    (TORCH, "lecun_stack", (), 0, "variance 1/fan_in; relu follows, and He's law has a 2"),
    (TORCH, "lecun_before_tanh", (), 0, "it looks like this: normal entries, LeCun's law, variance 1/fan_in"),
    (TORCH, "OnMeta", (), 1, "fc.weight is on the meta device"),
]


@pytest.mark.parametrize(
    ("file", "name", "options", "status", "said"),
    CASES,
    ids=lambda v: v if isinstance(v, str) and v.isidentifier() else "",
)
def test_a_case(
    cli: Callable[..., Any], file: Path, name: str, options: tuple[str, ...], status: int, said: str
) -> None:
    if file is TORCH:
        pytest.importorskip("torch")
    outcome = cli("check", f"{file}:{name}", *options, "--timeout", "60")
    words = " ".join(outcome.out.split())
    assert outcome.status == status, outcome.out + outcome.err
    assert said in words, outcome.out
    assert not outcome.err, outcome.err
    assert "Traceback" not in words


def test_cases_come_in_pairs() -> None:
    assert len(CASES) >= 25
    right = sum(status == 0 for _, _, _, status, _ in CASES)
    assert right >= 15
    assert len(CASES) - right >= 15
