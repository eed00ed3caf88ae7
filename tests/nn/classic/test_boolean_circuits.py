"""Formulas compiled to threshold units: right on every row, and never evaluated."""

import operator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.classic import Formula

LEAF = st.sampled_from("ABCD").map(lambda name: (name, lambda row, name=name: row[name]))


def invert(part):
    text, f = part
    return f"~{text}" if text[0] not in "~(" and len(text) > 1 else f"~({text})", lambda row: 1 - f(row)


def join(parts):
    (a, f), sign, (b, g) = parts
    how = {"&": operator.and_, "|": operator.or_, "^": operator.xor}[sign]
    return f"({a}) {sign} ({b})", lambda row: how(f(row), g(row))


FORMULAS = st.recursive(
    LEAF,
    lambda inner: st.one_of(inner.map(invert), st.tuples(inner, st.sampled_from("&|^"), inner).map(join)),
    max_leaves=12,
)


@given(FORMULAS)
def test_every_row_of_the_truth_table_is_right(pair):
    text, truth = pair
    formula = Formula(text)
    assert len(formula.table()) == 2 ** len(formula.names)
    for *x, answer in formula.table():
        assert answer == truth(dict(zip(formula.names, x, strict=True)))


def test_all_256_functions_of_three_inputs():
    rows = list(product((0, 1), repeat=3))
    contradiction = "A & ~A & B & C"
    for outputs in product((0, 1), repeat=8):
        terms = [
            " & ".join(name if v else f"~{name}" for name, v in zip("ABC", x, strict=True))
            for x, y in zip(rows, outputs, strict=True)
            if y
        ]
        formula = Formula(" | ".join(f"({term})" for term in terms) or contradiction)
        assert formula.table() == [(*x, y) for x, y in zip(rows, outputs, strict=True)]


def test_precedence_is_not_and_xor_or():
    assert Formula("~A & B ^ C | D").table() == Formula("(((~A) & B) ^ C) | D").table()
    assert Formula("¬A ∧ B ⊕ C\n  ∨ D").table() == Formula("~A & B ^ C | D").table()


@pytest.mark.parametrize(("text", "units"), [("A", 1), ("~A", 1), ("~~A", 1), ("A & B & C", 1), ("~(A & B)", 2)])
def test_a_chain_is_one_unit_and_a_negation_is_a_weight(text, units):
    assert len(Formula(text).units) == units


def test_equal_parts_share_a_unit():
    formula = Formula("((A & B) | C) & (~(B & A) | ~C) & (A & B | C)")
    assert len(formula.units) == 4
    assert formula.depth == 3


def test_a_unit_that_ends_up_negated_or_early_is_still_the_answer():
    assert Formula("~(A | B)").table() == [(0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 0)]
    assert Formula("(A | B) & (A | B)").table() == [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected names joined by & | ^ ~ and parentheses, got ''"),
        ("A &", "got 'A &': invalid syntax"),
        ("(A | B", "got '(A | B': '(' was never closed at character 1"),
        ("A B", "got 'A B': invalid syntax"),
        ("A + B", "got 'A + B' in 'A + B'"),
        ("A & (B == C)", "got 'B == C' in 'A & (B == C)'"),
        ("A & 1", "got '1' in 'A & 1'"),
        ("A | True", "got 'True' in 'A | True'"),
        ("A & -B", "got '-B' in 'A & -B'"),
        ("__import__('os').abort()", "got \"__import__('os').abort()\" in"),
        ("A & f(B)", "got 'f(B)' in 'A & f(B)'"),
        ("A and B", "got 'A and B' in 'A and B'"),
        ("not A", "got 'not A' in 'not A'"),
        ("A if B else C", "got 'A if B else C' in"),
        ("A; B", "invalid syntax"),
        ("A = B", "invalid syntax"),
        ("A\0", "null"),
        ("(" * 500 + "A" + ")" * 500, "nested"),
    ],
)
def test_a_text_that_is_no_formula_is_rejected(text, message):
    with pytest.raises(ValueError, match=r"^formula: ") as caught:
        Formula(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["~" * 100_000 + "A", "&".join(["A"] * 100_000)])
def test_a_formula_too_deep_for_the_parser_is_rejected_or_right(text):
    try:
        table = Formula(text).table()
    except ValueError:
        return
    assert table == [(0, 0), (1, 1)]


def test_wrong_inputs_and_types_are_rejected():
    with pytest.raises(TypeError, match=r"^formula: expected a text, got int 3$"):
        Formula(3)
    with pytest.raises(ValueError, match=r"^inputs: expected 0 or 1 for B, got 0\.5$"):
        Formula("A & B")([1, 0.5])
    with pytest.raises(ValueError, match=r"^inputs: expected 2, got 1$"):
        Formula("A & B")([1])
