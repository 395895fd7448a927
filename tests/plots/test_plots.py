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
from symcheck.render.histogram import histogram

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


def short(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))


def right(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """Of a wrong initializer, a right one and one without a law."""
    given = {"wrong": (short, "he_normal"), "right": (right, "he_normal"), "no law": (right, None)}
    return {name: symcheck.check(f, law, figures=True).drawn for name, (f, law) in given.items()}


def test_figures_are_what_was_drawn(figures: dict[str, Any]) -> None:
    for name, ratio in (("wrong", 0.5**0.5), ("right", 1.0)):
        drawn = figures[name]
        assert drawn.law == "he_normal"
        seen = [(s.measured / s.promised / ratio - 1) / s.error for s in drawn.scales]
        # Errors are those seen for certain, which is some ten standard errors.
        assert np.abs(seen).max() < 1
        entries = drawn.entries
        inside = (entries.low <= entries.quantiles) & (entries.quantiles <= entries.high)
        assert inside.all() == (name == "right")
        assert np.sum(entries.density * np.diff(entries.edges)) == pytest.approx(1, abs=0.01)
        assert np.sum(entries.promised_density * np.diff(entries.edges)) == pytest.approx(1, abs=0.01)
    assert figures["no law"].entries.promised is None
    assert all(s.promised is None for s in figures["no law"].scales)
    assert symcheck.check(right, "he_normal").drawn is None, "kept only where they are asked for"


@drawn
@pytest.mark.parametrize("name", ["wrong", "right", "no law"])
def test_draws_are_drawn_beside_their_law(name: str, figures: dict[str, Any]) -> None:
    from symcheck.plots.draws import draws_figure

    density, quantiles, scale = draws_figure(figures[name]).axes
    told = [text.get_text() for text in (density.get_legend() or scale.get_legend()).get_texts()]
    assert ("he_normal" in told) == (name != "no law")
    points = quantiles.lines[-1].get_ydata()
    assert points == pytest.approx(figures[name].entries.quantiles)
    assert len(scale.get_xticklabels()) == len(figures[name].scales)


def test_the_terminal_has_a_histogram(figures: dict[str, Any]) -> None:
    draws, law, ends = histogram(figures["wrong"])
    assert draws.startswith("draws")
    assert law.startswith("he_normal")
    assert "█" in draws, "the draws are the narrower, and so the higher"
    assert "█" not in law
    assert "512 -> 512" in ends
    alone = histogram(figures["no law"])
    assert len(alone) == 2


def test_equal_entries_have_a_histogram_too() -> None:
    def ones(shape: Any) -> Any:
        return np.ones(shape)

    drawn_ones = symcheck.check(ones, figures=True).drawn
    assert drawn_ones is not None
    assert "█" in histogram(drawn_ones)[0]


def test_a_report_without_figures_says_how_to_have_them() -> None:
    with pytest.raises(SymcheckError, match="figures=True"):
        symcheck.plot(symcheck.check(right, "he_normal", only="initializer.scale"), "he.png")


def test_a_page_has_the_picture_in_it(figures: dict[str, Any]) -> None:
    from symcheck.plotting import picture
    from symcheck.render.html import report_page

    report = symcheck.check(short, "he_normal", figures=True)
    page = report_page(report, picture(report))
    assert page.count("<svg") == page.count("</svg>") == (1 if find_spec("matplotlib") else 0)
    assert "<?xml" not in page
    assert picture(symcheck.check(short, only="initializer.shape")) == ""


@pytest.mark.parametrize("size", [1.7e308, 1e200, 1e-310])
def test_entries_of_any_size_are_drawn_or_it_is_said_that_they_are_not(size: float, tmp_path: Path) -> None:
    def signs(shape: Any, rng: Any) -> Any:
        return size * rng.choice([-1.0, 1.0], shape)

    report = symcheck.check(signs, figures=True)
    assert report.drawn is None
    with pytest.raises(SymcheckError, match="no entry is beyond 1e100, nor all below 1e-100"):
        symcheck.plot(report, str(tmp_path / "drawn.svg"))


@drawn
@pytest.mark.parametrize("value", [0.0, 0.5, -3e90, 1e-90])
@pytest.mark.parametrize("noise", [0.0, 1e-16])
def test_draws_that_hardly_differ_have_a_picture(value: float, noise: float) -> None:
    """Without a warning: bins have a width, and 0 is not put on a logarithmic scale."""
    from symcheck.checks.drawing import _scale, entries_of
    from symcheck.drawn import Drawn
    from symcheck.plots.draws import draws_figure

    array = value * (1 + noise * np.random.default_rng().choice([0, 3], (20, 30)))
    entries = entries_of("30 -> 20", array, None, 1e-9)
    assert np.isfinite(entries.density).all()
    assert (entries.density > 0).sum() in (1, 2)
    draws_figure(Drawn(None, (_scale("30 -> 20", array, None, 1e-9),), entries)).canvas.draw()
