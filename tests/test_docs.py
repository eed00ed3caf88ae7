"""The table of docs/semantics.md, row by row; the doctests of the pages run by themselves."""

import re
from pathlib import Path

import pytest

import autograd
from autograd import Value

PAGE = (Path(__file__).parents[1] / "docs" / "semantics.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", PAGE, re.M)


def numbers(text):
    return [float(word.strip().replace("½", "0.5")) for word in text.split(",")]


def test_the_table_is_read_whole():
    assert len(ROWS) == PAGE.split("## The life")[0].count("\n| `")
    assert len(ROWS) > 30


@pytest.mark.filterwarnings("ignore:backward met")  # what some rows are about
@pytest.mark.parametrize(("function", "at", "value", "gradients"), ROWS)
def test_semantics(function, at, value, gradients):
    leaves = dict(zip("xyz", map(Value, numbers(at)), strict=False))
    known = {name: getattr(autograd, name) for name in re.findall(r"(\w+)\(", function)}
    y = eval(function, known | leaves)
    y.backward()
    assert repr(y.data + 0.0) == repr(numbers(value)[0])
    assert [repr(v.grad + 0.0) for v in leaves.values()] == [repr(g) for g in numbers(gradients)]
