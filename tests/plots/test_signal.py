"""The picture of a signal: what stands in it is what was found, in words too."""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.errors import SymcheckError
from symcheck.propagation.course import courses

pytestmark = pytest.mark.skipif(find_spec("matplotlib") is None, reason="matplotlib is not installed")


def network(scale: float, depth: int = 20, width: int = 32) -> Any:
    rng = np.random.default_rng()
    weights = [rng.standard_normal((width, width)) * np.sqrt(scale / width) for _ in range(depth)]
    return symcheck.Network(weights, activation="relu")


def figure(found: Any) -> Any:
    from symcheck.plots.signal import signal_figure

    return signal_figure(found)


def told(drawn: Any) -> str:
    return "\n".join(text.get_text() for legend in drawn.legends for text in legend.get_texts())


def test_measured_points_and_the_theory_stand_in_both_panels() -> None:
    found = symcheck.signal(network(2.0))
    drawn = figure(found)
    for axes, course in zip(drawn.axes, courses(found), strict=True):
        lines = {line.get_label(): line for line in axes.lines}
        assert lines["measured"].get_ydata() == pytest.approx(np.exp(course.measured))
        theory = next(line for label, line in lines.items() if label.startswith("theory"))
        assert theory.get_ydata() == pytest.approx(np.exp(course.predicted))
        assert axes.get_yscale() == "log"
        assert axes.get_xlabel()
        assert axes.get_ylabel()
    assert "right: the gains that lose least" in told(drawn)
    assert "lost" not in told(drawn)


def test_what_is_lost_is_marked_and_said() -> None:
    rng = np.random.default_rng()
    # Orthogonal weights have their gain exactly.
    weights = [np.linalg.qr(rng.standard_normal((32, 32)))[0] for _ in range(20)]
    found = symcheck.signal(symcheck.Network(weights, activation="relu"))
    assert "lost in layers 1 to 19: gain 1, use 1.414" in told(figure(found))


def test_layers_of_which_nothing_is_predicted_break_the_line() -> None:
    weights = [np.eye(8), np.zeros((8, 8)), np.eye(8), np.eye(8)]
    drawn = figure(symcheck.signal(symcheck.Network(weights, activation="tanh")))
    assert "nothing is predicted" in told(drawn)
    assert any("nothing was seen at 2 layers" in text.get_text() for text in drawn.axes[0].texts)
    parts = [line for line in drawn.axes[0].lines if line.get_label().startswith("theory")]
    assert [list(line.get_xdata()) for line in parts] == [[1, 2], [3, 4]]


def test_one_layer_has_no_picture(tmp_path: Path) -> None:
    with pytest.raises(SymcheckError, match="only one layer is followed"):
        symcheck.plot(symcheck.signal(network(2.0, depth=1)), str(tmp_path / "signal.png"))


def test_what_grows_beyond_numbers_is_drawn(tmp_path: Path) -> None:
    target = tmp_path / "signal.svg"
    symcheck.plot(symcheck.signal(network(1e9, depth=60)), str(target))
    assert target.read_text().startswith("<?xml")


def test_a_checked_network_shows_its_units(tmp_path: Path) -> None:
    report = symcheck.check([np.ones((4, 3)), np.ones((2, 4))], figures=True)
    target = tmp_path / "units.svg"
    symcheck.plot(report, str(target))
    assert "tied" in target.read_text()


def model() -> Any:
    return {"wte": np.ones((4, 3)), "ln": np.ones(3), "c": np.ones((2, 2, 2))}


@pytest.mark.parametrize(
    ("subject", "said"), [([np.ones((4, 3))], "a network: .* hidden layers"), (model, "a model: pictures are of")]
)
def test_what_has_no_picture_says_which_have_one(subject: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(SymcheckError, match=said):
        symcheck.plot(symcheck.check(subject, figures=True), str(tmp_path / "no.png"))


@pytest.mark.parametrize("name", ["cost$", r"$\frac$", "a$b$c", "x" * 3000, "a\nb"])
def test_names_stand_in_the_picture_as_they_are_written(name: str) -> None:
    """A dollar sign does not begin a formula, and a long name does not push the picture away."""
    found = symcheck.signal(network(2.0, depth=3))
    layers = [replace(layer, name=f"{name}.{number}") for number, layer in enumerate(found.layers)]
    made = figure(replace(found, name=name, layers=type(found.layers)(layers)))
    made.canvas.draw()
    title = made.get_suptitle()
    for text in (title, *(tick.get_text() for axes in made.axes for tick in axes.get_xticklabels())):
        assert text.count("$") == text.count(r"\$")
    assert len(title) < 300
    assert "…" in title or title.replace(r"\$", "$").startswith(name.replace("\n", r"\n"))
