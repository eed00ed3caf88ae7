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
    st.lists(lines, min_size=1, max_size=7),
    st.lists(numbers, min_size=N_LEAVES, max_size=N_LEAVES),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 99), numbers), max_size=2),
)


@dataclass
class Run:
    """One run: the result, what Python decided, and what it compared, with the leaves that fed it."""

    leaves: list
    root: Value
    answers: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    @property
    def locking(self):
        """The leaves that fed a decision other than a comparison of the result with a number."""
        return set().union(*(fed for node, fed in self.asked if node is not self.root))


def run(program, data):
    """Run a program on the data of leaves."""
    instructions, _, is_compared, afterwards = program
    leaves = [Value(x, label=f"leaf{i}") for i, x in enumerate(data)]
    pool = [(leaf, {i}) for i, leaf in enumerate(leaves)]
    out = Run(leaves, leaves[0])

    def ask(answer, node, fed):
        out.answers.append(answer)
        out.asked.append((node, fed))
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
            new = (b * 2.0, fb) if ask(compare(a, c), a, fa) else (d + b, fb | fd)
        elif kind == "if not taken":
            new = (b * 3.0, fb) if ask(compare(a, c), a, fa) else (b, fb)
        elif kind == "if of two":
            new = (a - b, fa | fb) if ask(compare(a, b), None, fa | fb) else (d * 1.5, fd)
        elif kind == "if of a difference":
            new = (d * a, fd | fa) if ask(compare(a - b * c, 1), None, fa | fb) else (b * 0.5, fb)
        elif kind == "builtin max":
            best = max(a, b, d)
            ask([best is x for x in (a, b, d)], None, fa | fb | fd)
            new = best, fa | fb | fd
        elif kind == "where":
            new = where(ask(compare(a, c), a, fa), b, d), fb | fd
        elif kind == "where kept":
            new = where(a.heaviside(0.0), b, d * 2.0), fa | fb | fd
        elif kind == "bool":
            new = (b + 1.0, fb) if ask(bool(a), a, fa) else (d - 1.0, fd)
        elif kind == "isclose":
            new = (b * b, fb) if ask(a.isclose(c, abs_tol=0.6), None, fa) else (d * -1.0, fd)
        elif kind == "while":
            new = b, fb
            while ask(new[0] < c, new[0], fb) and len(out.answers) < 60:
                new = new[0] + 0.75, fb
        elif kind == "round":
            ask(round(a.data, 1), None, fa)
            new = b * round(a, 1), fb | fa
        else:
            ordered = sorted([a, b, d])
            ask([[x is y for y in (a, b, d)] for x in ordered], None, fa | fb | fd)
            new = ordered[1], fa | fb | fd
        pool.append(new)
    out.root = pool[-1][0]
    if out.root.op is not None and is_compared:
        out.answers.append(out.root < 1.0)
    for place, c in afterwards:  # of what was there before the result, or is in no picture
        a, fed = pool[place % len(pool)]
        ask(a - 1.0 < c if a is out.root else a < c, None, fed)
    return out
