"""Pictures: what is drawn is what was found, in the format that was asked for."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.errors import SymcheckError
from symcheck.plots.style import INKS, MARKERS
from symcheck.races.result import Lane, Race

drawn = pytest.mark.skipif(find_spec("matplotlib") is None, reason="matplotlib is not installed")

#: Units 1 and 3 are equal, 2 is opposite to them, 4 is zero, 5 is by itself.
W1 = np.array([[1.0, 2], [-1, -2], [1, 2], [0, 0], [3, 1]])
TIED = [W1, np.array([[1.0, -1, 1, 0, 2]])]


def certificate() -> Any:
    return symcheck.certify(TIED, activation="tanh")


def race(end: float = 0.1) -> Race:
    losses = np.array([[2.3, 1.0, end], [2.3, 1.1, 0.2]])
    return Race((2, 2, 2), "relu", 2, 2, 8, (0.1,), 1, (Lane("zeros", 0.1, losses, losses / 3),), ())


def texts(figure: Any) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@drawn
@pytest.mark.parametrize("result", [certificate, race], ids=["certificate", "race"])
def test_a_picture_is_a_file_of_the_format_asked_for(result: Any, tmp_path: Path) -> None:
    for ending, begins in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".SVG", b"<?xml")):
        target = tmp_path / f"drawn{ending}"
        symcheck.plot(result(), str(target))
        assert target.read_bytes().startswith(begins)


@drawn
def test_units_of_a_class_have_one_letter() -> None:
    from symcheck.plots.partition import partition_figure

    left, right = (texts_of for texts_of in np.array_split(texts(partition_figure(certificate())), 2))
    assert list(left) == ["A", "A\u0305", "A", "0", "B"]
    assert list(right) == ["A", "B", "C", "D", "E"], "beside it the case in which symmetry is broken"


@drawn
def test_a_wide_layer_says_how_many_units_are_not_drawn() -> None:
    from symcheck.plots.partition import MOST, partition_figure

    wide = symcheck.certify([np.ones((1000, 3)), np.ones((2, 1000))], activation="tanh")
    assert f"{1000 - MOST} more" in texts(partition_figure(wide))


@drawn
def test_the_curves_of_a_race_are_its_means() -> None:
    from symcheck.plots.race import race_figure

    loss, accuracy = race_figure(race()).axes
    assert loss.lines[0].get_ydata() == pytest.approx([2.3, 1.05, 0.15])
    assert accuracy.lines[0].get_ydata() == pytest.approx(100 / 3 * np.array([2.3, 1.05, 0.15]))
    assert len(race_figure(race(np.nan)).axes[0].lines[0].get_ydata()) == 2, "what diverged has no point"


def test_every_lane_has_an_ink_and_a_marker() -> None:
    from symcheck.laws.gallery import GALLERY

    assert len(set(INKS)) == len(set(MARKERS)) == len(INKS) >= len(GALLERY)


@pytest.mark.parametrize("target", ["drawn.pdf", "drawn", "drawn.png.txt"])
def test_other_formats_are_refused(target: str) -> None:
    with pytest.raises(SymcheckError, match=r"a \.png or a \.svg file"):
        symcheck.plot(race(), target)


def test_what_has_no_picture_is_refused() -> None:
    with pytest.raises(SymcheckError, match="there is no picture of a Gain"):
        symcheck.plot(symcheck.gain("relu"), "gain.png")


@pytest.mark.skipif(find_spec("matplotlib") is not None, reason="matplotlib is installed")
def test_without_matplotlib_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(SymcheckError, match="pip install matplotlib"):
        symcheck.plot(race(), str(tmp_path / "race.png"))


@drawn
def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SymcheckError, match="cannot write"):
        symcheck.plot(race(), str(tmp_path / "nowhere" / "race.png"))
