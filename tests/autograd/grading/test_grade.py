"""A grade prints as a table, in which each mistake is named once, and goes through plain data."""

import json

from autograd.grading import Fault, Grade, Row

WRONG = Fault("local", "exp", (0.7,), 0.7, 2.01, "x", "y")
SWEEP = Fault("sweep", "backward", reason="it runs the rule of mul = 0.91 2 times: it does not check for visits")
OTHER = Fault("sweep", "backward", reason="it starts from a gradient of 2, not of 1")
ROWS = (
    Row("a.exp()", True, False, (WRONG,)),
    Row("a.sigmoid()", True, False, (WRONG,)),
    Row("abs(a)", is_there=False, note="raises TypeError"),
    Row("a * a", True, True, note="a second backward adds", is_graph=True),
    Row("a + a", True, True, note="a second backward adds", is_graph=True),
    Row("(c := a * b) + c", True, False, (OTHER,), is_graph=True),
    Row("(a * b + a) * b", True, False, (SWEEP,), is_graph=True),
    Row("((c := a * b) + c) * a", True, False, (SWEEP,), is_graph=True),
)


def test_a_mistake_is_told_once_and_of_a_sweep_the_usual_reason():
    grade = Grade("Num", ROWS)
    assert grade.faults == (WRONG, SWEEP)
    assert not grade
    found = {row.operation: (own, known) for row, own, known in grade.merged()}
    assert found["a.sigmoid()"] == ([], ["a.exp()"])
    assert found["(c := a * b) + c"] == found["((c := a * b) + c) * a"] == ([], ["(a * b + a) * b"])


def test_the_table():
    lines = str(Grade("Num", ROWS[:5], ("Tensor",))).splitlines()
    assert lines == [
        "Num: 1 fault in 4 operations and graphs",
        "  operation    value  gradient",
        "  a.exp()      ok     wrong     exp(0.7): its derivative is 0.700 = x, right is 2.010 = y",
        "  a.sigmoid()  ok     wrong     see a.exp()",
        "  a * a        ok     ok",
        "  a + a        ok     ok",
        "  not there: abs(a)",
        "  note: Tensor not graded: write --class NAME",
        "  note: a second backward adds",
    ]


def test_a_wrong_number_of_a_graph_follows_from_a_wrong_operation():
    wrong = Fault("local", "a * a", (), 0.0, 1.4, reason="at a = 0.7")
    rows = (
        Row("a * b", True, False, (Fault("local", "mul", (0.7, 1.3), 0.0, 1.3),)),
        Row("a * a", True, False, (wrong,)),
    )
    assert len(Grade("Num", rows).faults) == 1
    assert len(Grade("Num", rows[1:]).faults) == 1


def test_wrong_numbers_of_two_functions_are_two_mistakes_and_those_of_two_graphs_one():
    def of(text, is_graph):
        return Row(text, True, False, (Fault("local", text, (), 0.0, 1.4, reason="at a = 0"),), is_graph=is_graph)

    assert len(Grade("Num", (of("a.f()", False), of("a.g()", False))).faults) == 2
    assert len(Grade("Num", (of("a + a", True), of("(a * b + a) * b", True))).faults) == 1


def test_without_a_fault_it_is_true():
    assert Grade("Num", (Row("a + b", True, True),))
    assert str(Grade("Num", ())) == "Num: no faults in 0 operations and graphs\n  operation  value  gradient"


def test_rows_go_through_plain_data():
    for row in ROWS:
        assert Row.read(json.loads(json.dumps(row.data()))) == row
