"""Leaves are called by their places in the caller's variables; no code of the user runs to find them."""

import re
from collections import OrderedDict, defaultdict
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, adopt, trace
from autograd.variables import MAX_ITEMS, MAX_LENGTH
from tests.helpers.small_engines import Closures


def labels(values, names):
    """Return the labels of leaves, in their order."""
    values = list(values)
    total = values[0] * 1.0
    for value in values[1:]:
        total = total * value
    made = trace(total, names).graph.rows
    assert len({row.label for row in made}) == len(made)
    by_id = dict(zip([1.0 * v.data for v in values], values, strict=True))
    assert len(by_id) == len(values)  # each has its own data
    data = trace(total, names).data
    found = {x: row.label for x, row in zip(data, made, strict=True) if row.op is None}
    return [found[v.data] for v in values]


def leaves(n, start=2):
    return [Value(1.0 + 2.0**-k) for k in range(start, start + n)]


def containers(inner):
    return st.one_of(
        st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple), st.lists(inner, min_size=11, max_size=12),
        st.dictionaries(st.one_of(st.text(max_size=3), st.integers(0, 20), st.booleans()), inner, max_size=3),
        st.dictionaries(st.sampled_from(["w", "b", "w0"]), inner, max_size=3).map(lambda d: SimpleNamespace(**d)),
    )  # fmt: skip


LEAF = st.sampled_from([None, 3.0, "text", Value])  # Value stands for a leaf of its own
SCOPES = st.dictionaries(
    st.sampled_from(["w", "x", "W", "x1", "my_w", "w0", "θ"]), containers(LEAF | containers(LEAF)) | LEAF
)


def fill(tree, numbers):
    """Return a tree with a leaf in place of each Value."""
    if tree is Value:
        return Value(next(numbers))
    if isinstance(tree, list | tuple):
        return type(tree)(fill(part, numbers) for part in tree)
    if isinstance(tree, dict):
        return {key: fill(part, numbers) for key, part in tree.items()}
    return SimpleNamespace(**fill(vars(tree), numbers)) if isinstance(tree, SimpleNamespace) else tree


def under(tree):
    """Return the Values in a tree."""
    if isinstance(tree, Value):
        return [tree]
    parts = vars(tree) if isinstance(tree, SimpleNamespace) else tree
    parts = parts.values() if isinstance(parts, dict) else parts if isinstance(parts, list | tuple) else ()
    return [value for part in parts for value in under(part)]


@given(SCOPES, st.lists(st.sampled_from(["w0", "x2", "w[0]", "W00", "v1"]), max_size=3, unique=True))
def test_every_name_leads_to_its_leaf_and_none_is_a_users(scope, users):
    scope = fill(scope, (float(k) for k in count(100)))
    theirs = [Value(float(k), label=name) for k, name in enumerate(users, 2)]
    found = under(scope)
    total = Value(1.0, label="one")
    for value in [*theirs, *found]:
        total = total + value
    made = trace(total, scope)
    rows = [(row.label, x) for row, x in zip(made.graph.rows, made.data, strict=True) if row.op is None]
    assert len({row.label for row in made.graph.rows}) == len(made.graph.rows)
    for label, x in rows[1 + len(theirs) :]:
        short = re.fullmatch(r"([^\W\d_]+)(\d+)", label)
        if re.fullmatch(r"v\d+", label):  # a user has its name
            assert users or "w0" in scope
        elif short and label not in scope:
            name, digits = short.groups()
            meant = [look_up(f"{name}[{digits}]", scope)]
            meant += [look_up(name + "".join(f"[{digit}]" for digit in digits), scope)] * (len(digits) > 1)
            assert [value.data for value in meant if isinstance(value, Value)] == [x], label
        else:
            assert look_up(label, scope).data == x


def look_up(place, scope):
    """Return what is at a place, or None."""
    with suppress(IndexError, KeyError, TypeError, SyntaxError):
        return eval(place, {}, scope)


@dataclass
class Plain:
    w: Any


@dataclass(slots=True, frozen=True)
class Slotted:
    w: Any
    unset: Any = None


class Named(NamedTuple):
    w: Any
    b: Any


CONTAINERS = {
    "list": (lambda a, b: {"w": [a, b]}, ["w0", "w1"]),
    "tuple": (lambda a, b: {"w": (a, b)}, ["w0", "w1"]),
    "a name with a digit": (lambda a, b: {"w1": [a, b]}, ["w1[0]", "w1[1]"]),
    "a name with a line": (lambda a, b: {"my_w": [a, b]}, ["my_w[0]", "my_w[1]"]),
    "a name that is taken": (lambda a, b: {"w": [a, b], "w1": 3}, ["w[0]", "w[1]"]),
    "lists": (lambda a, b: {"W": [[0, a], [b]]}, ["W01", "W10"]),
    "long lists": (lambda a, b: {"W": [[0] * 10 + [a], [b]]}, ["W[0][10]", "W10"]),
    "many lists": (lambda a, b: {"W": [[], [a]] + [[]] * 9 + [[b]]}, ["W[1][0]", "W[11][0]"]),
    "dict": (lambda a, b: {"d": {"w": a, 3: b}}, ['d["w"]', "d[3]"]),
    "dict of lists": (lambda a, b: {"d": OrderedDict(w=[a, b])}, ['d["w"][0]', 'd["w"][1]']),
    "list of dicts": (lambda a, b: {"d": [defaultdict(int, w=a, b=b)]}, ['d[0]["w"]', 'd[0]["b"]']),
    "quotes": (lambda a, b: {"d": {'"': a, "\n": b}}, ["d['\"']", r"d['\n']"]),
    "attributes": (lambda a, b: {"p": Plain(a), "q": Slotted(b)}, ["p.w", "q.w"]),
    "attributes with lists": (lambda a, b: {"p": Plain([a, b])}, ["p.w[0]", "p.w[1]"]),
    "named tuple": (lambda a, b: {"p": Named(a, b)}, ["p.w", "p.b"]),
    "a variable comes first": (lambda a, b: {"w": [a, b], "b": b}, ["w0", "b"]),
    "private": (lambda a, b: {"_w": [a, b]}, ["v1", "v3"]),
    "three deep": (lambda a, b: {"W": [[[a]], b]}, ["v1", "W1"]),
    "an unset slot": (lambda a, b: {"q": object.__new__(Slotted), "w": [a, b]}, ["w0", "w1"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", CONTAINERS)
def test_a_leaf_is_called_by_its_place(kind):
    a, b = leaves(2)
    scope, expected = CONTAINERS[kind]
    assert labels([a, b], scope(a, b)) == expected


def test_arrays_of_objects_are_searched():
    np = pytest.importorskip("numpy")
    a, b = leaves(2)
    assert labels([a, b], {"w": np.array([a, b])}) == ["w0", "w1"]
    assert labels([a, b], {"W": np.array([[1.0, a], [b, 2.0]], dtype=object)}) == ["W01", "W10"]
    wide = np.zeros((2, 12), dtype=object)
    wide[1, 11], wide[0, 1] = a, b
    assert labels([a, b], {"W": wide, "X": np.zeros((3, 3))}) == ["W[1,11]", "W[0,1]"]


def test_nodes_of_another_engine_are_called_by_their_places():
    w, x = [Closures(0.5), Closures(1.5)], {"x": Closures(2.5)}
    ours = adopt((w[0] * w[1] + x["x"]).tanh(), names={"w": w, "x": x})
    assert {row.label for row in trace(ours).graph.rows if row.op is None} == {"w0", "w1", 'x["x"]'}


class Trap:
    """Fail if any code of it runs."""

    __slots__ = ("__dict__", "inside")

    def __init__(self, inside):
        object.__setattr__(self, "inside", inside)

    def _fail(self, *args):
        raise AssertionError("code of the user ran")

    __getattribute__ = __getattr__ = __iter__ = __len__ = __getitem__ = __eq__ = __hash__ = __bool__ = _fail
    __repr__ = keys = values = items = _fail
    w = property(_fail)
    __class__ = property(_fail)


class TrapMeta(type):
    def __getattribute__(cls, name):
        raise AssertionError("code of the user ran")


def trapped(base):
    """Return a class of containers whose methods fail."""
    methods = ("__iter__", "__len__", "__getitem__", "__getattribute__", "__contains__", "items", "values", "keys")
    return type("Trapped", (base,), dict.fromkeys(methods, Trap._fail))


def test_no_code_of_the_user_runs():
    a, b, c = leaves(3)
    odd = TrapMeta("Odd", (), {})()
    scope = {"t": Trap(a), "w": trapped(list)([b]), "d": trapped(dict)(w=c), "odd": odd, "Odd": type(odd)}
    assert labels([a, b, c], scope) == ["t.inside", "w0", 'd["w"]']


def test_the_search_stops_at_a_limit():
    a, b = leaves(2)
    far = [0.0] * MAX_LENGTH
    assert labels([a, b], {"w": [*far, a], "x": [*far[1:], b]}) == ["v1", f"x{MAX_LENGTH - 1}"]
    full = {f"data{k}": far for k in range(MAX_ITEMS // MAX_LENGTH)}
    assert labels([a, b], {**full, "w": [a, b]}) == ["v1", "v3"]
    assert labels([a, b], {"w": [a, b], **full}) == ["w0", "w1"]


def test_a_container_may_hold_itself():
    a, b = leaves(2)
    loop = [a, b]
    loop.append(loop)
    assert labels([a, b], {"w": loop}) == ["w0", "w1"]
