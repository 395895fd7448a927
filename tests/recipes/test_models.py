"""The recipes of known models: each is right as it stands, and a slip in it is told."""

from math import sqrt

from symcheck.fans import Fans
from symcheck.laws.law import Law
from symcheck.recipes.assigning import assign
from symcheck.recipes.assignment import Assignment, NoLaw, Overlap
from symcheck.recipes.recipe import Recipe
from symcheck.recipes.rules import Word
from symcheck.recipes.sentences import fault_sentence, sentences, uncovered_sentence

Shapes = dict[str, tuple[int, ...]]

GPT2 = """
equal = [["wte.weight", "lm_head.weight"]]
[sizes]
layers = 2
[laws]
"*" = "normal(0.02)"
"*.bias" = "zeros"
"*.ln_?.weight" = "ones"
"*.c_proj.weight" = "normal(0.02/sqrt(2*layers))"
"""


def laws_of(assignment: Assignment, name: str) -> dict[str, str]:
    """The law of each part of a parameter, by its boxes."""
    (found,) = [p for p in assignment.parameters if p.name == name]
    return {
        " ".join(map(str, part.boxes)): part.law.name if isinstance(part.law, Law) else part.law.value
        for part in found.parts
    }


def gpt2(layers: int, embedded: int) -> Shapes:
    """Names and shapes of GPT-2 with its (in, out) projections."""
    shapes: Shapes = {"wte.weight": (90, embedded), "wpe.weight": (30, embedded), "lm_head.weight": (90, embedded)}
    for i in range(layers):
        for name, columns in (("attn.c_attn", 3), ("attn.c_proj", 1), ("mlp.c_fc", 4)):
            shapes[f"h.{i}.{name}.weight"] = (embedded, columns * embedded)
            shapes[f"h.{i}.{name}.bias"] = (columns * embedded,)
        shapes[f"h.{i}.mlp.c_proj.weight"] = (4 * embedded, embedded)
        shapes[f"h.{i}.mlp.c_proj.bias"] = (embedded,)
        for norm in ("ln_1", "ln_2"):
            shapes |= {f"h.{i}.{norm}.weight": (embedded,), f"h.{i}.{norm}.bias": (embedded,)}
    return shapes


def test_gpt2_is_covered_and_each_parameter_has_its_law() -> None:
    done = assign(Recipe.from_toml(GPT2), gpt2(2, 16), "in_out")
    assert sentences(done) == []
    assert done.uncovered == ()
    assert laws_of(done, "h.1.mlp.c_proj.weight") == {"[0:64, 0:16]": "normal(0.02/sqrt(2*2))"}
    assert laws_of(done, "h.0.attn.c_attn.weight") == {"[0:16, 0:48]": "normal(0.02)"}
    assert laws_of(done, "h.0.attn.c_attn.bias") == {"[0:48]": "zeros"}
    assert laws_of(done, "h.1.ln_2.weight") == {"[0:16]": "ones"}
    (group,) = done.groups
    assert [member.parameter for member in group.members] == ["wte.weight", "lm_head.weight"]


def test_gpt2_with_its_rules_in_the_wrong_order_is_told() -> None:
    lines = GPT2.splitlines()
    first = lines.index("[laws]") + 1
    done = assign(Recipe.from_toml("\n".join([*lines[:first], *reversed(lines[first:])])), gpt2(2, 16), "in_out")
    assert [str(rule.target) for rule in done.overruled] == ["*.c_proj.weight", "*.ln_?.weight", "*.bias"]
    assert all("decides nothing" in sentence for sentence in sentences(done))


def test_gpt2_with_one_name_misspelt_is_told() -> None:
    recipe = Recipe.from_toml(
        GPT2.replace("*.c_proj.weight", "*.c_porj.weight").replace('"lm_head', '"ln_head'), "r.toml"
    )
    done = assign(recipe, gpt2(2, 16), "in_out")
    assert sentences(done) == [
        "r.toml:9: '*.c_porj.weight' = 'normal(0.02/sqrt(2*layers))' matches no parameter",
        "'ln_head.weight' in r.toml:2: equal matches no parameter; did you mean lm_head.weight?",
        "r.toml:2: wte.weight = ln_head.weight asks 1 parameter to be equal, which is nothing to test",
    ]


def test_siren_has_its_own_first_layer_and_biases_by_the_fans_that_are_known() -> None:
    recipe = Recipe.parse(
        [
            "net.*.weight=uniform(-sqrt(6/fan_in)/30, sqrt(6/fan_in)/30)",
            "net.0.weight=uniform(-1/fan_in, 1/fan_in)",
            "*.bias=uniform(-1/sqrt(fan_in), 1/sqrt(fan_in))",
        ]
    )
    shapes = {"net.0.weight": (256, 2), "net.0.bias": (256,), "net.1.weight": (256, 256)}
    done = assign(recipe, shapes, fans={"net.0.bias": Fans(2, 256)})
    entries = {
        p.name: part.law.entry(part.fans or Fans(1, 1))
        for p in done.parameters
        for part in p.parts
        if isinstance(part.law, Law)
    }
    assert entries["net.0.weight"].high == 1 / 2
    assert entries["net.1.weight"].high == sqrt(6 / 256) / 30
    assert entries["net.0.bias"].high == 1 / sqrt(2)
    assert sentences(done) == []
    (fault,) = assign(recipe, shapes).faults
    assert isinstance(fault, NoLaw)
    assert "no fans" in fault_sentence(fault)


def test_the_gates_of_an_lstm_are_four_laws() -> None:
    recipe = Recipe.parse(
        [
            "*.weight_ih_l?=glorot_uniform",
            "*.weight_hh_l?[0:size/4]=orthogonal",
            "*.weight_hh_l?[size/4:size/2]=orthogonal",
            "*.weight_hh_l?[2*H:3*H]=orthogonal",
            "*.weight_hh_l?[3*H:]=orthogonal",
            "*.bias_*=zeros",
            "*.bias_ih_l?[H:2*H]=ones",
        ],
        {"H": 5},
    )
    shapes = {
        "rnn.weight_ih_l0": (20, 3),
        "rnn.weight_hh_l0": (20, 5),
        "rnn.bias_ih_l0": (20,),
        "rnn.bias_hh_l0": (20,),
    }
    done = assign(recipe, shapes)
    assert sentences(done) == []
    assert done.uncovered == ()
    assert laws_of(done, "rnn.weight_hh_l0") == dict.fromkeys(
        ["[0:5, 0:5]", "[5:10, 0:5]", "[10:15, 0:5]", "[15:20, 0:5]"], "orthogonal"
    )
    assert laws_of(done, "rnn.bias_ih_l0") == {"[0:5] [10:20]": "zeros", "[5:10]": "ones"}
    assert laws_of(done, "rnn.bias_hh_l0") == {"[0:20]": "zeros"}
    assert all(part.fans == Fans(5, 5) for part in done.parameters[1].parts)


def test_a_gate_that_is_one_row_too_long_is_told() -> None:
    recipe = Recipe.parse(["w[0:H+1]=zeros", "w[H:2*H]=ones"], {"H": 5})
    (fault,) = assign(recipe, {"w": (20, 5)}).faults
    assert isinstance(fault, Overlap)
    assert "[0:6, 0:5] and [5:10, 0:5], and neither lies within the other" in fault_sentence(fault)


def test_a_third_of_a_fused_projection_is_a_matrix_of_its_own() -> None:
    shapes = {"attn.in_proj_weight": (192, 64)}
    for rule in ("*.in_proj_weight[0:E]=glorot_uniform", "*.in_proj_weight[0:size/3]=glorot_uniform"):
        (found,) = assign(Recipe.parse([rule], {"E": 64}), shapes).parameters
        (part,) = found.parts
        assert part.fans == Fans(64, 64)
        assert isinstance(part.law, Law)
        assert part.law.entry(part.fans).std == sqrt(2 / 128)
        assert uncovered_sentence(found) == "no rule covers [64:192, 0:64] of attn.in_proj_weight, of shape (192, 64)"
    (whole,) = assign(Recipe.parse(["*=glorot_uniform"]), shapes).parameters
    assert whole.parts[0].fans == Fans(64, 192)


def test_a_padding_row_is_cut_out_of_its_table() -> None:
    done = assign(Recipe.parse(["*=normal(1)", "emb.weight[1]=zeros"]), {"emb.weight": (10, 4)})
    assert laws_of(done, "emb.weight") == {"[0:1, 0:4] [2:10, 0:4]": "normal(1)", "[1:2, 0:4]": "zeros"}
    assert sentences(done) == []
    told = sentences(assign(Recipe.parse(["*=normal(1)", "emb.weight[10]=zeros"]), {"emb.weight": (10, 4)}))
    assert told == [
        "emb.weight[10]: emb.weight of shape (10, 4) has no such block; 10 lies outside, as axis 0 has 10 entries"
    ]


def test_one_of_a_stack_of_experts_is_a_matrix() -> None:
    done = assign(Recipe.parse(["experts[0]=he_normal", "experts[1:]=any"]), {"experts": (8, 16, 32)}, "in_out")
    (found,) = done.parameters
    assert [part.fans for part in found.parts] == [Fans(16, 32), Fans(16 * 7, 32 * 7, 7)]
    assert found.parts[1].law is Word.ANY
