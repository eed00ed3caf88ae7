"""The corpus of backward passes: its right ones are right, its faulty ones differ, and no part repeats another."""

import copy
import re
from collections import Counter
from itertools import combinations

import pytest

pytest.importorskip("numpy", reason='needs NumPy: pip install -e ".[replay]"')

import numpy as np

from tests.corpora.backward_faults import half_a, half_b, half_c, half_d, right
from tests.corpora.backward_faults.entry import KINDS, LAYERS

PARTS = half_a, half_b, half_c
FAULTS = [fault for part in (*PARTS, half_d) for fault in part.FAULTS]
OF_FAULTS = [(f"{fault.layer}: {fault.name}", fault.forward, fault.right, fault.make, 1e-6) for fault in FAULTS]
OF_RIGHT = [
    (f"right: {entry.name}", entry.forward, entry.backward, entry.make, entry.tolerance)
    for entry in right.RIGHT + half_d.RIGHT
]
ALL_RIGHT = [pytest.param(*values, id=name) for name, *values in OF_FAULTS + OF_RIGHT]
DIRECTIONS, STEP = 3, 1e-5


def cases(make):
    """List two sets of inputs for each shape, and a generator for what goes with them."""
    rng, other = np.random.default_rng(1), np.random.default_rng(2)
    return rng, list(zip(make(rng), make(other), strict=True))


def run(forward, backward, inputs, rng):
    """Return inputs, upstream and gradients, none of which a later call can change."""
    out, cache = forward(*inputs)
    dout = np.asarray(rng.normal(size=np.shape(out)))
    before = copy.deepcopy(dout)
    return before, copy.deepcopy(backward(dout, cache))


def floats(inputs):
    return [n for n, array in enumerate(inputs) if array.dtype.kind == "f"]


def differ(a, b, tolerance):
    """Whether gradients have other shapes or values."""
    if len(a) != len(b) or any(np.shape(x) != np.shape(y) for x, y in zip(a, b, strict=True)):
        return True
    pairs = [(np.asarray(x, dtype=float), np.asarray(y, dtype=float)) for x, y in zip(a, b, strict=True)]
    return any(np.linalg.norm(x - y) > tolerance * max(np.linalg.norm(y), 1e-12) for x, y in pairs)


def side_effects(forward, backward, inputs, others):
    """Name what a backward pass changes, and whether its result depends on other calls of forward."""
    forward(*copy.deepcopy(others))
    given = copy.deepcopy(inputs)
    out, cache = forward(*given)
    dout = np.asarray(np.random.default_rng(3).normal(size=np.shape(out)))
    upstream = dout.copy()
    found = set()
    first = copy.deepcopy(backward(dout, cache))
    if not np.array_equal(dout, upstream):
        found.add("upstream")
    if any(not np.array_equal(a, b) for a, b in zip(given, inputs, strict=True)):
        found.add("input")
    if differ(copy.deepcopy(backward(upstream.copy(), cache)), first, 1e-9):
        found.add("cache")
    _, cache = forward(*copy.deepcopy(inputs))
    forward(*copy.deepcopy(others))
    if differ(backward(upstream.copy(), cache), first, 1e-9):
        found.add("later call")
    return found


@pytest.mark.parametrize(("forward", "backward", "make", "tolerance"), ALL_RIGHT)
def test_a_right_backward_agrees_with_central_differences_and_has_no_side_effects(forward, backward, make, tolerance):
    rng, pairs = cases(make)
    for inputs, others in pairs:
        dout, gradients = run(forward, backward, copy.deepcopy(inputs), rng)
        assert [np.shape(gradient) for gradient in gradients] == [inputs[n].shape for n in floats(inputs)]
        assert side_effects(forward, backward, inputs, others) == set()
        for n, gradient in zip(floats(inputs), gradients, strict=True):
            for _ in range(DIRECTIONS):
                step = rng.normal(size=inputs[n].shape)
                above, below = (
                    forward(*inputs[:n], inputs[n] + sign * STEP * step, *inputs[n + 1 :])[0] for sign in (1, -1)
                )
                numeric = np.sum((above - below) * dout) / (2 * STEP)
                claimed = np.sum(np.asarray(gradient, dtype=float) * step)
                assert abs(numeric - claimed) <= tolerance * np.linalg.norm(gradient) * np.linalg.norm(step)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.layer}: {fault.name}")
def test_a_faulty_backward_differs_in_shape_or_value_or_side_effects(fault):
    rng, pairs = cases(fault.make)
    wrong, effects = False, set()
    for inputs, others in pairs:
        effects |= side_effects(fault.forward, fault.backward, inputs, others)
        for first, second in ((inputs, others), (others, inputs)):
            dout, expected = run(fault.forward, fault.right, copy.deepcopy(first), rng)
            _, cache = fault.forward(*copy.deepcopy(first))
            if fault.kind == "stale":
                fault.forward(*copy.deepcopy(second))
            wrong |= differ(fault.backward(dout, cache), expected, 1e-3)
    if fault.kind == "inplace":
        assert effects
        assert not wrong, "the values of a first call are right"
    else:
        assert wrong
        assert fault.kind == "stale" or effects == set()


def test_the_parts_have_the_same_layers_and_no_kind_of_fault_in_the_same_layer():
    assert {fault.layer for fault in half_a.FAULTS} == set(LAYERS)
    for a, b in combinations([part.FAULTS for part in PARTS], 2):
        assert len(a) == len(b) == 30
        assert Counter(fault.layer for fault in a) == Counter(fault.layer for fault in b)
        assert not {(fault.layer, fault.kind) for fault in a} & {(fault.layer, fault.kind) for fault in b}


def test_no_backward_pass_is_used_twice_and_all_inputs_of_the_blind_parts_have_two_shapes_that_are_not_square():
    assert len({fault.backward for fault in FAULTS}) == len(FAULTS)
    for fault in half_c.FAULTS + half_d.FAULTS:
        shapes = [inputs[0].shape for inputs in fault.make(np.random.default_rng(1))]
        assert len({shape for shape in shapes if len(set(shape)) > 1}) >= 2


def test_the_halves_have_similar_kinds_and_the_second_has_some_of_its_own():
    a, b = (Counter(fault.kind for fault in half.FAULTS) for half in (half_a, half_b))
    assert set(a) | set(b) == set(KINDS)
    assert set(b) - set(a) == {"clipped", "flipped", "rounded", "shifted"}
    assert set(a) <= set(b)
    assert max(abs(a[kind] - b[kind]) for kind in KINDS) == 1
    assert {fault.kind for fault in half_c.FAULTS} <= set(KINDS)


def test_names_are_unique_and_phrases_are_regular_expressions():
    assert len({(fault.layer, fault.name) for fault in FAULTS}) == 120
    phrases = [fault.phrase for fault in FAULTS]
    assert all(re.compile(phrase).search("") is None for phrase in phrases if phrase)
    assert phrases.count(None) == 9
    assert [fault.phrase for fault in half_c.FAULTS].count(None) <= 4


def test_the_fourth_part_covers_all_layers_and_most_kinds():
    assert len(half_d.FAULTS) == 30
    counts = Counter(fault.layer for fault in half_d.FAULTS)
    assert set(counts) == set(LAYERS)
    assert min(counts.values()) >= 3
    assert {fault.kind for fault in half_d.FAULTS} == set(KINDS) - {"shape"}


def test_right_passes_cover_all_layers():
    assert len({entry.name for entry in right.RIGHT}) == len(right.RIGHT) == 20
    assert len({entry.name for entry in right.RIGHT + half_d.RIGHT}) == 30
    for entries in (right.RIGHT, half_d.RIGHT):
        assert {entry.layer for entry in entries} == set(LAYERS)
