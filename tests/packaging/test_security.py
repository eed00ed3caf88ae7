"""What SECURITY.md promises: files, texts and names from strangers are data, never code."""

import ast
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest

import autograd
import nn
import viz
from autograd import Graph, Trace, Value, operation, trace

ROOT = Path(__file__).parents[2]
AUDIT = ROOT / "tests" / "helpers" / "audit.py"
KINDS = ["checkpoint", "expression", "graph", "model", "names", "program", "trace"]
needs_numpy = pytest.mark.skipif(find_spec("numpy") is None, reason='needs the extra "replay"')
MARKS = {"names": needs_numpy, "program": needs_numpy}


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=MARKS.get(kind, ())) for kind in KINDS])
def test_nothing_that_a_stranger_writes_is_run(kind, tmp_path):
    audit = [sys.executable, AUDIT, kind]
    run = subprocess.run(audit, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


RUNS = {"__import__", "compile", "eval", "exec"}
LOADS = {"ctypes", "dbm", "dill", "joblib", "marshal", "multiprocessing", "pickle", "runpy", "shelve", "subprocess"}
STARTS = {"runpy", "spec_from_file_location", "subprocess"}  # that run code of a file


def runs_code(path):
    """List the builtins and modules that a file uses to run or load code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in RUNS:
                yield name
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in STARTS:
                yield name
            case ast.Import(names=names) if LOADS & {alias.name for alias in names}:
                yield from LOADS & {alias.name for alias in names}
            case ast.ImportFrom(module=module) if module in LOADS:
                yield module


def test_code_is_run_only_where_the_page_says():
    paths = [path for package in ("autograd", "nn", "viz") for path in (ROOT / package).rglob("*.py")]
    found = {path.relative_to(ROOT).as_posix(): {*runs_code(path)} for path in paths}
    runs = {name for name, what in found.items() if what}
    for heading, allowed in (
        ("## Where code is compiled", {"compile", "eval", "exec"}),
        ("## Where someone's code is run", STARTS),
    ):
        section = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition(heading)[2].partition("\n## ")[0]
        named = {row: row.replace(".", "/") for row in re.findall(r"^\| `([\w.]+)` \|", section, re.M)}
        files = {name for name in runs if found[name] & allowed}
        owners = {
            name: {row for row, path in named.items() if name.startswith((f"{path}/", f"{path}.py"))} for name in files
        }
        assert [name for name, rows in owners.items() if len(rows) != 1] == []
        assert set(named) == set().union(*owners.values())
    assert {what for name in runs for what in found[name]} <= {"compile", "eval", "exec", *STARTS}


def test_a_text_that_an_operation_returns_is_not_run(monkeypatch):
    ran = []
    monkeypatch.setattr("builtins.pwned", ran.append, raising=False)

    @operation(lambda y, a: 1.0)
    def texting(a):
        return "pwned(1) or 0.0"

    with pytest.raises((TypeError, ValueError)):
        texting(Value(1.0))
    assert ran == []


def nested(data, *path, depth):
    """Put lists in lists at a place of plain data."""
    part = data
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = "nested"
    return json.dumps(data).replace('"nested"', "[" * depth + "]" * depth)


@pytest.mark.parametrize("depth", [500, 2_000, 100_000])
def test_lists_that_are_nested_deeply_are_refused(depth, tmp_path):
    x = Value(2.0, label="x")
    with pytest.raises(ValueError, match=r"^not a glassgrad graph: "):
        Graph.from_json(nested(json.loads(trace(x.exp()).graph.to_json()), "nodes", 1, "args", depth=depth))
    with pytest.raises(ValueError, match=r"^not a glassgrad trace: "):
        Trace.from_json(nested(json.loads(trace(x.exp()).to_json()), "nodes", 1, "data", depth=depth))
    net, path = nn.Neuron(1), tmp_path / "net.json"
    nn.save(path, net)
    path.write_text(nested(json.loads(path.read_text()), "parameters", depth=depth))
    with pytest.raises(ValueError, match=r"net\.json: "):
        nn.restore(path, net)


@needs_numpy
@pytest.mark.parametrize("depth", [500, 2_000, 100_000])
def test_coefficients_that_are_nested_deeply_are_refused(depth):
    from autograd.replay import Program

    step = autograd.compile(lambda x: x[0] + x[1], batch="x")
    step([[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"^not a glassgrad program: "):
        Program.from_json(nested(json.loads(step.program.to_json()), "instructions", 0, "coefs", depth=depth))


class Tags(HTMLParser):
    """The elements of a page by name, and the names of their attributes."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)


HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>'\""


FIGURES = {
    "step": lambda net, x, y: viz.step(y),
    "graph": lambda net, x, y: viz.graph(y),
    "folded graph": lambda net, x, y: viz.graph(y, max_nodes=2),
    "neurons": lambda net, x, y: viz.neurons(net, y),
    "gradient flow": lambda net, x, y: viz.gradient_flow(net, y),
    "paths": lambda net, x, y: viz.paths(y, x),
    "comparison": lambda net, x, y: viz.compare(y, trace(y)),
}


def tags(figure, label):
    """Draw a page of a network that has this label wherever one can be."""
    net = nn.MLP(2, [2, 1])
    x = Value(1.0, label=label)
    x.scope = label
    y = net([x, 2.0])
    for value in (*net.parameters(), y):
        value.label = label
    y.backward()
    return Tags(figure(net, x, y).page())


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_a_label_is_text_in_every_page(figure):
    plain, hostile = tags(figure, "x"), tags(figure, HOSTILE)
    assert set(hostile.tags) == set(plain.tags)
    assert hostile.tags.count("script") == plain.tags.count("script") <= 2
    assert hostile.tags.count("img") == plain.tags.count("img")
    assert hostile.attributes == plain.attributes
    assert not [name for name in hostile.attributes if name.startswith("on")]
