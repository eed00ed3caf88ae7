"""The corpus of engines: its right ones are right, its faulty ones differ, and its halves are two."""

import contextlib
import io
import math
import random
import re
from collections import Counter
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograd import Value
from tests.corpora.engines import CONVENTIONS, ENGINES, FAULTS, HALVES, half_a
from tests.corpora.engines.entry import KINDS, OPERATIONS, SECOND, Functions, look
from tests.corpora.engines.programs import PROGRAMS

RIGHT = (*ENGINES, *CONVENTIONS)
SWEPT = [entry for entry in RIGHT if entry.backward]
BY_NAME = {program.name: program for program in PROGRAMS}
FOLDER = Path(__file__).parent / "engines"
TWICE = BY_NAME["diamonds"]


@pytest.fixture(autouse=True)
def quiet():
    """Keep what engines print to themselves."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def named(entries):
    return pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.name) for entry in entries])


def planted(faults):
    return pytest.mark.parametrize(
        "fault", [pytest.param(fault, id=f"{n} {fault.name}") for n, fault in enumerate(faults)]
    )


def ours(function, inputs):
    """Return value and gradients by our engine."""
    leaves = [Value(x) for x in inputs]
    root = function(Functions(SimpleNamespace(bump=lambda a: a * (-a * a).exp()), Value, {}), *leaves)
    root.backward()
    return root.data, tuple(leaf.grad for leaf in leaves)


def agree(theirs, right, tolerance=1e-9):
    pairs = zip((theirs[0], *theirs[1]), (right[0], *right[1]), strict=True)
    return all(math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance) for a, b in pairs)


def programs(entry):
    return [program for program in PROGRAMS if {*program.needs.split()} <= {*entry.operations.split()}]


@named(SWEPT)
def test_a_right_engine_has_our_values_and_gradients(entry):
    assert len(programs(entry)) >= 6
    for program in programs(entry):
        if entry.deep or program.name != "chain of 200":
            assert agree(entry.run(program.function, program.inputs), ours(*program[2:])), program.name


@named(SWEPT)
def test_a_right_engine_is_right_at_special_points(entry):
    points = [(a, b) for a in (-2.0, -1.0, 1.0, 2.0) for b in (-1.0, 0.5, 1.0, 2.0) if a + b]
    entire = [program for program in programs(entry) if program.name in ("diamonds", "exp", "tanh", "difference")]
    for program in entire:
        for point in points:
            assert agree(entry.run(program.function, point), ours(program.function, point)), (program.name, point)


def test_forward_mode_has_our_derivatives():
    entry = half_a.forward_mode.ENGINE
    module = entry.make()
    for program in programs(entry):
        f = Functions(module, module.Dual, {})
        found = module.derivative(partial(program.function, f), *program.inputs)
        assert agree((0.0, found), (0.0, ours(*program[2:])[1])), program.name


@named(entry for entry in SWEPT if entry.second)
def test_what_a_second_backward_does(entry):
    built = entry.build(*TWICE[2:])
    entry.backward(built.module, built.root)
    once = entry.gradients(built)
    try:
        entry.backward(built.module, built.root)
    except RuntimeError:
        assert entry.second == "refused"
        return
    twice = entry.gradients(built)
    ratios = {round(b / a, 9) for a, b in zip(once, twice, strict=True)}
    found = {1.0: "the same again", 2.0: "leaves add up"}.get(*ratios) if len(ratios) == 1 else SECOND[0]
    assert found == entry.second


@named(RIGHT)
def test_an_entry_says_where_things_are(entry):
    built = entry.build(*TWICE[2:])
    assert {*entry.operations.split()} <= OPERATIONS
    assert look(built.leaves[0], entry.data) == TWICE.inputs[0]
    if entry.convention != "unevaluated":
        assert math.isclose(look(built.root, entry.data), ours(*TWICE[2:])[0])
    if entry.op:
        look(built.root, entry.op)
    if entry.label:
        assert hasattr(built.leaves[0], entry.label)
    assert entry.readable or entry.refusal


@named(RIGHT)
def test_a_source_is_a_file_of_its_own(entry):
    text = entry.source()
    assert "tests" not in text
    assert "ENGINE" not in text
    assert isinstance(getattr(entry.make(fresh=True), entry.cls), type)
    assert entry.make() is entry.make()
    assert entry.make(fresh=True) is not entry.make()


def wrong(fault):
    """Whether a faulty engine raises, or has another value or gradients than ours."""
    try:
        return not agree(fault.run(), ours(fault.program, fault.inputs), 1e-4)
    except (TypeError, AttributeError):
        return True


@planted(FAULTS)
def test_a_planted_fault_shows_in_its_program(fault):
    right = fault.engine.run(fault.program, fault.inputs)
    assert agree(right, ours(fault.program, fault.inputs))
    assert wrong(fault)
    if fault.kind == "crash":
        with pytest.raises((TypeError, AttributeError)):
            fault.run()
    else:
        fault.run()
    same_value = math.isclose(look(fault.build().root, fault.engine.data), right[0])
    assert same_value is KINDS[fault.kind].same_value


@planted(fault for fault in FAULTS if "set" in fault.engine.parents)
def test_a_planted_fault_shows_in_every_order_of_a_set(fault):
    keep = []
    for _ in range(5):
        keep.append([object() for _ in range(random.randrange(1, 40))])  # so that nodes have other addresses
        assert wrong(fault)


def test_phrases_are_regular_expressions_that_need_a_text():
    for fault in FAULTS:
        assert fault.says
        assert all(re.compile(phrase).search("the ") is None for phrase in fault.says)
        kind = KINDS[fault.kind]
        report = f"{fault.operation}: {kind.text}"
        assert all(re.search(phrase, report, re.IGNORECASE) for phrase in kind.says), report
        assert fault.operation in (*OPERATIONS, "sweep")


def test_each_fault_changes_the_text_of_its_engine_in_its_own_way():
    assert len({(fault.engine.file, fault.changes) for fault in FAULTS}) == len(FAULTS)


def test_counts():
    assert len(ENGINES) >= 24
    assert len(CONVENTIONS) == 10
    assert len({entry.name for entry in RIGHT}) == len(RIGHT)
    assert len(KINDS) >= 25
    assert len(FAULTS) >= 110
    per_engine = Counter(fault.engine.name for fault in FAULTS)
    assert len(per_engine) == 6
    assert min(per_engine.values()) >= 15


def test_the_halves_share_no_engine_and_no_kind_of_fault():
    for letter, half in HALVES.items():
        files = {Path(entry.file).stem for entry in half.ENGINES}
        assert {entry.half for entry in (*half.ENGINES, *half.CONVENTIONS)} == {letter}
        assert {path.stem for path in (FOLDER / f"half_{letter}").glob("*.py")} == (
            files | {"__init__"} | {f"{fault.engine.name}_faults" for fault in half.FAULTS}
        )
        assert {KINDS[fault.kind].half for fault in half.FAULTS} == {letter}
        assert {fault.kind for fault in half.FAULTS} == {kind for kind, row in KINDS.items() if row.half == letter}
        assert len({fault.engine for fault in half.FAULTS}) == 3
        assert len(half.CONVENTIONS) == 5
        assert len(half.FAULTS) >= 50
    a, b = (len(half.ENGINES) for half in HALVES.values())
    assert abs(a - b) <= 1
    assert len({entry.source() for entry in ENGINES}) == len(ENGINES) - 1  # one is there evaluated and not


def test_every_spelling_is_there():
    refused = [entry.name for entry in ENGINES if entry.readable is False]
    assert refused == ["forward_mode", "no_gradients"]
    assert len({entry.parents for entry in ENGINES}) >= 24
    assert len({(entry.data, entry.grad) for entry in ENGINES}) >= 18
    assert sum(entry.op is None for entry in ENGINES) >= 8
    assert sum(bool(entry.hostile) for entry in ENGINES) >= 12
