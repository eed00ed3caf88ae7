"""Write the types of the operations: ``python tools/make_stubs.py [--check]``.

Functions and methods are made from the table at run time, so no tool can read them in the source. Stubs say what there
is: ``autograd/__init__.pyi``, the names of the package with every operation as a function;
``autograd/numbers/methods.pyi``, the operators and methods of all numbers that record, such as Value; and one for each
file of ``autograd/table/rules``, where a row without a type is easier to read. With ``--check`` nothing is written, and
a file that differs is an error.
"""

from __future__ import annotations

import argparse
import ast
import sys
from pathlib import Path
from textwrap import indent

import autograd
from autograd.numbers import NUMPY_NAMES
from autograd.table import BUILT_IN, TABLE, Op
from autograd.text.reference import summarize

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograd" / "__init__.py"
MARK = '"""{}\n\nMade from the table by tools/make_stubs.py, so change the rows or that file.\n"""\n'

METHODS = """\
from fractions import Fraction
from typing import Any, Protocol, SupportsFloat, TypeVar, overload

_T = TypeVar("_T", bound=Methods)  # not Self, which jedi does not know

class Array(Protocol):
    \"\"\"An array of one dimension or more, of any library.\"\"\"

    @property
    def ndim(self) -> int: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    def __len__(self) -> int: ...

class Methods:
    \"\"\"Python's operators, and a method for each operation with a fixed number of arguments.\"\"\"

    __slots__ = ()
    def __neg__(self: _T) -> _T: ...
    def __pos__(self: _T) -> _T: ...
    def __abs__(self: _T) -> _T: ...
"""
NAMES = """\
# Two floats fit two overloads, and the first is meant.
# mypy: disable-error-code="overload-overlap"
from collections.abc import Iterable
from typing import Any, SupportsFloat, TypeAlias, TypeVar, overload

from .numbers.methods import Array, Methods
"""
KINDS = """
_T = TypeVar("_T", bound=Methods)
_Number: TypeAlias = SupportsFloat | complex | Array
"""
REST = "_Number | Methods"  # what floats and _T are not
OF_METHODS = (("float | Methods", "_T"), ("SupportsFloat | Array", "Any"))
COMPARED = dict.fromkeys(("lt", "le", "gt", "ge"), (("float | Fraction | Methods", "bool"), OF_METHODS[1]))
COMPARED |= dict.fromkeys(("eq", "ne"), (("Array", "Any"), ("object", "bool")))


def write_methods() -> str:
    """Return the stub of the operators and methods."""
    text = MARK.format("The methods of a class with Operators.") + METHODS
    for operator in ("add", "sub", "mul", "truediv", "mod", "pow", "floordiv", "divmod"):
        for name in (f"__{operator}__", f"__r{operator}__"):
            calls = [f"self: _T, other: {kind}, /" for kind, _ in OF_METHODS]
            results = [f"tuple[{result}, {result}]" * (operator == "divmod") or result for _, result in OF_METHODS]
            text += _write("    ", name, calls, results)
    for operator, kinds in COMPARED.items():
        text += _write(
            "    ", f"__{operator}__", [f"self, other: {kind}, /" for kind, _ in kinds], [r for _, r in kinds]
        )
    for op in _rows():
        if not op.calling.signature:
            for name in dict.fromkeys((op.name, NUMPY_NAMES.get(op.name, op.name))):
                kinds = OF_METHODS if len(op.parameters) > 1 else OF_METHODS[:1]
                calls = [
                    ", ".join(["self: _T", *_parameters(op, *[kind] * len(op.parameters))[1:]]) for kind, _ in kinds
                ]
                text += _write("    ", name, calls, [result for _, result in kinds], summarize(op))
    return text


def write_package() -> str:
    """Return the stub of the package: the names that it imports, and its operations."""
    tree = ast.parse(PACKAGE.read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.level == 1]
    names = sorted({(node.module, alias.name) for node in imports for alias in node.names})
    names = [
        ("numbers.arrays", "array"),
        ("replay", "compile"),
        *(x for x in names if x[1] in autograd.__all__ and x[1] not in TABLE),
    ]
    text = MARK.format(ast.get_docstring(tree)) + NAMES
    text += "".join(f"from .{module} import {name} as {name}\n" for module, name in sorted(names))
    text += KINDS + f"__version__: str\n__all__ = {autograd.__all__}\n\ndef __dir__() -> list[str]: ...\n"
    for op in _rows():
        calls = _write_calls(op)
        text += _write("", op.name, [call for call, _ in calls], [result for _, result in calls], summarize(op))
    return text


def write_rules(source: Path) -> str:
    """Return the stub of a file of rows: its imports, functions and rows."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    text = MARK.format(ast.get_docstring(tree)) + "from typing import Any\n\nfrom ..op import Op\n"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Expr(ast.Constant(ast.get_docstring(node)))]
            text += f"{ast.unparse(node)}\n"
        elif isinstance(node, ast.Assign):
            name = ast.unparse(node.targets[0])
            text += f"{name}: {'Op' if name in TABLE else 'Any'}\n"
    return text


def _write_calls(op: Op) -> list[tuple[str, str]]:
    """Return the ways of calling an operation, each with its result.

    Those with a number that records are first: of several that fit, pyright takes the first for what has no type.
    """
    if (n := op.arity) is not None:
        recording = [(["float"] * i + ["_T"] + ["_T | float"] * (n - i - 1), "_T") for i in range(n)]
        kinds = [*recording, (["float"] * n, "float"), ([REST if n > 1 else "_Number"] * n, "Any")]
        return [(", ".join(_parameters(op, *kind)), result) for kind, result in kinds]
    pairs = [("_T", "_T"), ("float", "float"), ("_T | float", "_T"), (REST, "Any")]
    if op.name == "dot":
        lists = "weights: Iterable[{0}], inputs: Iterable[{0}], bias: {1} = 0.0"
        return [(lists.format(kind, "_T | float" if kind == "_T" else kind), result) for kind, result in pairs]
    calls = []
    for kind, result in pairs:
        ways = ["a: _T, /, *args: _T | float" if kind == "_T" else f"*args: {kind}", f"args: Iterable[{kind}], /"]
        if op.calling.each:
            ways[1] += ", *"
            calls += [(f"{way}, index: None = None", f"list[{result}]") for way in ways]
            ways = [f"{way}, index: int" for way in ways]
        calls += [(way, result) for way in ways]
    return calls


def _parameters(op: Op, *kinds: str) -> list[str]:
    """Return the parameters with their types and, except for recorded numbers, defaults."""
    n = len(op.parameters) - len(op.calling.defaults)
    defaults = [""] * n + [f" = {x}" for x in op.calling.defaults]
    triples = zip(op.parameters, kinds, defaults, strict=True)
    return [f"{name}: {kind}{default * (kind != '_T')}" for name, kind, default in triples]


def _write(margin: str, name: str, calls: list[str], results: list[str], doc: str = "") -> str:
    """Write a function with an overload for each way to call it; the first has the docstring."""
    text = ""
    for k, (call, result) in enumerate(zip(calls, results, strict=True)):
        lines = ["@overload"] * (len(calls) > 1)
        lines.append(f"def {name}({call}) -> {result}:" + ("" if doc and not k else " ..."))
        lines += [indent(f'r"""{doc}\n"""', "    ")] * bool(doc and not k)
        text += indent("\n".join(lines), margin) + "\n"
    return text


def _rows() -> list[Op]:
    return [op for name, op in TABLE.items() if name in BUILT_IN]


def write_stubs() -> dict[Path, str]:
    """Return the text of every stub."""
    stubs = {PACKAGE.with_suffix(".pyi"): write_package(), PACKAGE.parent / "numbers" / "methods.pyi": write_methods()}
    sources = sorted((PACKAGE.parent / "table" / "rules").glob("[!_]*.py"))
    return stubs | {source.with_suffix(".pyi"): write_rules(source) for source in sources}


def main() -> int:
    """Write the stubs, or compare them with the files; return the status for the shell."""
    parser = argparse.ArgumentParser(description="Write the types of the operations from the table.")
    parser.add_argument("--check", action="store_true", help="write nothing, and fail if a file differs")
    check, stubs = parser.parse_args().check, write_stubs()
    different = [path for path, text in stubs.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in different:
        if check:
            print(f"{path}: differs from the table; run python tools/make_stubs.py")
        else:
            path.write_text(stubs[path], encoding="utf-8")
    return int(check and bool(different))


if __name__ == "__main__":
    sys.exit(main())
