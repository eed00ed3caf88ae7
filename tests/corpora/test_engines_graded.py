"""Engines of half A are graded: right ones have no fault, each planted fault is named with its reason."""

import re

import pytest

from autograd.grading import Grade
from autograd.grading.submission import find_class
from tests.corpora.engines import half_a
from tests.corpora.test_engines import named, planted

RIGHT = [entry for entry in (*half_a.ENGINES, *half_a.CONVENTIONS) if entry.readable]
REFUSED = [entry for entry in half_a.ENGINES if not entry.readable]
NAMED = [fault for fault in half_a.FAULTS if fault.kind != "seed missing"]  # which is the convention that callers seed

pytestmark = pytest.mark.slow


@named(RIGHT)
def test_a_right_engine_has_no_fault(entry):
    found, others = find_class(entry.make(fresh=True), entry.cls)
    grade = Grade(entry.cls, tuple(found.rows()))
    assert grade, grade
    assert others == []
    assert sum(row.is_there for row in grade.rows) > 10


@named(REFUSED)
def test_what_cannot_be_read_is_no_success(entry):
    with pytest.raises(TypeError, match="expected a class whose nodes can be read"):
        find_class(entry.make(fresh=True))


@planted(NAMED)
def test_a_planted_fault_is_named_with_its_reason(fault):
    found, _ = find_class(fault.engine.make(fault.changes, fresh=True))
    grade = Grade(fault.engine.cls, tuple(found.rows()))
    assert 1 <= len(grade.faults) <= 2, grade
    for phrase in fault.says:
        assert re.search(phrase, "\n".join(map(str, grade.faults)), re.IGNORECASE), (phrase, grade)
