"""Arithmetic in laws: what is read has the value that Python gives it, and nothing else is read, run or waited for."""

import math
import string
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import LawError
from symcheck.fans import Fans, Layer
from symcheck.laws.expressions import CONSTANTS, DEEPEST, FUNCTIONS, LONGEST, QUANTITIES, Expression, parse_expression
from symcheck.laws.law import CATALOGUE, Law
from symcheck.laws.names import parse_law

T = TypeVar("T")
KERNEL = Layer(16, 8, (3, 5)).fans
NAMES = tuple(QUANTITIES)


def known(fans: Fans) -> dict[str, float]:
    return {name: quantity(fans) for name, quantity in QUANTITIES.items()}


def read_or_told(read: Callable[[], T]) -> T | str:
    try:
        return read()
    except LawError as error:
        return str(error)


def in_floats(expression: Expression) -> Expression:
    """The same with floats for integers, which Python would keep exact."""
    head = float(expression.head) if isinstance(expression.head, int) else expression.head
    return Expression(head, tuple(map(in_floats, expression.parts)))


def expressions() -> st.SearchStrategy[Expression]:
    numbers = st.integers(0, 10**6) | st.floats(0, 1e6, allow_subnormal=False)
    leaves = st.builds(Expression, numbers | st.sampled_from([*NAMES, *CONSTANTS]))
    heads = st.sampled_from(["+", "-", "*", "/", "**"])

    def larger(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        one = st.builds(lambda head, part: Expression(head, (part,)), st.sampled_from(["negative", *FUNCTIONS]), parts)
        return one | st.builds(lambda head, a, b: Expression(head, (a, b)), heads, parts, parts)

    return st.recursive(leaves, larger, max_leaves=8)


@given(expressions())
def test_an_expression_is_read_back_and_means_what_python_means(expression: Expression) -> None:
    text = str(expression)
    assert parse_expression(text, NAMES) == expression
    values = known(KERNEL)
    try:
        value = expression.value(values)
    except LawError:
        return
    expected = eval(
        str(in_floats(expression)),
        {"__builtins__": {}},
        {**FUNCTIONS, **CONSTANTS, **{n: float(v) for n, v in values.items()}},
    )
    assert value == pytest.approx(expected, rel=1e-12)


@given(st.text(max_size=40) | st.text(alphabet="0123456789+-*/() .eEjfan_isqrtlogp,='[]{}:", max_size=40))
def test_any_text_is_an_expression_or_one_sentence(text: str) -> None:
    read = read_or_told(lambda: parse_expression(text, NAMES))
    if isinstance(read, str):
        assert read
        assert read.isprintable()
    else:
        assert parse_expression(str(read), NAMES) == read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("fan_in+fan_out", 24 * 15),
        ("fan_avg", 12 * 15),
        ("inputs-outputs", -8),
        ("kernel", 15),
        ("sqrt(2/(fan_in+fan_out))", math.sqrt(2 / 360)),
        ("-log(99)", -math.log(99)),
        ("pi/sqrt(inputs*kernel)", math.pi / math.sqrt(120)),
        ("-2**2", -4),
        ("2**-1", 0.5),
        ("2**3**2", 512),
        ("(-8)**3", -512),
        ("1 - (2 - 3)", 2),
    ],
)
def test_quantities_are_those_of_the_array(text: str, value: float) -> None:
    assert parse_expression(text, NAMES).value(known(KERNEL)) == pytest.approx(value, rel=1e-15)


def test_a_matrix_has_a_kernel_of_one_position() -> None:
    assert known(Layer(16, 8).fans) == {
        "fan_in": 8,
        "fan_out": 16,
        "fan_avg": 12,
        "inputs": 8,
        "outputs": 16,
        "kernel": 1,
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1/0", "divides by zero"),
        ("1/(fan_in-120)", "where fan_in = 120"),
        ("9**9**9", "beyond float64"),
        ("9**9**9**9**9", "beyond float64"),
        ("1e300*1e300", "beyond float64"),
        ("10**400/10**399", "beyond float64"),
        ("sqrt(-1)", "no real number"),
        ("log(0)", "no real number"),
        ("(-8)**(1/3)", "no real number"),
        ("0**-1", "no real number"),
        ("0*(1/0)", "divides by zero"),
    ],
)
def test_what_has_no_value_is_one_sentence(text: str, told: str) -> None:
    with pytest.raises(LawError, match=told) as caught:
        parse_expression(text, NAMES).value(known(KERNEL))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fanin", "did you mean fan_in?"),
        ("Fan_Out", "did you mean fan_out?"),
        ("squrt(2)", "did you mean sqrt?"),
        ("exp(1)", "known are sqrt, log"),
        ("sqrt", "takes one argument"),
        ("sqrt(1, 2)", "takes one argument"),
        ("log(x=2)", "takes one argument"),
        ("2^3", r"written \*\*"),
        ("7//2", "arithmetic"),
        ("1j", "arithmetic"),
        ("True", "arithmetic"),
        ("'2'", "arithmetic"),
        ("[2]", "arithmetic"),
        ("(lambda: 2)()", "arithmetic"),
        ("__import__('os')", "no function is named"),
        ("fan_in.real", "arithmetic"),
        ("2 if fan_in else 3", "arithmetic"),
        ("(x := 2)", "arithmetic"),
        ("1e999", "beyond float64"),
        (str(10**400), "beyond float64"),
        ("2 +", "arithmetic"),
        ("", "arithmetic"),
        ("\ud800", "arithmetic"),
        ("\x00", "arithmetic"),
        ("\x1b[31m2", "arithmetic"),
        ("1 \u202e2", "arithmetic"),
        ("(" * 400 + "1" + ")" * 400, "arithmetic|deep"),
        ("-" * 900 + "1", "deep"),
        ("1+" * (DEEPEST + 1) + "1", "deep"),
        ("1" * (LONGEST + 1), "longer than 1,000"),
        ("sqrt(" * 100 + "1" + ")" * 100, "deep"),
    ],
)
def test_what_is_no_arithmetic_is_one_sentence(text: str, told: str) -> None:
    with pytest.raises(LawError, match=told) as caught:
        parse_expression(text, NAMES)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


def test_exact_values_are_fractions_of_what_is_written() -> None:
    def exact(text: str) -> Fraction:
        return parse_expression(text, ("size",), rational=True).exact({"size": 100})

    assert exact("size/3*3") == 100
    assert exact("size/3") == Fraction(100, 3)
    assert exact("0.1*size") == 10
    assert exact("-(size-1e2)") == 0
    for text in ("sqrt(size)", "size**2", "pi", "1+log(size)", "2^3", "sqrt"):
        with pytest.raises(LawError) as caught:
            parse_expression(text, ("size",), rational=True)
        assert all(word not in str(caught.value).split(" must be ")[-1] for word in ("log,", "pi,", "**"))
    with pytest.raises(LawError, match="divides by zero where size = 100"):
        exact("1/(size-100)")


LAWS = [
    ("uniform(-1/fan_in, 1/fan_in)", 2 / 120 / math.sqrt(12)),
    ("normal(0.02/sqrt(2*12))", 0.02 / math.sqrt(24)),
    ("normal(sqrt(2/(fan_in+fan_out)))", math.sqrt(2 / 360)),
    ("normal(1/fan_in, 0.5)", 1 / 120),
    ("sqrt(2/fan_in) * randn", math.sqrt(2 / 120)),
    ("randn / sqrt(inputs)", 1 / math.sqrt(8)),
    ("randn(2, mean=-1) * sqrt(kernel) / 3", 2 * math.sqrt(15) / 3),
    ("he_normal(gain=1/sqrt(kernel))", math.sqrt(2 / 120 / 15)),
    ("glorot_uniform(1/sqrt(3), mode=fan_out)", math.sqrt(1 / 240 / 3)),
    ("variance_scaling(1/3, distribution=uniform)", math.sqrt(1 / 3 / 120)),
    ("truncated_normal(1/fan_in, -10/fan_in, 10/fan_in)", 1 / 120),
    ("sparse(0.1, 1/fan_in)", 1 / 120),
]


@pytest.mark.parametrize(("text", "std"), LAWS)
def test_a_law_with_expressions_is_an_ordinary_law(text: str, std: float) -> None:
    law = parse_law(text)
    assert law.entry(KERNEL).std == pytest.approx(std, rel=1e-12)
    assert parse_law(law.name) == law
    assert law.family == law.at(KERNEL).family
    assert law.at(KERNEL).entry(KERNEL) == law.entry(KERNEL)
    assert hash(law) == hash(parse_law(text))
    assert law.random


@pytest.mark.parametrize("text", ["constant(-log(99))", "orthogonal(sqrt(2))", "identity(1/3)", "hadamard(pi)"])
def test_a_structure_takes_arithmetic_in_numbers(text: str) -> None:
    law = parse_law(text)
    assert (law.name, law.needs_fans) == (text, False)
    assert parse_law(law.name) == law


def test_a_value_is_that_of_the_expression() -> None:
    assert parse_law("constant(-log(99))").value == -math.log(99)
    assert parse_law("orthogonal(sqrt(2))").gain == math.sqrt(2)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("uniform( -1/fan_in , (1/fan_in) )", "uniform(-1/fan_in, 1/fan_in)"),
        ("normal(std=1/fan_in)", "normal(1/fan_in)"),
        ("he_normal(1/sqrt(2))", "he_normal(gain=1/sqrt(2))"),
        ("normal(std=3)", "normal(3)"),
        ("randn / sqrt(fan_in)", "normal(1/sqrt(fan_in))"),
    ],
)
def test_a_name_keeps_the_expression_and_one_spelling_of_it(text: str, name: str) -> None:
    assert parse_law(text).name == name


def test_only_laws_that_differ_between_arrays_need_fans() -> None:
    needy = ("he_normal", "uniform(-1/fan_in, 1/fan_in)", "sparse(0.1, 1/outputs)")
    assert all(parse_law(text).needs_fans for text in needy)
    assert not any(parse_law(text).needs_fans for text in ("normal(0.02/sqrt(24))", "zeros", "orthogonal"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("normal(-1/fan_in)", "std must be a positive number"),
        ("uniform(1/fan_in, -1/fan_in)", "low < high"),
        ("normal(1/(fan_in-fan_in))", "divides by zero"),
        ("orthogonal(1/fan_in)", "one number for every shape"),
        ("constant(1/kernel)", "one number for every shape"),
        ("sparse(1/fan_in)", "one number for every shape"),
        ("normal(1/fan_in, 'wide')", "must be a number"),
        ("he_normal(mode=fan_in/2)", "must be a name"),
        ("he_normal(gain=1/2, distribution=cauchy)", "distribution must be"),
        ("he_normal(1/2, foo=3)", "cannot take"),
        ("randn * randn", "no quantity"),
        ("2 / randn", "factor"),
        ("normal(layers)", "no quantity is named 'layers'"),
    ],
)
def test_expressions_that_are_no_law_are_one_sentence(text: str, told: str) -> None:
    with pytest.raises(LawError, match=told) as caught:
        parse_law(text)
    assert str(caught.value).isprintable()


def test_a_law_that_some_arrays_cannot_have_says_which() -> None:
    law = parse_law("normal(1/log(fan_in))")
    assert law.entry(Fans(512, 2)).std == 1 / math.log(512)
    with pytest.raises(LawError, match=r"no law where fan_in = 1: .* divides by zero"):
        law.entry(Fans(1, 2))


def test_sizes_stand_in_the_name_as_numbers() -> None:
    law = parse_law("normal(0.02/sqrt(2*layers))", sizes={"layers": 12})
    assert law == parse_law("normal(0.02/sqrt(2*12))")
    assert parse_law("normal(E)", sizes={"E": 3}) == parse_law("normal(3)")


def test_a_librarys_own_law_stays_its_own_with_expressions() -> None:
    assert parse_law("he_normal(gain=1/2)", "jax").family == "truncated_normal"
    assert parse_law("he_normal(gain=1/2, distribution=normal)", "jax").family == "normal"
    assert parse_law("he_normal(gain=1/fan_in)", "torch").family == "normal"


@given(st.sampled_from(tuple(CATALOGUE)), st.text(alphabet=string.printable, max_size=30))
def test_any_arguments_give_a_law_or_one_sentence(name: str, arguments: str) -> None:
    read = read_or_told(lambda: parse_law(f"{name}({arguments})"))
    assert isinstance(read, Law) or read.isprintable()
