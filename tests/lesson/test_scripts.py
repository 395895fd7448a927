"""What the page computes itself is what the package computes."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import symcheck.lesson
from symcheck.lesson.case import NEAR, Snapshot, TrainedNetwork, alike, frames
from symcheck.lesson.lines import WORDS, sides
from symcheck.lesson.numbers import digits_apart, fixed
from symcheck.lesson.page import SCRIPTS, case_data, script
from symcheck.lesson.presets import STARTS, broken, drawn, traps
from symcheck.network import Network
from symcheck.symmetry import certify

ASSETS = Path(symcheck.lesson.__file__).parent / "assets"
Node = Callable[[str, str], str]


def cases() -> list[TrainedNetwork]:
    rng = np.random.default_rng()
    deep = drawn("deep", "three layers", (2, 5, 4, 3, 1), "he_normal", rng)
    return [*broken(rng).values(), *traps(rng).values(), *(make(rng) for make in STARTS.values()), deep]


def test_numbers_are_written_alike(node: Node) -> None:
    rng = np.random.default_rng()
    values = [
        0.0,
        -0.0,
        0.5,
        -0.00004,
        0.03125,
        -0.03125,
        1e-9,
        123456.78905,
        999999.99996,
        1e6,
        5e21,
        -1.7e308,
        5e-324,
        -9.99996e-7,
        *rng.normal(size=500) * 10.0 ** rng.integers(-6, 6, 500),
        *rng.normal(size=500) * 10.0 ** rng.integers(-300, 300, 500),
    ]
    code = 'import { fixed } from "./numbers.mjs"; console.log(JSON.stringify(given.map((v) => [0, 2, 4].map((d) => fixed(v, d)))));'
    written = json.loads(node(code, json.dumps(values)))
    assert written == [[fixed(v, digits) for digits in (0, 2, 4)] for v in values]


def test_training_in_the_page_is_that_of_the_reference(node: Node) -> None:
    code = """
      import { trained } from "./network.mjs"; import { alike } from "./alike.mjs"; import { QUANTITIES } from "./quantities.mjs";
      console.log(JSON.stringify(given.cases.map((c) => trained(c).map((f) => ({
        loss: f.loss, units: f.units.map((h) => alike(h, given.near)), weights: f.weights, biases: f.biases, z: f.z,
        lines: c.pair.map((u) => Object.fromEntries(Object.entries(QUANTITIES).map(([k, v]) => [k, v(f, c.layer - 1, u)]))) })))));
    """
    # Few updates: what rounds differently is multiplied by each of them.
    chosen = [replace(case, steps=8) for case in cases()]
    given = json.dumps({"near": NEAR, "cases": [case_data(c) for c in chosen]})
    for case, computed in zip(chosen, json.loads(node(code, given)), strict=True):
        history = list(frames(case))
        assert len(computed) == len(history)
        for step, (here, there) in enumerate(zip(history, computed, strict=True)):
            close(there["loss"], here.loss)
            assert there["units"] == [alike(h) for h in here.units], (case.key, step)
            for (W, b), V, d, z, y in zip(
                here.params, there["weights"], there["biases"], here.z, there["z"], strict=True
            ):
                close(V, W), close(d, b), close(y, z)
            for of in WORDS:
                for values, told in zip(sides(case, history, of, step).values, there["lines"], strict=True):
                    close(told[of], values)


def test_a_wrong_slope_is_seen(node: Node) -> None:
    """The comparison rejects training with a rate that is off by a thousandth."""
    code = (
        'import { trained } from "./network.mjs"; console.log(JSON.stringify(trained(given).map((f) => f.weights[0])));'
    )
    (case,) = [c for c in cases() if c.key == "he"]
    data = case_data(case)
    data["rate"] *= 1.001
    with pytest.raises(AssertionError):
        close(json.loads(node(code, json.dumps(data)))[1], list(frames(case))[1].params[0][0])


def close(there: object, here: object) -> None:
    """Both sides sum in one order; what is left is the rounding of tanh and exp, which libraries round differently."""
    assert np.allclose(np.array(there, float), np.array(here, float), rtol=1e-9, atol=1e-12)


def networks(rng: np.random.Generator, count: int) -> list[Network]:
    """Small networks from few values, so that ties of all kinds are frequent."""
    found = []
    while len(found) < count:
        sizes = [
            int(rng.integers(1, 4)),
            *map(int, rng.integers(1, 4, int(rng.integers(1, 4)))),
            int(rng.integers(1, 3)),
        ]
        weights = [
            np.full((n, m), rng.choice([0.0, 0.5])) if rng.random() < 0.4 else rng.choice([0.0, 0.25, 0.5], (n, m))
            for m, n in pairwise(sizes)
        ]
        biases = [
            np.full(n, rng.choice([0.0, 0.5])) if rng.random() < 0.8 else rng.choice([0.0, 0.5], n) for n in sizes[1:]
        ]
        found.append(Network(weights, biases, str(rng.choice(["sigmoid", "tanh", "relu"]))))
    return found


def test_ties_decided_in_the_page_are_those_of_the_certificate(node: Node) -> None:
    """For the sigmoid the same; for tanh and ReLU, which have signs of their own, none that is not certified."""
    code = 'import { partition } from "./partition.mjs"; console.log(JSON.stringify(given.map((n) => partition(n).map((l) => l.map((u) => [u.label, u.Z])))));'
    chosen = networks(np.random.default_rng(), 150)
    given = [
        {"weights": [w.tolist() for w in n.weights], "biases": [b.tolist() for b in n.biases if b is not None], "activation": n.activations[0].name}
        for n in chosen
    ]  # fmt: skip
    tied = 0
    for network, decided in zip(chosen, json.loads(node(code, json.dumps(given))), strict=True):
        for layer, units in zip(certify(network).layers, decided, strict=True):
            labels = [label for label, _ in units]
            if network.activations[0].name == "sigmoid":
                assert same_classes(labels, layer.labels)
            pairs = [(i, k) for i in range(len(labels)) for k in range(i) if labels[i] == labels[k]]
            tied += len(pairs)
            assert all(layer.labels[i] == layer.labels[k] and layer.signs[i] == layer.signs[k] for i, k in pairs)
            assert all(layer.zero[i] for i, (_, zero) in enumerate(units) if zero)
    assert tied


def same_classes(one: object, other: object) -> bool:
    a, b = np.array(one), np.array(other)
    return bool(((a[:, None] == a) == (b[:, None] == b)).all())


def test_modules_can_stand_in_one_script() -> None:
    """No name is declared twice, none is imported under another name, and each module stands after what it uses."""
    assert {f"{name}.mjs" for name in SCRIPTS} == {file.name for file in ASSETS.glob("*.mjs")}
    text = script(SCRIPTS)
    assert "import " not in text
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", text, re.MULTILINE)
    assert len(names) == len(set(names))
    for place, name in enumerate(SCRIPTS):
        uses = re.findall(
            r'^import \{([^}]*)\} from "\./(\w+)\.mjs";', (ASSETS / f"{name}.mjs").read_text(), re.MULTILINE
        )
        assert all(" as " not in what and module in SCRIPTS[:place] for what, module in uses)


@pytest.mark.parametrize("rate", [-1.0, 0.0, 1e-320, 0.3, 1e9, 1e300])
def test_training_leaves_the_range_of_numbers_where_the_reference_does(node: Node, rate: float) -> None:
    """At any rate as many frames are sound; and in these the numbers are the same, where the rate does not multiply rounding."""
    code = """
      import { soundFrames, trained } from "./network.mjs";
      console.log(JSON.stringify(given.map((c) => { const frames = trained(c); return [soundFrames(frames), frames.map((f) => f.weights)]; })));
    """
    chosen = [replace(case, rate=rate, steps=3) for case in cases()]
    given = json.dumps([case_data(case) for case in chosen])
    for case, (sound, computed) in zip(chosen, json.loads(node(code, given)), strict=True):
        with np.errstate(all="ignore"):
            history = list(frames(case))
        assert sound == next((n for n, f in enumerate(history) if not finite(f)), len(history)), case.key
        if abs(rate) <= 1:
            for frame, weights in zip(history[:sound], computed, strict=False):
                for (W, _), V in zip(frame.params, weights, strict=True):
                    close(V, W)


def finite(frame: Snapshot) -> bool:
    pairs = [a for pair in (*frame.params, *frame.gradients) for a in pair if a is not None]
    return bool(np.isfinite(frame.loss)) and all(
        np.isfinite(a).all() for a in (*pairs, *frame.z, *frame.h, *frame.delta)
    )


def test_what_is_proved_equal_is_alike_whatever_rounding_says(node: Node) -> None:
    """Sums that cancel differ by rounding with their order, and hardly anything is left of them to compare it with."""
    code = """
      import { alike } from "./alike.mjs"; import { trained } from "./network.mjs"; import { partition } from "./partition.mjs"; import { joined } from "./sentences.mjs";
      const [frame] = trained(given.task), proved = partition(given.task);
      const seen = frame.units.map((h) => alike(h, given.near));
      console.log(JSON.stringify([seen[1], joined(seen[1], proved[1]), joined([1, 2, -2], [{ label: 0 }, { label: 1 }, { label: 2 }])]));
    """
    case = traps(np.random.default_rng())["circulant"]
    first, (_, bias), last = case.params
    cancels = np.array([[0.1, 0.2, -0.3], [-0.3, 0.1, 0.2], [0.2, -0.3, 0.1]])
    task = case_data(replace(case, params=[first, (cancels, bias), last], steps=0))
    seen, told, different = json.loads(node(code, json.dumps({"task": task, "near": NEAR})))
    assert len(set(seen)) > 1
    assert told == [1, 1, 1]
    assert different == [1, 2, -2]


def test_sentences_count_right(node: Node) -> None:
    code = """
      import { alikeSentence, historySentence, overflowSentence } from "./sentences.mjs"; import { updates } from "./numbers.mjs";
      console.log(JSON.stringify([alikeSentence([1]), alikeSentence([1, 2, -2]), historySentence(1, [1]), historySentence(2, [3, 2, 2, 1, 1]), overflowSentence(1), updates(1), updates(0)]));
    """
    assert json.loads(node(code, "0")) == [
        "Alike so far, by what they compute: 1 unit in 1 class",
        "Alike so far, by what they compute: 3 units in 2 classes",
        "Classes in layer 1 after 0 updates: 1.",
        "Classes in layer 2 after 0, 1, 2, 3, … updates: 3, 2, 2, 1, …; after 4: 1.",
        "Nothing is shown after 1 update or more: there a number is beyond the range of floating point.",
        "after 1 update",
        "after 0 updates",
    ]


def test_as_many_digits_are_shown_as_tell_apart(node: Node) -> None:
    code = 'import { digitsApart } from "./numbers.mjs"; console.log(JSON.stringify(given.map(([a, b]) => digitsApart(a, b, 1, 4))));'
    pairs = [
        ([0.5], [0.75]), ([0.5], [0.50001]), ([0.5, 1.0], [0.5, 1.0 + 1e-12]), ([1e9], [1e9 + 1]), ([1e-9], [2e-9]), ([0.5], [0.5])
    ]  # fmt: skip
    told = json.loads(node(code, json.dumps(pairs)))
    assert told == [digits_apart(*pair) for pair in pairs]
    assert told[0] == 4
    for (one, other), digits in zip(pairs[:-1], told[:-1], strict=True):
        assert [fixed(v, digits) for v in one] != [fixed(v, digits) for v in other]
