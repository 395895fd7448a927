"""Fans of dense and convolution shapes, in both layouts."""

import pytest

from symcheck.errors import SymcheckError
from symcheck.fans import Fans, Layer, layer_of


@pytest.mark.parametrize(
    ("shape", "layout", "fans"),
    [
        ((7, 5), "out_in", Fans(5, 7)),
        ((7, 5), "in_out", Fans(7, 5)),
        ((16, 8, 3, 3), "out_in", Fans(72, 144, 9)),
        ((3, 3, 8, 16), "in_out", Fans(72, 144, 9)),
        ((16, 8, 5), "out_in", Fans(40, 80, 5)),
        ((2, 3, 4, 8, 16), "in_out", Fans(8 * 24, 16 * 24, 24)),
        ((1, 1), "out_in", Fans(1, 1)),
    ],
)
def test_fans_of_a_shape(shape: tuple[int, ...], layout: str, fans: Fans) -> None:
    layer = layer_of(shape, layout)
    assert layer.fans == fans
    assert layer.shape(layout) == shape


def test_modes() -> None:
    fans = Fans(10, 30)
    assert [fans.of_mode(m) for m in ("fan_in", "fan_out", "fan_avg")] == [10, 30, 20]


def test_bad_shapes_and_layouts() -> None:
    with pytest.raises(SymcheckError, match="two axes"):
        layer_of((3,), "out_in")
    with pytest.raises(SymcheckError, match="layout"):
        layer_of((3, 4), "rows_first")
    with pytest.raises(SymcheckError, match="layout"):
        Layer(3, 4).shape("rows_first")
