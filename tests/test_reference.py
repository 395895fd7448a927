"""The API reference is made from the docstrings, and has every public name with its own."""

import inspect
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import symcheck

PUBLIC = [name for name in symcheck.__all__ if name != "__version__"]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_documented(name: str) -> None:
    public = getattr(symcheck, name)
    assert len(inspect.getdoc(public) or "") > 20
    if inspect.isfunction(public) and len(inspect.signature(public).parameters) > 1:
        assert "Args:" in (public.__doc__ or ""), "arguments are told of"


@pytest.mark.skipif(find_spec("pdoc") is None, reason="pdoc is not installed")
def test_the_reference_is_built(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "pdoc", "symcheck", "-o", str(tmp_path)], check=True)
    page = (tmp_path / "symcheck.html").read_text(encoding="utf-8")
    assert [name for name in PUBLIC if f'id="{name}"' not in page] == []
    assert 'src="http' not in page, "nothing is loaded from elsewhere"
