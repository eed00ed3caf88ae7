"""Random programs in which Python branches on numbers, and what each leaf decided by another count."""

import operator
from dataclasses import dataclass, field

from hypothesis import strategies as st

from autograd import Value, where

N_LEAVES = 4
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
KINDS = (
    "add", "mul", "tanh", "if", "if not taken", "if of two", "if of a difference", "builtin max", "where", "where kept",
    "bool", "isclose", "while", "round", "sorted",
)  # fmt: skip  # "where kept" has the condition in the graph
numbers = st.integers(-8, 8).map(lambda n: n / 4)
lines = st.tuples(st.sampled_from(KINDS), st.tuples(*[st.integers(0, 99)] * 3), numbers, st.sampled_from([*COMPARE]))
programs = st.tuples(
    st.lists(lines, min_size=1, max_size=7), st.lists(numbers, min_size=N_LEAVES, max_size=N_LEAVES), st.booleans()
)


@dataclass
class Run:
    """One run: the result, what Python decided, and which leaves fed a decision other than of the result."""

    leaves: list
    root: Value
    answers: list = field(default_factory=list)
    locking: set = field(default_factory=set)


def run(program, data):
    """Run a program on the data of leaves."""
    instructions, _, is_last_compared = program
    leaves = [Value(x, label=f"leaf{i}") for i, x in enumerate(data)]
    pool = [(leaf, {i}) for i, leaf in enumerate(leaves)]
    out = Run(leaves, leaves[0])

    def ask(answer, *fed):
        out.answers.append(bool(answer))
        out.locking.update(*fed)
        return answer

    for kind, places, c, sign in instructions:
        (a, fa), (b, fb), (d, fd) = (pool[place % len(pool)] for place in places)
        compare = COMPARE[sign]
        if kind == "add":
            new = a + b, fa | fb
        elif kind == "mul":
            new = a * b + c, fa | fb
        elif kind == "tanh":
            new = (a * c).tanh(), fa
        elif kind == "if":
            new = (b * 2.0, fb) if ask(compare(a, c), fa) else (d + b, fb | fd)
        elif kind == "if not taken":
            new = (b * 3.0, fb) if ask(compare(a, c), fa) else (b, fb)
        elif kind == "if of two":
            new = (a - b, fa | fb) if ask(compare(a, b), fa, fb) else (d * 1.5, fd)
        elif kind == "if of a difference":
            new = (d * a, fd | fa) if ask(compare(a - b * c, 1), fa, fb) else (b * 0.5, fb)
        elif kind == "builtin max":
            best = max(a, b, d)
            out.answers.append((best is b) + 2 * (best is d))
            out.locking |= fa | fb | fd
            new = best, fa | fb | fd
        elif kind == "where":
            new = where(ask(compare(a, c), fa), b, d), fb | fd
        elif kind == "where kept":
            new = where(a.heaviside(0.0), b, d * 2.0), fa | fb | fd
        elif kind == "bool":
            new = (b + 1.0, fb) if ask(bool(a), fa) else (d - 1.0, fd)
        elif kind == "isclose":
            new = (b * b, fb) if ask(a.isclose(c, abs_tol=0.6), fa) else (d * -1.0, fd)
        elif kind == "while":
            new = b, fb
            while ask(new[0] < c, fb) and len(out.answers) < 60:
                new = new[0] + 0.75, fb
        elif kind == "round":
            out.answers.append(round(a.data, 1))
            out.locking |= fa
            new = b * round(a, 1), fb | fa
        else:
            ordered = sorted([a, b, d])
            out.answers += [[x is y for y in (a, b, d)] for x in ordered]
            out.locking |= fa | fb | fd
            new = ordered[1], fa | fb | fd
        pool.append(new)
    out.root = pool[-1][0]
    if out.root.op is not None and is_last_compared:
        out.answers.append(out.root < 1.0)
    return out
