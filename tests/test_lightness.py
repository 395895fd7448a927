"""`import symcheck` stays light, and frameworks are imported only when the subject brings them."""

import subprocess
import sys

import pytest

HEAVY = (
    *("sympy", "hypothesis", "matplotlib", "pytest", "autograd", "torch", "jax", "keras", "sklearn", "tensorflow"),
    *("flax", "equinox", "haiku", "transformers"),
)


def loaded_after(code: str) -> set[str]:
    report = f"{code}\nimport sys\nprint(*[m for m in sys.modules if '.' not in m])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_import_symcheck_loads_nothing_heavy() -> None:
    assert not loaded_after("import symcheck") & {*HEAVY, "numpy", "scipy", "rich", "click"}


@pytest.mark.parametrize(
    "code",
    [
        "import symcheck; symcheck.Network; symcheck.Law; symcheck.Report; symcheck.parse_law('he_normal')",
        "import symcheck; symcheck.check",
        "import symcheck; symcheck.certify",
        "import symcheck; symcheck.reach; symcheck.Reach",
        "from symcheck.cli.main import symcheck",
    ],
)
def test_names_are_resolved_without_frameworks(code: str) -> None:
    assert not loaded_after(code) & set(HEAVY)


def test_checking_an_array_loads_no_framework() -> None:
    code = "import symcheck; assert not symcheck.check('constant(0.5)').passed; symcheck.check('he_normal')"
    assert not loaded_after(code) & {*HEAVY} - {"autograd"}


def test_help_needs_neither_numpy_nor_scipy() -> None:
    code = "import sys; sys.argv = ['symcheck', '--help']\nfrom symcheck.__main__ import main\ntry: main()\nexcept SystemExit: pass"
    assert not loaded_after(code) & {*HEAVY, "numpy", "scipy", "rich"}


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import symcheck

    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        symcheck.nonsense  # noqa: B018
    assert set(symcheck.__all__) <= set(dir(symcheck))
    assert all(getattr(symcheck, name) is not None for name in symcheck.__all__)
