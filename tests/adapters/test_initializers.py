"""The libraries' own initializers, held to what they document."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Judge = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def judged(cli: Callable[..., Any]) -> Judge:
    def run(subject: str, *options: str) -> tuple[int, dict[str, Any]]:
        outcome = cli("check", subject, "--json", "-", *options)
        return outcome.status, json.loads(outcome.out)

    return run


def failures(report: dict[str, Any]) -> list[str]:
    return [f"{f['check']}: {f['message']}" for f in report["findings"] if f["status"] in ("failed", "error")]


TORCH = {
    "torch.nn.init:kaiming_normal_": "he_normal",
    "torch.nn.init:kaiming_uniform_": "he_uniform",
    "torch.nn.init:xavier_normal_": "glorot_normal",
    "torch.nn.init:xavier_uniform_": "glorot_uniform",
    "torch.nn.init:xavier_uniform_(gain=1.5)": "glorot_uniform(gain=1.5)",
    "torch.nn.init:kaiming_normal_(mode='fan_out')": "he_normal(mode=fan_out)",
    "torch.nn.init:normal_(std=0.02)": "normal(0.02)",
    "torch.nn.init:uniform_": "uniform(0, 1)",
    "torch.nn.init:trunc_normal_": "truncated_normal(1, -2, 2)",
    "torch.nn.init:trunc_normal_(std=0.02)": "truncated_normal(0.02, -2, 2)",
    "torch.nn.init:orthogonal_": "orthogonal",
    "torch.nn.init:orthogonal_(gain=2.0)": "orthogonal(2)",
    "torch.nn.init:sparse_(sparsity=0.25)": "sparse(0.25)",
}


@pytest.mark.parametrize("subject", TORCH)
def test_torch(judged: Judge, torch: Any, subject: str) -> None:
    status, report = judged(subject)
    assert status == 0, failures(report)
    assert report["law"] == TORCH[subject]
    assert report["subject"]["layout"] == "out_in"
    assert report["subject"]["called_as"] == "f_(tensor)"


def test_torch_constants_tie_everything(judged: Judge, torch: Any) -> None:
    for subject in ("torch.nn.init:ones_", "torch.nn.init:zeros_", "torch.nn.init:constant_(val=0.5)"):
        status, report = judged(subject)
        assert status == 1
        assert any("stay equal for ever" in f for f in failures(report)), failures(report)


def test_torch_he_is_not_lecun(judged: Judge, torch: Any) -> None:
    status, report = judged("torch.nn.init:kaiming_normal_", "--law", "lecun_normal")
    assert status == 1
    (scale,) = [f for f in report["findings"] if f["status"] == "failed"]
    assert scale["check"] == "initializer.scale"
    assert "He's law" in scale["diagnosis"]


def test_torch_bfloat16_and_float16(judged: Judge, torch: Any, tmp_path: Path) -> None:
    (tmp_path / "low.py").write_text(
        "import torch\n"
        "def bf16(shape): return torch.nn.init.kaiming_uniform_(torch.empty(shape, dtype=torch.bfloat16))\n"
        "def half(shape): return torch.nn.init.kaiming_normal_(torch.empty(shape, dtype=torch.float16))\n"
    )
    for name, law, dtype in [("bf16", "he_uniform", "bfloat16"), ("half", "he_normal", "float16")]:
        status, report = judged(f"{tmp_path / 'low.py'}:{name}", "--law", law)
        assert status == 0, failures(report)
        (found,) = [f["message"] for f in report["findings"] if f["check"] == "initializer.dtype"]
        assert dtype in found


def test_a_users_in_place_torch_function(judged: Judge, torch: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import torch\n"
        "def fill_(tensor):\n    with torch.no_grad():\n        tensor.normal_(0, (2 / tensor.shape[1]) ** 0.5)\n"
        "def short_(tensor):\n    with torch.no_grad():\n        tensor[:-1].normal_(0, (2 / tensor.shape[1]) ** 0.5)\n"
    )
    status, report = judged(f"{tmp_path / 'mine.py'}:fill_", "--law", "he_normal")
    assert status == 0
    assert [f["check"] for f in report["findings"] if f["status"] == "warned"] == ["initializer.kernels"]
    status, report = judged(f"{tmp_path / 'mine.py'}:fill_", "--law", "he_normal", "--shapes", "all")
    assert status == 1, "the kernel size is left out, which convolutions show"
    assert [f["check"] for f in report["findings"] if f["status"] == "failed"] == ["initializer.kernels"]
    status, report = judged(f"{tmp_path / 'mine.py'}:short_")
    assert status == 1
    assert "initializer.written" in {f["check"] for f in report["findings"] if f["status"] == "failed"}


JAX = {
    "jax.nn.initializers:he_normal": "he_normal(distribution=truncated_normal)",
    "jax.nn.initializers:he_uniform": "he_uniform",
    "jax.nn.initializers:glorot_normal": "glorot_normal(distribution=truncated_normal)",
    "jax.nn.initializers:lecun_normal": "lecun_normal(distribution=truncated_normal)",
    "jax.nn.initializers:uniform": "uniform(0, 0.01)",
    "jax.nn.initializers:normal": "normal(0.01)",
    "jax.nn.initializers:truncated_normal": "truncated_normal(0.01, -0.02, 0.02)",
    "jax.nn.initializers:orthogonal": "orthogonal",
    "jax.nn.initializers:variance_scaling(scale=2.0, mode='fan_out', distribution='uniform')": "variance_scaling(2, fan_out, uniform)",
}


@pytest.mark.parametrize("subject", JAX)
def test_jax(judged: Judge, jax: Any, subject: str) -> None:
    status, report = judged(subject)
    assert status == 0, failures(report)
    assert report["law"] == JAX[subject]
    assert report["subject"]["layout"] == "in_out"


def test_jax_he_normal_is_told_apart_from_the_plain_normal_law(judged: Judge, jax: Any) -> None:
    status, report = judged("jax.nn.initializers:he_normal", "--law", "he_normal")
    assert status == 0, "in jax a bare he_normal is the truncated law"
    assert any("means he_normal(distribution=truncated_normal)" in note for note in report["notes"])
    status, report = judged("jax.nn.initializers:he_normal", "--law", "he_normal(distribution=normal)")
    assert status == 1
    failed = {f["check"]: f for f in report["findings"] if f["status"] == "failed"}
    assert "initializer.bounds" in failed
    assert "truncated" in failed["initializer.bounds"]["diagnosis"]
    assert "initializer.scale" not in failed


KERAS = {
    "keras.initializers:HeNormal": "he_normal(distribution=truncated_normal)",
    "keras.initializers:GlorotUniform": "glorot_uniform",
    "keras.initializers:LecunNormal": "lecun_normal(distribution=truncated_normal)",
    "keras.initializers:RandomNormal": "normal(0.05)",
    "keras.initializers:RandomUniform": "uniform(-0.05, 0.05)",
    "keras.initializers:TruncatedNormal": "truncated_normal(0.05, -0.1, 0.1)",
    "keras.initializers:VarianceScaling": "variance_scaling(1, fan_in, truncated_normal)",
}


@pytest.mark.parametrize("subject", KERAS)
def test_keras(judged: Judge, keras: Any, subject: str) -> None:
    status, report = judged(subject)
    assert status == 0, failures(report)
    assert report["law"] == KERAS[subject]
    assert report["subject"]["layout"] == "in_out"


def test_one_keras_instance_gives_identical_kernels(judged: Judge, keras: Any) -> None:
    status, report = judged("keras.initializers:HeNormal(seed=42)")
    assert status == 1
    (found,) = [f for f in report["findings"] if f["status"] == "failed"]
    assert found["check"] == "initializer.fresh"
    assert "layers that share it start identical" in found["diagnosis"]


def test_thinc_normal_init_is_all_zeros(judged: Judge) -> None:
    from tests.conftest import require

    require("thinc")
    status, report = judged("thinc.initializers:normal_init")
    assert status == 1
    assert any("every weight is 0, but should be random draws" in f for f in failures(report))
    for name in ("he_normal_init", "glorot_uniform_init", "uniform_init"):
        status, report = judged(f"thinc.initializers:{name}")
        assert status == 0, failures(report)


def test_what_draws_kernels_only_is_judged_on_kernels(judged: Judge, torch: Any, jax: Any, tmp_path: Path) -> None:
    status, report = judged("torch.nn.init:dirac_")
    assert (status, report["law"]) == (0, "identity"), failures(report)
    assert "only convolution kernels were drawn, no matrices" in report["notes"]
    said = {f["check"]: f for f in report["findings"]}
    assert said["initializer.structure"]["status"] == "passed"
    assert "convolution kernels only" in said["initializer.symmetry"]["message"]
    status, report = judged("jax.nn.initializers:delta_orthogonal")
    assert status == 0, failures(report)
    assert "only convolution kernels were drawn, of layers that do not narrow, no matrices" in report["notes"]
    (tmp_path / "kernels.py").write_text(
        "import math\n"
        "def he(shape, rng):\n    o, i, a, *b = shape\n    return rng.normal(0, (2 / i / a / math.prod(b)) ** .5, shape)\n"
        "def part(shape, rng):\n    o, i, a, *b = shape\n    return rng.normal(0, (2 / i / a / (b or [1])[0]) ** .5, shape)\n"
        "def wrong(shape, rng):\n    o, i, a, *b = shape\n    return rng.normal(0, (2 / i) ** .5, shape)\n"
        "def tied(shape, rng):\n    o, i, a, *b = shape\n    w = rng.normal(0, 1, shape)\n    w[-1] = w[0]\n    return w\n"
    )
    for name, law, failing in [
        ("he", "he_normal", ()),
        ("part", "he_normal", ("scale", "kernels")),
        ("wrong", "he_normal", ("scale", "kernels")),
        ("tied", "normal(1)", ("ties",)),
    ]:
        status, report = judged(f"{tmp_path / 'kernels.py'}:{name}", "--law", law)
        assert [f["check"] for f in report["findings"] if f["status"] in ("failed", "error")] == (
            [f"initializer.{aspect}" for aspect in failing]
        ), failures(report)


@pytest.mark.parametrize("library", ["torch", "jax", "keras"])
def test_whatever_sits_among_the_initializers_is_judged_or_refused(library: str) -> None:
    """No name a library exports there may end in an error of symcheck's own."""
    from importlib import import_module

    import symcheck
    from symcheck.subjects.find import choose_keras_backend
    from tests.conftest import require

    require(library)
    choose_keras_backend()
    home = {"torch": "torch.nn.init", "jax": "jax.nn.initializers", "keras": "keras.initializers"}[library]
    module = import_module(home)
    exported = {id(getattr(module, name)): name for name in dir(module) if not name.startswith("_")}
    for name in exported.values():
        subject = getattr(module, name)
        home = str(getattr(subject, "__module__", ""))
        if not callable(subject) or not (home.startswith(library) and "init" in home):
            continue
        try:
            report = symcheck.check(subject, only=["initializer.call", "initializer.finite", "initializer.structure"])
        except symcheck.SymcheckError as error:
            words = str(error)
            assert any(w in words for w in ("nothing", "bind them", "without arguments", "spectrogram")), (name, words)
            continue
        assert report.passed, (name, report.failures)


def test_keras_identity_has_its_gain(judged: Judge, keras: Any) -> None:
    for subject, law in [("Identity", "identity"), ("Identity(gain=2.0)", "identity(2)"), ("Orthogonal", "orthogonal")]:
        status, report = judged(f"keras.initializers:{subject}")
        failed = [f for f in failures(report) if not f.startswith("initializer.fresh")]
        assert (report["law"], failed) == (law, []), subject
