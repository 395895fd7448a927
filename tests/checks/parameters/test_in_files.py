"""Weights that stay in their files are judged as those in memory are, whoever reads them, and in any number of parts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.checks.parameters import surveying
from symcheck.errors import SymcheckError
from symcheck.report import Report
from symcheck.subjects import files

safetensors_numpy = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")

N = 128
Arrays = dict[str, np.ndarray]


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is larger than is held in memory, and read in many parts."""
    monkeypatch.setattr(files, "LARGE", 0)
    monkeypatch.setattr(surveying, "PART", 5_000)


def orthogonal(n: int = N, m: int = N) -> np.ndarray:
    q, r = np.linalg.qr(np.random.default_rng().normal(size=(max(n, m), min(n, m))))
    q = q * np.sign(np.diag(r))
    return q if n >= m else np.ascontiguousarray(q.T)


def right() -> Arrays:
    rng = np.random.default_rng()

    def he(*shape: int) -> np.ndarray:
        return (rng.normal(size=shape) * np.sqrt(2 / shape[1])).astype(np.float32)

    return {
        "embed.weight": (0.02 * rng.normal(size=(300, N))).astype(np.float32),
        "layers.0.weight": he(3 * N, N),
        "layers.1.weight": he(N, N),
        "layers.2.weight": orthogonal().astype(np.float32),
        "layers.3.weight": orthogonal(N, 2 * N),
        "layers.4.weight": orthogonal(2 * N, N),
        "layers.5.weight": np.eye(N, dtype=np.float32),
        "norm.scale": np.ones(N, np.float32),
        "norm.bias": np.zeros(N, np.float32),
        "step": np.array(3),
    }


LAWS = {
    "embed.weight": "normal(0.02)",
    "layers.*.weight": "he_normal",
    "layers.0.weight[0:128]": "normal(sqrt(2/128))",
    "layers.2.weight": "orthogonal",
    "layers.3.weight": "orthogonal",
    "layers.4.weight": "orthogonal",
    "layers.5.weight": "identity",
    "norm.scale": "ones",
    "norm.bias": "zeros",
}


def sharded(folder: Path, arrays: Arrays) -> Path:
    """Saved in three files with an index."""
    names = sorted(arrays)
    place = {name: f"model-0000{i % 3 + 1}-of-00003.safetensors" for i, name in enumerate(names)}
    for file in set(place.values()):
        safetensors_numpy.save_file({n: arrays[n] for n in names if place[n] == file}, folder / file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": place}))
    return folder / "model.safetensors.index.json"


def judged(folder: Path, arrays: Arrays, law: Any = LAWS, **options: Any) -> Report:
    return symcheck.check(sharded(folder, arrays), law, **options)


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(f.check, f.status, f.message) for f in report.findings]


def test_what_is_right_passes(tmp_path: Path) -> None:
    report = judged(tmp_path, right())
    assert report.passed, report.findings
    assert {f.check for f in report.findings if f.status == "passed"} >= {
        f"parameter.{name}" for name in ("finite", "covered", "scale", "bounds", "family", "structure", "copies")
    }
    assert any("3 files of weights" in note for note in report.notes)


def put(name: str, place: Any, value: Any) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays[name][place] = value

    return change


def replaced(name: str, make: Callable[[Arrays], np.ndarray]) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays[name] = np.ascontiguousarray(make(arrays)).astype(arrays[name].dtype)

    return change


FAULTS = {
    "one NaN near the end": (
        put("layers.0.weight", (383, 127), np.nan),
        "finite",
        "1 of 49152 entries of layers.0.weight is not finite, first nan at (383, 127)",
    ),
    "one entry far out": (put("embed.weight", (299, 5), 0.5), "bounds", "embed.weight: farthest entry 0.5"),
    "a block of another scale": (
        replaced(
            "layers.0.weight", lambda a: np.concatenate([a["layers.0.weight"][:128] * 0.5, a["layers.0.weight"][128:]])
        ),
        "scale",
        "layers.0.weight[0:128]",
    ),
    "a transposed copy in another file": (
        replaced("layers.1.weight", lambda a: a["layers.0.weight"][:128].T),
        "copies",
        "layers.0.weight[0:128]",
    ),
    "a scaled copy of rows": (
        replaced("embed.weight", lambda a: np.concatenate([a["embed.weight"][:150], -1.1 * a["embed.weight"][:150]])),
        "copies",
        "embed.weight[150:300] is embed.weight[0:150] times -1.1",
    ),
    "a column that comes twice": (
        replaced(
            "layers.1.weight", lambda a: np.column_stack([a["layers.1.weight"][:, :127], a["layers.1.weight"][:, 4]])
        ),
        "copies",
        "layers.1.weight[:, 127] is layers.1.weight[:, 4]",
    ),
    "a matrix that is not quite orthogonal": (
        put("layers.2.weight", (0, slice(None)), 0.09),
        "structure",
        "layers.2.weight is not orthogonal",
    ),
    "a wide one": (
        replaced("layers.3.weight", lambda a: a["layers.3.weight"] * 1.001),
        "structure",
        "layers.3.weight is not orthogonal",
    ),
    "a tall one": (put("layers.4.weight", (255, 3), 0.4), "structure", "layers.4.weight is not orthogonal"),
    "an identity with a slip": (put("layers.5.weight", (100, 3), 1e-5), "structure", "layers.5.weight is not identity"),
    "a bias that is not zero": (put("norm.bias", 77, 1e-3), "structure", "entry (77,) is 0.001"),
    "a scale that is drawn": (
        replaced("norm.scale", lambda a: a["norm.scale"] + np.random.default_rng().normal(size=N)),
        "structure",
        "norm.scale is not ones",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_found_as_in_memory(tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    change, check, sentence = FAULTS[fault]
    arrays = right()
    change(arrays)
    report = judged(tmp_path, arrays)
    found = next(f for f in report.findings if f.check == f"parameter.{check}")
    assert found.status == "failed", found
    assert sentence in found.message
    monkeypatch.setattr(files, "LARGE", 1 << 40)
    beside = next(f for f in judged(tmp_path, arrays).findings if f.check == f"parameter.{check}")
    assert beside.status == "failed"
    assert sentence in beside.message


def test_in_threads_it_is_the_same(tmp_path: Path) -> None:
    arrays = right() | {"layers.1.weight": np.zeros((N, N), np.float32)}
    seen: list[str] = []
    alone = judged(tmp_path, arrays, seed=7, progress=seen.append)
    assert told(judged(tmp_path, arrays, seed=7, workers=3)) == told(alone)
    assert not alone.passed
    assert any(text.startswith("read ") and "numbers: " in text for text in seen)


@pytest.fixture
def cluster(distributed: Any) -> Iterator[Any]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster


@pytest.mark.filterwarnings("ignore")
def test_on_a_cluster_it_is_the_same(tmp_path: Path, cluster: Any) -> None:
    arrays = right()
    arrays["layers.0.weight"][5, 5] = np.inf
    address = cluster.scheduler_address
    assert told(judged(tmp_path, arrays, seed=7, dask=address)) == told(judged(tmp_path, arrays, seed=7))
    path = sharded(tmp_path, arrays)
    with pytest.raises(SymcheckError, match=r"could not read its part: .*cannot read|changed while"):
        symcheck.check(path, LAWS, dask=address, progress=lambda _: truncate(tmp_path))


def test_a_cluster_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SymcheckError, match=r"pip install 'symcheck\[dask\]'"):
        judged(tmp_path, right(), dask="tcp://127.0.0.1:9")


def truncate(folder: Path) -> None:
    for file in folder.glob("*.safetensors"):
        file.write_bytes(b"")


@pytest.mark.usefixtures("distributed")
def test_a_cluster_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "_PATIENCE", 0.2)
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "::::"):
        with pytest.raises(SymcheckError, match="no dask scheduler answers at"):
            judged(tmp_path, right(), dask=address)


@pytest.mark.parametrize("workers", [0, -1, 10_000_000, 1.5])
def test_workers_that_cannot_be(tmp_path: Path, workers: Any) -> None:
    for said in ("workers", "draws"):
        with pytest.raises(SymcheckError, match=f"{said} must be a whole number from 1 to"):
            judged(tmp_path, right(), **{said: workers})


def test_two_files_are_compared(tmp_path: Path) -> None:
    arrays = right()
    folders = [tmp_path / name for name in ("one", "same", "fresh", "wrong")]
    for folder in folders:
        folder.mkdir()
    wrong = right()
    wrong["layers.1.weight"] *= np.float32(1.5)
    saved = [sharded(f, a) for f, a in zip(folders, (arrays, arrays, right(), wrong), strict=True)]
    assert {row.how for row in symcheck.compare(saved[0], saved[1]).rows} == {"equal"}
    fresh = symcheck.compare(saved[0], saved[2])
    assert fresh.same, [row for row in fresh.rows if row.verdict != "same"]
    found = symcheck.compare(saved[0], saved[3])
    assert [row.name for row in found.rows if row.verdict != "same"] == ["layers.1.weight"]


def test_a_certificate_reads_the_whole_file(tmp_path: Path) -> None:
    rng = np.random.default_rng()
    safetensors_numpy.save_file(
        {"W1": rng.normal(size=(5, 3)), "W2": rng.normal(size=(2, 5))}, tmp_path / "w.safetensors"
    )
    assert symcheck.check(tmp_path / "w.safetensors").kind == "weights"
    assert symcheck.check(tmp_path / "w.safetensors", kind="network").kind == "network"


def test_identify_looks_into_files(tmp_path: Path) -> None:
    found = symcheck.identify(sharded(tmp_path, right()))
    laws = {part.name: part.found.law.name for part in found.parts if part.found.law is not None}
    assert laws["norm.scale"] == "ones"


def saved(path: Path, arrays: Arrays) -> Path:
    safetensors_numpy.save_file(arrays, path)
    return path


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("large", [0, 1 << 40])
def test_no_draws_are_orthogonal_in_any_precision(
    tmp_path: Path, dtype: type, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGE", large)
    rng = np.random.default_rng()
    for n, m in ((512, 512), (32, 8192), (8192, 32)):
        right_one = saved(tmp_path / "right.safetensors", {"w.weight": orthogonal(n, m).astype(dtype)})
        assert symcheck.check(right_one, {"w.weight": "orthogonal"}, only="parameter.structure").passed
        draws = rng.normal(size=(n, m)) / np.sqrt(max(n, m))
        for wrong in (np.zeros((n, m)), draws, 1.01 * orthogonal(n, m)):
            path = saved(tmp_path / "wrong.safetensors", {"w.weight": wrong.astype(dtype)})
            assert not symcheck.check(path, {"w.weight": "orthogonal"}, only="parameter.structure").passed


def test_a_large_orthogonal_matrix_is_tried_on_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from symcheck.checks.parameters import structure

    monkeypatch.setattr(structure, "_SMALL_SIDE", 16)
    for n, m in ((128, 128), (64, 200), (200, 64)):
        matrix = orthogonal(n, m).astype(np.float32)
        law = {"w.weight": "orthogonal"}
        right_one = saved(tmp_path / "w.safetensors", {"w.weight": matrix})
        assert symcheck.check(right_one, law, only="parameter.structure").passed
        matrix[3, 5] += 0.01
        assert not symcheck.check(saved(right_one, {"w.weight": matrix}), law, only="parameter.structure").passed


@pytest.mark.parametrize("shape", [(64, 64), (600, 600), (1200, 1100), (3000, 1500)])
def test_identify_does_not_deny_a_structure(tmp_path: Path, shape: tuple[int, int]) -> None:
    path = saved(tmp_path / "w.safetensors", {"w.weight": orthogonal(*shape), "v.weight": np.eye(*shape)})
    found = {part.name: [law.name for law in part.found.consistent] for part in symcheck.identify(path).parts}
    assert "orthogonal" in found["w.weight"]
    assert any(law in found["v.weight"] for law in ("identity", "orthogonal"))


def test_a_file_that_is_replaced_while_it_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "w.safetensors", right())

    def replace_it(_: str) -> None:
        saved(tmp_path / "new.safetensors", right()).replace(path)

    with pytest.raises(SymcheckError, match="changed while it was read"):
        symcheck.check(path, progress=replace_it)


def test_types_that_hold_no_weights_are_left_out_and_said(tmp_path: Path) -> None:
    from forged_files import lying

    header = {
        "mask": {"dtype": "BOOL", "shape": [4], "data_offsets": [0, 4]},
        "scale": {"dtype": "F8_E4M3", "shape": [4], "data_offsets": [4, 8]},
        "w.weight": {"dtype": "F32", "shape": [2, 2], "data_offsets": [8, 24]},
    }
    (tmp_path / "w.safetensors").write_bytes(lying(header, bytes(range(24))))
    report = symcheck.check(tmp_path / "w.safetensors")
    assert any("not read, for their type: scale (F8_E4M3)" in note for note in report.notes)
    assert any("2 parameters" in note for note in report.notes)


def test_an_array_that_two_files_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng()
    first, second = ({name: rng.normal(size=(4, 4))} for name in ("W1", "W2"))
    safetensors_numpy.save_file(first | {"W2": np.eye(4)}, tmp_path / "a.safetensors")
    safetensors_numpy.save_file(second, tmp_path / "b.safetensors")
    index = tmp_path / "m.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"W1": "a.safetensors", "W2": "b.safetensors"}}))
    for large in (0, 1 << 40):
        monkeypatch.setattr(files, "LARGE", large)
        notes = symcheck.check(index).notes
        assert any("not where the index has it, and left out: W2 in a.safetensors" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "no weight_map"),
        ('{"weight_map": {}}', "no weight_map"),
        ('{"weight_map": {"W": 3}}', "no weight_map"),
        ('{"weight_map": {"W": "../w.safetensors"}}', "which is no safetensors file beside it"),
        ('{"weight_map": {"W": "/etc/passwd"}}', "which is no safetensors file beside it"),
        ('{"weight_map": {"W": "none.safetensors"}}', "there is no such file beside it"),
        ('{"weight_map": {"V": "w.safetensors"}}', "says that V is in w.safetensors, and it is not"),
        ('{"weight_map": {"W": "w.safetensors", "W": "w.safetensors"}}', "two arrays named 'W'"),
        ("{" * 100_000, "no index of weights"),
        ("\xff", "no index of weights"),
    ],
)
def test_an_index_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    safetensors_numpy.save_file({"W": np.eye(2)}, tmp_path / "w.safetensors")
    (tmp_path / "m.safetensors.index.json").write_text(text, encoding="latin-1")
    with pytest.raises(SymcheckError) as caught:
        symcheck.check(tmp_path / "m.safetensors.index.json")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_seed_repeats_the_report_on_copies(tmp_path: Path) -> None:
    arrays = right()
    arrays["layers.1.weight"] = arrays["layers.0.weight"][128:256]
    path = saved(tmp_path / "w.safetensors", arrays)
    assert len({symcheck.check(path, only="parameter.copies", seed=5).findings[0].message for _ in range(8)}) == 1


def test_one_entry_of_two_files_differs(tmp_path: Path) -> None:
    arrays = right()
    first = saved(tmp_path / "a.safetensors", arrays)
    arrays["layers.1.weight"][7, 7] = 9
    arrays["norm.bias"][:] = np.nan
    rows = symcheck.compare(first, saved(tmp_path / "b.safetensors", arrays)).rows
    told_ = {row.name: (row.first, row.second) for row in rows if row.verdict != "same"}
    assert told_["layers.1.weight"][0] == "1 of 16,384 entries differ"
    assert told_["norm.bias"] == ("0", "not finite")
    assert len(told_) == 2


def test_paths_are_those_of_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from symcheck.subjects.safetensors_file import read_safetensors

    saved(tmp_path / "w.safetensors", {"W": np.eye(2)})
    monkeypatch.chdir(tmp_path)
    arrays, _ = read_safetensors(Path("w.safetensors"))
    assert arrays["W"].path == str(tmp_path / "w.safetensors")


def test_of_long_columns_as_many_numbers_are_compared_as_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from symcheck.checks.parameters import copies, strands

    for module in (copies, strands):
        monkeypatch.setattr(module, "MOST_TURNED", 2_560)
    table = np.random.default_rng().normal(size=(256, 64)).astype(np.float32)
    path = saved(tmp_path / "w.safetensors", {"embed": table, "head": np.ascontiguousarray(table.T)})
    message = symcheck.check(path, only="parameter.copies").findings[0].message
    assert message == "head[:, 0:40] is embed[0:40], and no more was compared"


def test_where_not_every_row_is_looked_at_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from symcheck.checks.parameters import strands

    path = saved(tmp_path / "w.safetensors", {"w.weight": np.random.default_rng().normal(size=(128, 64))})
    assert "not every row" not in symcheck.check(path, only="parameter.copies").findings[0].message
    monkeypatch.setattr(strands, "_MOST_STRANDS", 200)
    assert "of w.weight not every row and column" in symcheck.check(path, only="parameter.copies").findings[0].message
