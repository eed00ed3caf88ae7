"""What would make a recording wrong is refused with the line of f: draws, counters, iterators and texts of numbers."""

import collections
import csv
import functools
import io
import itertools
import logging
import math
import queue
import random
import re
import secrets

import numpy as np
import pytest

import nn
from autograd import Value, assumptions
from autograd.replay import compile  # noqa: A004  # the field's name for it


class Holder:
    pass


scale, OBJECT = 2.0, Holder()


GENERATOR, NUMPY_GENERATOR, STATE = random.Random(0), np.random.default_rng(0), {"h": None, "count": 0, "seen": {}}
COUNT, STREAM = itertools.count(), iter([1.0, 2.0])


def counts(x):
    STATE["count"] += 1
    return x * STATE["count"]


def branches_on_a_counter(x):
    OBJECT.calls = getattr(OBJECT, "calls", 0) + 1
    return x if OBJECT.calls < 10 else -x


def recurs(x):
    h = OBJECT.h if hasattr(OBJECT, "h") else 0.0
    OBJECT.h = x + h
    return OBJECT.h


def caches(x):
    if "y" not in STATE["seen"]:
        STATE["seen"]["y"] = x * 2
    return STATE["seen"]["y"]


def helper_that_draws():
    noise = [random.gauss(0, 1) for _ in range(2)]
    return noise[0]


REFUSED = {  # f, the line after its first that is named, and a part of the message
    "random": (lambda x: x * random.random(), 0, "draws from random, and a recording would keep the number: pass"),
    "gauss": (lambda x: x * random.gauss(0, 1), 0, "draws from random"),
    "helper": (lambda x: x * helper_that_draws(), None, "draws from random"),
    "shuffled": (lambda x: random.shuffle(STACK) or x, 0, "draws from random"),
    "numpy": (lambda x: x * np.random.normal(), 0, "draws from numpy.random"),
    "own generator": (lambda x: x * GENERATOR.gauss(0, 1), 0, "draws from GENERATOR"),
    "NumPy's generator": (lambda x: x * NUMPY_GENERATOR.normal(), 0, "draws from NUMPY_GENERATOR"),
    "dropout": (lambda x: nn.Dropout(0.5)([x])[0], None, "draws from random.*nn.draw"),
    "counter": (counts, 1, r"changes STATE, which f reads, so answers depend on earlier calls: pass it as an"),
    "counter in an attribute": (branches_on_a_counter, 1, "changes OBJECT.calls, which f reads"),
    "recurrent state": (recurs, 0, "changes OBJECT.h, which f reads"),
    "cache": (caches, 0, r"changes STATE\['seen'\], which f reads"),
    "popped": (lambda x: x * STACK.pop(), 0, "changes STACK, which f reads"),
}
STACK = [2.0] * 9


@pytest.mark.parametrize("name", REFUSED)
def test_a_draw_and_a_change_by_f_itself_are_refused_with_its_line(name):
    f, line, message = REFUSED[name]
    where = "" if line is None else rf"test_assumptions_refused.py, line {f.__code__.co_firstlineno + line} "
    with pytest.raises(TypeError, match=where + message):
        compile(f)(2.0)


def filled(queue):
    queue.put(1.0)
    return queue


FILE, ROWS = io.StringIO("1\n2\n"), csv.reader(["1,2", "3,4"])
ADVANCED = {  # what each call would advance
    "count": (COUNT, next),
    "list_iterator": (STREAM, next),
    "_deque_iterator": (iter(collections.deque([1.0, 2.0])), next),
    "dict_valueiterator": (iter({"a": 1.0}.values()), next),
    "flatiter": (np.arange(5.0).flat, next),
    "cycle": (itertools.cycle([1.0, 2.0]), next),
    "_tee": (itertools.tee([1.0, 2.0])[0], next),
    "chain": (itertools.chain([1.0], [2.0]), next),
    "zip": (zip([1.0], [2.0], strict=True), lambda it: next(it)[0]),
    "map": (map(float, "12"), next),
    "generator": ((x for x in [1.0]), next),
    "callable_iterator": (re.finditer("a", "aa"), lambda it: next(it).start()),
    "reader": (ROWS, lambda it: float(next(it)[0])),
    "StringIO": (FILE, lambda it: float(it.readline())),
    "builtin_function_or_method, StringIO": (FILE.readline, lambda it: float(it())),
    "method-wrapper, list_iterator": (STREAM.__next__, lambda it: it()),
    "partial, list_iterator": (functools.partial(next, STREAM), lambda it: it()),
    "Queue": (filled(queue.Queue()), lambda it: it.get()),
    "SimpleQueue": (filled(queue.SimpleQueue()), lambda it: it.get()),
    "method, Queue": (filled(queue.Queue()).get, lambda it: it()),
    "SystemRandom": (random.SystemRandom(), lambda it: it.random()),
    "method, SystemRandom": (secrets.choice, lambda it: it([1.0, 2.0])),
}


@pytest.mark.parametrize("name", ADVANCED)
def test_what_each_call_would_advance_is_refused_with_the_line_of_the_function_that_reads_it(name):
    source, advance = ADVANCED[name]
    kind = name.rpartition(" ")[2]

    def helper():
        return advance(source)

    line = f"test_assumptions_refused.py, line {helper.__code__.co_firstlineno}"
    message = rf"source.*: f reads this {kind}, which each call would advance; pass its items \(.*{line}\)"
    with pytest.raises(TypeError, match=message):
        compile(lambda x: x * helper())(2.0)


def test_a_log_is_no_source():
    log, waiting = io.StringIO(), queue.Queue()

    def f(x):
        print("recorded", file=log)
        log.write("again")
        waiting.put(x)
        logging.getLogger("glassgrad").debug("recorded")
        return x * 2

    assert compile(f)(2.0) == 4.0
    assert log.getvalue() == "recorded\nagain"


BITS = [np.random.MT19937(0), np.random.PCG64(0), np.random.Philox(0), np.random.SFC64(0)]
DRAWS = {
    "random": random.gauss,
    "numpy.random": np.random.normal,
    "draw": random.Random(0).gauss,
    "draw ": np.random.RandomState(0).normal,
    **{f"draw{' ' * k}": np.random.Generator(bits).normal for k, bits in enumerate(BITS, 2)},
}


@pytest.mark.parametrize("name", DRAWS)
def test_a_refused_draw_leaves_the_generator_as_it_was(name):
    draw = DRAWS[name]
    for _ in range(3):  # an odd number of normal draws leaves one for the next
        draw(0.0, 1.0)
    states = lambda: assumptions.read(getattr(draw, "__self__"), assumptions.STATE)  # noqa: B009  # of a builtin method
    before = states()
    with pytest.raises(TypeError, match=rf"draws from {name.strip()}, and a recording would keep the number"):
        compile(lambda x: x * draw(0.0, 1.0))(2.0)
    assert states() == before


def test_the_answer_of_the_call_before_is_refused():
    state = {"h": 0.0}

    def f(x):
        before, state["h"] = state["h"], x * 2
        return x * 2, before

    with pytest.raises(TypeError, match=r"changes state.*, which f reads"):
        compile(f)(1.0)


def test_draws_between_calls_are_free():
    compiled = compile(lambda x: x * scale)
    random.seed(1)
    first = random.random()
    random.seed(1)
    compiled(2.0)
    assert random.random() == first
    assert compiled(2.0) == 2.0 * scale


def test_text_of_a_traced_number_is_refused_and_its_repr_has_no_number():
    w, seen = Value(2.0, label="w"), []
    for text in (lambda x: f"{x}", "{:.3f}".format, str, lambda x: str(w), lambda x: f"{w:.1f}"):
        with pytest.raises(
            TypeError,
            match=r"test_assumptions_refused.py, line \d+ (asks a Value for its text|reads the text|reads .data)",
        ):
            compile(lambda x, text=text: text(x) and x)(2.0)
    compile(lambda x: seen.extend([repr(x), repr(w)]) or x)(2.0)
    assert seen == ["Value(row=3 of the compiled function)", "Value(w)"]
    assert repr(w).startswith("Value(data=2.0")


def test_under_jit_a_value_from_outside_is_refused_by_name():
    jax = pytest.importorskip("jax")
    weights = [Value(2.0)]
    with pytest.raises(TypeError, match=r"weights: under jax.jit the number of a Value from outside would never be"):
        jax.jit(compile(lambda x: x * weights[0]))(1.5)
    assert jax.jit(compile(lambda x: x * Value(2.0)))(1.5) == 3.0


def test_what_f_makes_once_and_keeps_is_no_change():
    import functools

    memo, late = {}, Holder()

    @functools.singledispatch
    def doubled(x):
        return 2 * x

    def lazily(x):
        if "w" not in memo:
            memo["w"] = math.sqrt(2.25)
        if not hasattr(late, "table"):
            late.table = [1.0, 2.0]
        return doubled(x) * memo["w"] + late.table[1]

    compiled = compile(lazily)
    assert [compiled(x) for x in (1.0, 2.0)] == [5.0, 8.0]
    memo["w"] = 3.0
    assert compiled(1.0) == 8.0

    def counting(x):
        memo["n"] = memo.get("n", 0) + 1
        return x * memo["n"]

    with pytest.raises(TypeError, match="changes memo, which f reads"):
        compile(counting)(1.0)
