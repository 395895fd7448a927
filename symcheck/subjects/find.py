"""From the text a user writes to a Python object: ``package.module:attribute``, ``path/to/file.py:attribute`` or a module."""

from __future__ import annotations

import ast
import importlib
import importlib.machinery
import importlib.util
import inspect
import json
import linecache
import os
import re
import sys
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from symcheck.errors import SubjectError, SubjectFailure, SymcheckError, did_you_mean
from symcheck.subjects.notebooks import NoNotebook, code_of
from symcheck.subjects.places import working_directory
from symcheck.texts import first_line, traced

#: Runs the text of a file in a module: the module, the text, the name of the file.
Runs = Callable[[ModuleType, str, str], None]


def run_all(module: ModuleType, text: str, file: str) -> None:
    """Run a file as an import does."""
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec", dont_inherit=True), vars(module))


def find(text: str, run: Runs = run_all) -> tuple[Any, list[Any], dict[str, Any]]:
    """What a text names, and the positional and keyword arguments bound to it; nothing of it is called.

    Args:
        run: how a file is run that is named as a whole.

    Raises:
        SubjectError: no such module, file or attribute.
        SubjectFailure: the user's module raises while it is imported.
    """
    if ":" not in text:
        choose_keras_backend()
        return _module(text, run), [], {}
    module, attribute, keywords, positional = split_spec(text)
    return load_object(module, attribute), positional, keywords


#: ``module:attribute(arguments)``: the first colon after which a name comes, and nothing but its arguments after that.
_SPEC = re.compile(r"(?P<module>.+?):\s*(?P<attribute>[^\W\d]\w*(\.[^\W\d]\w*)*)\s*(?P<arguments>\(.*)?", re.DOTALL)


def split_spec(text: str) -> tuple[str, str, dict[str, Any], list[Any]]:
    """Take ``module:attribute(arguments)`` apart into module, attribute and literal arguments.

    Raises:
        SubjectError: no colon, or arguments that are not literals.
    """
    match = _SPEC.fullmatch(text.strip())
    module, colon, attribute = text.rpartition(":")
    if match:
        module, attribute = match["module"], match["attribute"] + (match["arguments"] or "")
    elif not colon or not module or not attribute:
        raise SubjectError(
            f"{text!r} names nothing to check: write package.module:attribute, file.py:attribute, weights.npz, "
            "weights.safetensors or a law such as he_normal"
        )
    if "(" not in attribute:
        return module, attribute.strip(), {}, []
    try:
        call = ast.parse(attribute.strip(), mode="eval").body
        assert isinstance(call, ast.Call)
        keywords = {k.arg or "": ast.literal_eval(k.value) for k in call.keywords}
        return module, ast.unparse(call.func), keywords, [ast.literal_eval(a) for a in call.args]
    except (SyntaxError, ValueError, TypeError, AssertionError, RecursionError, MemoryError):
        raise SubjectError(f"the arguments in {attribute!r} must be literals, as in sparse_(sparsity=0.1)") from None


def load_object(module: str, attribute: str) -> Any:
    """Import the module or file and fetch the attribute.

    Raises:
        SubjectError: no such module, file or attribute.
        SubjectFailure: the user's module raises while it is imported.
    """
    choose_keras_backend()
    owner = _module(module)
    found: Any = owner
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            hint = did_you_mean(part, _public(found))
            raise SubjectError(f"{module} has no attribute {part!r}{hint}") from None
        except BaseException as error:
            raise SubjectFailure(f"reading {module}:{attribute} raises {traced(error)}", "raised") from error
    return found


def _public(owner: Any) -> list[str]:
    """Names that may be meant: not the modules that a module happens to have imported."""
    try:
        names = [n for n in dir(owner) if not n.startswith("__")]
        return [n for n in names if not isinstance(owner, ModuleType) or not isinstance(vars(owner).get(n), ModuleType)]
    except Exception:
        # Hints are left out where the subject's own __dir__ raises.
        return []


def _module(name: str, run: Runs = run_all) -> Any:
    if name.endswith((".py", ".ipynb")) or os.sep in name or "/" in name:
        return _file(Path(name), run)
    here = working_directory()
    if here and here not in sys.path:
        sys.path.insert(0, here)
    try:
        with _no_bytecode():
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise SubjectError(f"there is no module named {error.name!r} here", "no module") from error
        raise SubjectError(f"{name} needs the module {error.name!r}, which is not installed") from error
    except BaseException as error:
        raise SubjectFailure(f"importing {name} raises {traced(error)}", "raised") from error


def _file(path: Path, run: Runs = run_all) -> Any:
    if not os.path.isfile(path):
        raise SubjectError(f"there is no file {str(path)!r}")
    name = f"{path.stem}_of_the_subject" if _taken(path.stem) else path.stem
    loader = _FromSource(name, str(path)) if path.suffix in (".py", ".ipynb") else None
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    if spec is None or spec.loader is None:
        raise SubjectError(f"{str(path)!r} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    sys.modules[name] = module
    try:
        with _no_bytecode():
            if run is run_all and path.suffix != ".ipynb":
                spec.loader.exec_module(module)
            else:
                run(module, _text(path), str(path))
    except NoNotebook as error:
        raise SubjectError(f"{path} is no notebook: {error}") from error
    except ModuleNotFoundError as error:
        raise SubjectError(f"{path} needs the module {error.name!r}, which is not installed") from error
    except BaseException as error:
        raise SubjectFailure(f"importing {path} raises {traced(error)}", "raised") from error
    return module


class _FromSource(importlib.machinery.SourceFileLoader):
    """Knows of no bytecode: of a file that was written twice within a second, at one size, Python would run what it was first."""

    def path_stats(self, path: str) -> Mapping[str, Any]:
        raise OSError


@contextmanager
def _no_bytecode() -> Iterator[None]:
    """Nothing is written beside the files of others, nor read in their place when they have changed."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def _text(path: Path) -> str:
    """The Python of a file; of a notebook that of its cells."""
    if path.suffix == ".ipynb":
        return code_of(path.read_text(encoding="utf-8"))
    with tokenize.open(path) as file:
        return file.read()


def _taken(name: str) -> bool:
    """Whether another module has this name, imported or not: it must stay what others import under it."""
    if name in sys.modules or name in sys.stdlib_module_names:
        return True
    try:
        return name.isidentifier() and importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def choose_keras_backend() -> None:
    """Keras asks for tensorflow unless told otherwise; take what is installed when tensorflow is not."""
    if "KERAS_BACKEND" in os.environ or not importlib.util.find_spec("keras"):
        return
    config = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "keras.json"
    try:
        chosen = json.loads(config.read_text())["backend"]
    except (OSError, ValueError, KeyError, TypeError):
        chosen = "tensorflow"
    if chosen == "tensorflow" and importlib.util.find_spec("tensorflow") is None:
        present = [b for b in ("jax", "torch") if importlib.util.find_spec(b)]
        os.environ["KERAS_BACKEND"] = present[0] if present else "numpy"


def made(
    make: Callable[..., Any],
    name: str,
    positional: Sequence[Any] = (),
    keywords: Mapping[str, Any] | None = None,
    hint: str = "",
    kind: str = "",
) -> Any:
    """What the user's own function or class gives when it is called.

    Args:
        hint: what to do where arguments are missing.
        kind: of subject, for the failure.

    Raises:
        SubjectError: it asks for arguments.
        SubjectFailure: it raises.
    """
    how = "like this" if positional or keywords else "without arguments"
    if lacking := _lacking(make, positional, keywords or {}):
        raise SubjectError(f"{name} cannot be called {how}: {lacking}{hint}")
    try:
        return make(*positional, **(keywords or {}))
    except SymcheckError:
        raise
    except BaseException as error:
        if isinstance(error, TypeError) and error.__traceback__ is not None and error.__traceback__.tb_next is None:
            # It was raised before any code of the subject ran: by what does not tell its signature.
            raise SubjectError(f"{name} cannot be called {how}: {first_line(error)}{hint}") from error
        raise SubjectFailure(f"{name}() raises {traced(error)}", "raised", kind) from error


def _lacking(make: Callable[..., Any], positional: Sequence[Any], keywords: Mapping[str, Any]) -> str:
    """Why a call does not fit the signature; "" where it does, or where there is none to be read."""
    try:
        signature = inspect.signature(make)
    except Exception:
        return ""
    try:
        signature.bind(*positional, **keywords)
    except TypeError as error:
        return first_line(error)
    return ""
