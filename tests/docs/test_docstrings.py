"""Public functions and classes document each parameter, their result, and the errors for bad input."""

import ast
import inspect
import re
import textwrap
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter
from pathlib import Path

import pytest

from tests.packaging.test_public_names import PROMISED

ROOT = Path(__file__).parents[2]
PACKAGES = "autograd", "nn", "viz"
EXTRAS = {"autograd.replay": "numpy", "autograd.strategies": "hypothesis", "viz.plots": "matplotlib"}
ASIDE = {"autograd.replay.Compiled", "autograd.replay.Program"}  # only autograd.compile makes them, and it has Args
MAX_FIRST_LINE = 90  # of public objects 80, which is what the style guide asks for
ENTRY = re.compile(r" {4}((?:\*{0,2}\w+, )*\*{0,2}\w+): \S")


def find_public():
    """Return functions and classes by their public name; the operations of the table have help made from their rows."""
    found = {}
    for path in [*PACKAGES, *PROMISED]:
        if path not in EXTRAS or find_spec(EXTRAS[path]):
            module = import_module(path)
            exported = [] if path == "autograd.engine" else getattr(module, "__all__", [])  # most serve other packages
            for name in sorted({*PROMISED.get(path, "").split(), *exported}):
                obj = getattr(module, name)
                if inspect.isfunction(obj) or inspect.isclass(obj):
                    found.setdefault(obj, f"{path}.{name}")
    return {name: obj for obj, name in found.items() if name not in ASIDE}


PUBLIC = find_public()


def docstrings(obj):
    """Return the docstrings of an object: for a class its own and that of ``__init__``, but none of a base class."""
    parts = [vars(obj).get("__doc__"), getattr(vars(obj).get("__init__"), "__doc__", "")]
    return [inspect.cleandoc(str(doc or "")) for doc in (parts if inspect.isclass(obj) else [obj.__doc__])]


def sections(obj):
    """Return the lines of each section, such as Args, of the docstrings of an object."""
    found, name = {}, ""
    for doc in docstrings(obj):
        for line in doc.splitlines():
            if heading := re.fullmatch(r"([A-Z]\w+):", line):
                found[name := heading[1]] = []
            elif name and line.startswith("    "):
                found[name].append(line)
            elif line:
                name = ""
    return found


def described(obj):
    """Return the parameters that Args describe, one or several a line; the fields of a record may be its Attributes."""
    lines = [line for name in ("Args", "Attributes") for line in sections(obj).get(name, [])]
    return {name.lstrip("*") for line in lines if (entry := ENTRY.match(line)) for name in entry[1].split(", ")}


def parameters(obj):
    try:
        return inspect.signature(obj).parameters
    except ValueError:  # a class whose constructor is built in
        return {}


def undescribed(obj):
    """Return the parameters without a description in an object or its bases; a single one may need none."""
    of_bases = {name for base in obj.__mro__[1:] for name in described(base)} if inspect.isclass(obj) else set()
    rest = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    own = [name for name, p in parameters(obj).items() if p.kind not in rest and name not in of_bases]
    return [name for name in own if name not in described(obj)] if len(own) > 1 else []


def errors(obj, depth=1):
    """Return the errors that an object raises by itself, or in our functions and classes that it calls."""
    makers = (
        [vars(obj).get(name) for name in ("__new__", "__init__", "__post_init__")] if inspect.isclass(obj) else [obj]
    )
    found = set()
    for function in map(inspect.unwrap, filter(inspect.isfunction, makers)):
        if (
            function.__module__.partition(".")[0] not in (*PACKAGES, "tests")
            or function.__code__.co_filename == "<string>"
        ):
            continue  # others' code, or the constructor of a dataclass
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                found.add(ast.unparse(node.exc.func))
            elif depth and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found |= errors(function.__globals__.get(node.func.id), depth - 1)
    return found & {"TypeError", "ValueError"}


def documents_errors(obj):
    """Return whether there are Raises, or Args "as for" a function with Raises."""
    others = set(re.findall(r"[Aa]s (?:for|in) ``(?:\w+\.)*(\w+)``", "\n".join(sections(obj).get("Args", []))))
    named = (other for name, other in PUBLIC.items() if name.rpartition(".")[2] in others)
    return any("Raises" in sections(documented) for documented in (obj, *named))


def test_each_parameter_of_a_public_function_or_class_is_described():
    assert len(PUBLIC) > 150
    assert {name: missing for name, obj in PUBLIC.items() if (missing := undescribed(obj))} == {}


def test_nothing_is_described_that_is_no_parameter():
    known = {name: {*parameters(obj)} for name, obj in PUBLIC.items()}
    assert {name: extra for name, obj in PUBLIC.items() if (extra := described(obj) - known[name])} == {}


def test_errors_for_bad_input_are_documented():
    assert {name for name, obj in PUBLIC.items() if errors(obj) and not documents_errors(obj)} == set()


def test_what_a_public_function_returns_is_documented():
    functions = {name: obj for name, obj in PUBLIC.items() if inspect.isfunction(obj)}
    results = {name for name, f in functions.items() if inspect.signature(f).return_annotation not in (None, "None")}
    said = re.compile(r"\b(return|yield)(s|ed)?\b", re.IGNORECASE)
    assert [name for name in sorted(results) if not said.search(docstrings(functions[name])[0])] == []


def all_docstrings():
    """Yield place and docstring of every module, class and function in the packages and tools."""
    kinds = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef
    for path in (path for folder in (*PACKAGES, "tools") for path in sorted((ROOT / folder).rglob("*.py"))):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kinds) and (doc := ast.get_docstring(node)):
                yield f"{name}: {getattr(node, 'name', '')}", doc


def misstyled(doc):
    """Return the lines of a docstring that break the style: of Args, Raises and prose that belongs in them."""
    found, section = [], ""
    for line in doc.splitlines():
        if heading := re.fullmatch(r"([A-Z]\w+):", line):
            section = heading[1]
        elif line and not line.startswith(" "):
            section = ""
            if line.startswith("Returns ") or re.search(r"\bRaises [A-Z]\w+(Error|Warning)\b", line):
                found.append(line)  # it has a section of its own
        elif section in ("Args", "Attributes") and re.match(r" {4}[\w*, ]+: [a-z]", line):
            found.append(line)  # no capital
        elif section in ("Raises", "Warns") and re.match(r" {4}\w[^:]*: (?!If |As in )", line):
            found.append(line)
    return found


def test_sections_of_docstrings_have_one_style():
    docs = list(all_docstrings())
    assert len(docs) > 1000
    assert [(place, lines) for place, doc in docs if (lines := misstyled(doc))] == []


def test_the_first_line_of_a_docstring_is_short():
    first = [(place, doc.splitlines()[0]) for place, doc in all_docstrings()]
    assert [(place, line) for place, line in first if len(line) > MAX_FIRST_LINE] == []
    methods = {
        f"{name}.{key}": m for name, obj in PUBLIC.items() if inspect.isclass(obj) for key, m in vars(obj).items()
    }
    shown = {name: obj for name, obj in (PUBLIC | methods).items() if inspect.getdoc(obj) and "._" not in name}
    assert [name for name, obj in shown.items() if len(inspect.getdoc(obj).splitlines()[0]) > 80] == []


@pytest.mark.parametrize(
    ("doc", "count"),
    [
        ("Do.\n\nArgs:\n    a: The number.\n    b, *c: λ; more.\n\nRaises:\n    TypeError, E: If a is not one.", 0),
        ("Do.\n\nArgs:\n    a: the number.", 1),
        ("Do.\n\nRaises:\n    TypeError: a is not one.\n    ValueError: In backward, if so.", 2),
        ("Do.\n\nIt is one. Raises TypeError if not.", 1),
        ("Do.\n\nReturns a handle.", 1),
    ],
)
def test_a_section_of_another_style_is_found(doc, count):
    assert len(misstyled(doc)) == count


def test_args_of_any_function_describe_all_its_parameters():
    found, count = [], 0
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and "\nArgs:\n" in (doc := ast.get_docstring(node) or ""):
                names = {p.arg for p in (*node.args.args, *node.args.posonlyargs, *node.args.kwonlyargs)}
                lines = doc.partition("\nArgs:\n")[2].partition("\n\n")[0].splitlines()
                there = {name for line in lines if (entry := ENTRY.match(line)) for name in entry[1].split(", ")}
                found += [f"{path}: {node.name}: {name}" for name in sorted(names - there - {"self", "cls"})]
                count += 1
    assert count > 100
    assert found == []


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("def f(a, b): '''Return a.\n\n    Args:\n        a: one.\n    '''", ["b"]),
        ("def f(a, b): '''Return a.\n\n    Args:\n        a, b: both.\n    '''", []),
        ("def f(a, b, *c, **d): '''Return a.'''", ["a", "b"]),
        ("def f(a): '''Return a.'''", []),
        ("class f:\n    def __init__(self, a, b): '''F.\n\n        Args:\n            b: one.\n        '''", ["a"]),
        ("class e: '''E.\n\nArgs:\n    a: one.\n'''\nclass f(e):\n    def __init__(self, a, b, c): ...", ["b", "c"]),
    ],
)  # fmt: skip  # a case a line
def test_a_missing_description_is_found(source, missing):
    known = {}
    exec(source, known)
    assert undescribed(known["f"]) == missing


def read_positive(x, name):
    if not x > 0:
        raise ValueError(name)


def root(a):
    read_positive(a, "a")


def test_errors_are_found_in_the_functions_that_are_called():
    assert errors(root) == {"ValueError"}
    assert errors(root, depth=0) == set()
