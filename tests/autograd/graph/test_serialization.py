"""A file that is wrong in any way is refused by ValueError with a reason."""

import json
import math
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Graph, Trace, Value, trace


def example() -> Trace:
    """Return a trace with every key of the format, and with nan and infinities."""
    x, b = Value(0.0, label="x"), Value(2.0, label="b")
    x.scope = "inputs"
    root = ag.where(ag.lt(x, b), x.log() * b, 1.5) + x
    assert root < math.inf
    assert x == 0
    return trace(root)


KINDS = [pytest.param(Graph, example().graph, id="graph"), pytest.param(Trace, example(), id="trace")]
TEXTS = {Graph: example().graph.to_json(), Trace: example().to_json()}


def paths(data, path=()):
    """Every place in plain data, from the top."""
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from paths(value, (*path, key))


def shape(path) -> tuple:
    """Return a place in a file without indices and names of operations."""
    return tuple("*" if isinstance(key, int) or before == "ops" else key for before, key in pairwise(("", *path)))


def place(data, path):
    for key in path:
        data = data[key]
    return data


def edited(kind, path, edit) -> str:
    """The example's file after an edit of what contains the place."""
    data = json.loads(TEXTS[kind])
    edit(place(data, path[:-1]), path[-1])
    return json.dumps(data)


def replaced(kind, path, value) -> str:
    return edited(kind, path, lambda parent, key: parent.__setitem__(key, value))


def refusal(kind, text) -> str | None:
    """The reason for which a file is refused; None if it is read."""
    try:
        kind.from_json(text)
    except ValueError as error:
        return str(error)
    return None


#: One place of each shape, in either format; what is inside a tree is left to what evaluates it.
PLACES = [
    pytest.param(kind, path, id=f"{kind.__name__.lower()}-{'.'.join(shape(path))}")
    for kind, text in TEXTS.items()
    for path in {shape(path): path for path in paths(json.loads(text)) if path and "trees" not in path[:-1]}.values()
]
OPTIONAL = "decided", "watched"
KEYS = [
    param
    for param in PLACES
    for *above, key in [param.values[1]]
    if key not in ("node", "const", "decided", "watched")
    and above[-1:] != ["ops"]
    and isinstance(key, str)  # one of two, or neither
]
REASON = r"^(not a glassgrad (graph|trace): |this glassgrad reads )"


@pytest.mark.parametrize(("kind", "path"), KEYS)
def test_a_file_that_lacks_a_key_is_refused(kind, path):
    with pytest.raises(ValueError, match=REASON):
        kind.from_json(edited(kind, path, lambda parent, key: parent.pop(key)))


WRONG = [None, True, False, "", "text", 0, 1.5, -1, 10**400, [], {}, [[]], [{}], {"a": 1}]


def allowed(key, old, new) -> bool:
    """Whether the new value may stand where the old one does."""
    if isinstance(old, list) and isinstance(new, list):
        return new == []
    if key in ("label", "scope", "decided", "symbol", "latex"):
        return isinstance(new, str)
    if key in ("const", "data", "value", "grad", "local", "upstream", "contribution", "before", "after"):
        return type(new) in (float, int) or (key == "local" and new is None)
    if old == "Infinity":  # of watched
        return type(new) in (float, int)
    if type(old) is int and key != "version":
        return type(new) is int and new == 0
    return (key == "op" and new == "text") or (key in ("selects", "symmetric") and type(new) is bool)


@pytest.mark.parametrize(("kind", "path"), PLACES)
def test_a_value_of_another_type_is_refused(kind, path):
    old = place(json.loads(TEXTS[kind]), path)
    for new in WRONG:
        reason = refusal(kind, replaced(kind, path, new))
        assert allowed(path[-1], old, new) if reason is None else re.match(REASON, reason), new


@pytest.mark.parametrize("kind", TEXTS)
@given(cut=st.floats(0, 1, exclude_max=True))
def test_a_truncated_file_is_refused(kind, cut):
    text = TEXTS[kind]
    with pytest.raises(ValueError, match=r"^not a glassgrad .*: truncated, or not JSON"):
        kind.from_json(text[: int(cut * len(text))])


@pytest.mark.parametrize("kind", TEXTS)
@given(st.text() | st.binary())
def test_noise_is_refused(kind, noise):
    with pytest.raises(ValueError, match=r"^not a glassgrad "):
        kind.from_json(noise)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10) | st.floats() | st.text(max_size=3) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", TEXTS)
@given(data=st.data())
def test_any_edit_is_either_refused_with_a_reason_or_makes_another_sound_file(kind, data):
    original = json.loads(TEXTS[kind])
    where = [path for path in paths(original) if path]
    path = data.draw(st.sampled_from(where))
    new = data.draw(JSON | st.sampled_from(where).map(lambda other: place(original, other)))
    text = replaced(kind, path, new)
    reason = refusal(kind, text)
    if reason is not None:
        assert re.match(REASON, reason)
        return
    found = kind.from_json(text)
    graph = found if kind is Graph else found.graph
    graph.check()
    assert kind.from_json(found.to_json()).to_json() == found.to_json()
    if kind is Trace:
        assert len(found.grads) == len(found.data) == len(graph.rows)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("version", [0, 2, 1.5, "1", None])
def test_a_file_of_another_version_is_refused_by_its_version(kind, version):
    with pytest.raises(
        ValueError, match=f"^this glassgrad reads {kind.__name__.lower()}s of version 1, not {version!r}$"
    ):
        kind.from_json(replaced(kind, ("version",), version))


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("text", ["[]", "null", "3", '"graph"', "{}", '{"format": "pickle"}', '{"nodes": []}'])
def test_json_of_something_else_is_refused_by_its_format(kind, text):
    with pytest.raises(ValueError, match=rf"^not a glassgrad {kind.__name__.lower()}: its format is not 'glassgrad "):
        kind.from_json(text)


def test_a_graph_is_no_trace_and_a_trace_no_graph():
    for kind, other in [(Graph, Trace), (Trace, Graph)]:
        with pytest.raises(ValueError, match=r"its format is not"):
            kind.from_json(TEXTS[other])


@pytest.mark.parametrize("kind", TEXTS)
def test_nesting_beyond_any_stack_is_refused(kind):
    with pytest.raises(ValueError, match=r"^not a glassgrad "):
        kind.from_json("[" * 100_000)
    with pytest.raises(ValueError, match=r"^not a glassgrad "):
        kind.from_json(TEXTS[kind][:-1] + ', "x": ' + "[" * 100_000 + "]" * 100_000 + "}")


HOSTILE = [
    ("an argument after its node", ("nodes", 2, "args", 0), {"node": 9}, "its argument 9 is not a node before it"),
    ("an argument that is itself", ("nodes", 2, "args", 0), {"node": 2}, "its argument 2 is not a node before it"),
    ("an argument of neither kind", ("nodes", 2, "args", 0), {"name": 2}, "'const' is missing"),
    ("an operation without its facts", ("ops",), {}, "is missing"),
    ("an edge to nowhere", ("edges", 0, "dst"), 99, "expected a whole number below"),
    ("an edge by a slot too many", ("edges", 0, "slot"), 9, "expected a whole number below"),
    ("an edge from another node", ("edges", 0, "src"), 1, "which is not argument 0 of node 2"),
    ("a step of an unknown kind", ("steps", 0, "kind"), "jump", "'?jump"),
    ("a step of a node that is not there", ("steps", 0, "node"), 99, "expected a whole number below"),
    ("a step along an edge that is not there", ("steps", -1, "edge"), 99, "expected a whole number below"),
    ("a number in words", ("nodes", 0, "data"), "two", "expected a number, got 'two'"),
]


@pytest.mark.parametrize(("path", "value", "reason"), [pytest.param(*c[1:], id=c[0]) for c in HOSTILE])
def test_a_hostile_trace_is_refused_with_the_reason(path, value, reason):
    with pytest.raises(ValueError, match=f"^not a glassgrad trace: .*{reason}"):
        Trace.from_json(replaced(Trace, path, value))


def test_an_edge_from_a_constant_is_refused():
    made = trace(Value(2.0) * Value(3.0) * 1.0)
    data = json.loads(made.to_json())
    assert data["nodes"][3]["args"][1] == {"const": 1.0}
    data["edges"].append({"id": 3, "src": 1, "dst": 3, "slot": 1, "local": 5.0})
    with pytest.raises(ValueError, match="comes from node 1, which is not argument 1 of node 3"):
        Trace.from_json(json.dumps(data))


def test_ids_that_contradict_the_order_are_refused():
    data = json.loads(TEXTS[Trace])
    data["nodes"][0]["id"], data["nodes"][1]["id"] = 1, 0
    with pytest.raises(ValueError, match=r"^not a glassgrad trace"):
        Trace.from_json(json.dumps(data))
