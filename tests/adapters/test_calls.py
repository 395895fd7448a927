"""Functions that fill torch's tensors, whatever their signature tells."""

import functools
from typing import Any

from symcheck.checking import check


def test_a_helper_makes_the_call(torch: Any) -> None:
    def fill(t: Any, std: float) -> Any:
        return torch.nn.init.normal_(t, 0.0, std)

    def lecun_normal_(tensor: Any) -> Any:
        return fill(tensor, (tensor[0].numel()) ** -0.5)

    def wrong_(tensor: Any) -> Any:
        return fill(tensor, (2 / tensor[0].numel()) ** 0.5)

    report = check(lecun_normal_, "lecun_normal")
    assert report.passed, report.failures
    assert report.called_as == "f_(tensor)"
    assert not check(wrong_, "lecun_normal").passed


def test_variance_scaling_as_it_is_released(torch: Any) -> None:
    def variance_scaling_(tensor: Any, mode: str) -> None:
        fan_in, _ = torch.nn.init._calculate_fan_in_and_fan_out(tensor)
        torch.nn.init.trunc_normal_(tensor, std=(1 / fan_in) ** 0.5 / 0.87962566103423978, a=-1e9, b=1e9)

    def lecun_normal_(tensor: Any) -> Any:
        if not getattr(tensor, "_is_initialized", False):
            variance_scaling_(tensor, "fan_in")
        return tensor

    report = check(lecun_normal_)
    assert report.passed, report.failures


def test_a_partial_of_the_library_has_its_documented_law(torch: Any) -> None:
    report = check(functools.partial(torch.nn.init.normal_, std=0.02))
    assert report.passed, report.failures
    assert report.law == "normal(0.02)"
    assert not check(functools.partial(torch.nn.init.normal_, std=0.02), "normal(0.0206)").passed


def test_a_new_tensor_like_the_one_given(torch: Any) -> None:
    report = check(lambda weights: torch.randn(weights.size()) / weights[0].numel() ** 0.5, "lecun_normal")
    assert report.passed, report.failures
    assert report.called_as == "f(array) -> (out, in)"


def test_functions_over_modules(torch: Any) -> None:
    def of_module(m: Any) -> None:
        if isinstance(m, (torch.nn.Linear, torch.nn.Conv2d)):
            torch.nn.init.normal_(m.weight)

    def over_parameters(model: Any) -> None:
        for p in model.parameters():
            torch.nn.init.xavier_uniform_(p)

    report = check(of_module)
    assert report.kind == "model"
    assert report.called_as == "model.apply(f)"
    applied = next(f for f in report.findings if f.check == "parameter.applied")
    assert applied.status == "passed"
    assert "linear.weight" in applied.message
    # Biases and norms have too few axes for this law.
    report = check(over_parameters)
    assert "raises" in next(f for f in report.findings if f.check == "parameter.applied").message


def test_five_axes_are_drawn(torch: Any) -> None:
    def fills(axes: slice) -> Any:
        def fill_(weight: Any) -> Any:
            fan = 1
            for n in weight.shape[axes]:
                fan *= n
            return torch.nn.init.normal_(weight, 0.0, (2 / fan) ** 0.5)

        return fill_

    assert check(fills(slice(1, None)), "he_normal").passed
    assert [f.check for f in check(fills(slice(1, 4)), "he_normal").failures] == ["initializer.kernels"]
