"""What help says of the rounding of a row is what the page lists and what the tests of all orders hold."""

from pathlib import Path

import pytest

from autograd.table import TABLE
from autograd.text.accuracy import BOUNDS, CANCELS, describe_accuracy

PAGE = (Path(__file__).parents[3] / "docs" / "semantics.md").read_text(encoding="utf-8")
TABLES = {"| row | error up to |": BOUNDS, "| row | from order | terms | condition number |": CANCELS}


@pytest.mark.parametrize("head", TABLES)
def test_the_page_lists_them(head):
    _, *lines = PAGE.split(head + "\n")[1].split("\n\n")[0].splitlines()
    rows = [
        [f"`{'`, `'.join(names.split())}`", *(data if isinstance(data, tuple) else [data])]
        for names, data in TABLES[head].items()
    ]
    assert lines == ["| " + " | ".join(map(str, row)) + " |" for row in rows]


@pytest.mark.parametrize("name", ["hypot", "norm", "gelu", "sech", "mish", "erfinv", "pow", "softmax", "cbrt"])
def test_help_names_the_bound_and_the_cancellation(name):
    lines = describe_accuracy(TABLE[name])
    assert [line.split()[0] for line in lines] in (["error"], ["error", "cancels"])
    assert all(f"\n{line}\n" in TABLE[name].__doc__ for line in lines)


def test_help_of_a_row_that_is_exact_says_nothing():
    assert describe_accuracy(TABLE["add"]) == []
