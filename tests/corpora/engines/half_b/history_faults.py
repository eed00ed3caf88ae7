"""Faults of the engine with a history."""

from tests.corpora.engines.entry import Fault
from tests.corpora.engines.half_b.history import ENGINE
from tests.corpora.engines.programs import SHOWS

SORT = """    found, marks = [], set()

    def go(scalar):
        if id(scalar) in marks:
            return
        marks.add(id(scalar))
        for other in scalar.history.inputs:
            go(other)
        found.insert(0, scalar)

    go(root)
    return found
"""
BREADTH = """    found = [root]
    for scalar in found:
        found.extend(other for other in scalar.history.inputs if other not in found)
    return found
"""


def fault(kind, operation, *changes, shows=None, **others):
    return Fault(ENGINE, kind, operation, changes, *SHOWS[shows or operation], **others)


FAULTS = (
    fault("mul: reads a gradient", "mul",
          ("        parts = h.last_fn.backward(h.ctx, d)\n", "        parts = h.last_fn.backward(h.ctx, d)\n"
           "        if h.last_fn is Mul:\n            parts = (h.inputs[1].derivative or 0.0) * d, parts[1]\n")),
    fault("upstream squared", "exp", ("return y * d", "return y * d * d")),
    fault("upstream squared", "mul", ("return b * d, d * a", "return b * d * d, d * a")),
    fault("upstream squared", "sigmoid", ("s * (1 - s) * d", "d * s * (1 - s) * d")),
    fault("upstream squared", "sub", ("return d, -1 * d", "return d, -1 * d * d")),
    fault("rdiv: swapped", "rdiv", ("Mul.apply(b, Inv.apply(self))", "Mul.apply(self, Inv.apply(b))")),
    fault("not reversed", "sweep", ("found.insert(0, scalar)", "found.append(scalar)"),
          ("d = owed[id(scalar)]", "d = owed.get(id(scalar), 0.0)")),
    fault("seed: two", "sweep", ("owed = {id(root): d}", "owed = {id(root): d + 1.0}")),
    fault("seed: two", "sweep", ("def backward(self, d=1.0)", "def backward(self, d=2.0)")),
    fault("parent forgotten", "mul", ("return Scalar(out, History(cls, ctx, scalars))",
                                      "return Scalar(out, History(cls, ctx, scalars[:1]))"),
          ("(parts,), strict=True", "(parts,)"), hidden=True),
    fault("tanh: input", "tanh", ("t = ctx.saved[1]", "t = ctx.saved[0]")),
    fault("pow: exponent kept", "pow", ("n * a ** (n - 1)", "n * a**n")),
    fault("log: output", "log", ("return d / ctx.saved[0]", "return d / ctx.saved[1]")),
    fault("sigmoid: input", "sigmoid", ("s = ctx.saved[1]", "s = ctx.saved[0]")),
    fault("sub: second sign", "sub", ("return d, -1 * d", "return d, d")),
    fault("state", "log", ("class Log(Function):\n", "class Log(Function):\n    mean = 0.0\n\n"),
          ("        return d / ctx", "        Log.mean = 0.5 * Log.mean + 0.5 * d\n        return Log.mean / ctx")),
    fault("cut", "exp", ("Exp.apply(self)", "Exp.apply(self.data)")),
    fault("zeroed early", "sweep", ("        d = owed[id(scalar)]\n", "        d = owed.pop(id(scalar), 0.0)\n"
                                    "        owed.clear()\n")),
    fault("breadth first", "sweep", (SORT, BREADTH), shows="breadth first"),
    fault("same argument", "sweep", ("in scalar.chain_rule(d):", "in dict(scalar.chain_rule(d)).items():"),
          shows="same argument"),
    fault("div: numerator", "div", ("return Mul.apply(self, Inv.apply(b))", "return Over.apply(self, b)"),
          ("class Log(Function):", "class Over(Function):\n    @staticmethod\n    def forward(ctx, a, b):\n"
           "        ctx.keep(a, b)\n        return a / b\n\n    @staticmethod\n    def backward(ctx, d):\n"
           "        a, b = ctx.saved\n        return b * d, -a / b**2 * d\n\n\nclass Log(Function):")),
)  # fmt: skip
