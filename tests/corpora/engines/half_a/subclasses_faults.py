"""Faults of the engine with subclasses."""

from tests.corpora.engines.entry import Fault
from tests.corpora.engines.half_a.subclasses import ENGINE
from tests.corpora.engines.programs import SHOWS


def fault(kind, operation, *changes, shows=None):
    return Fault(ENGINE, kind, operation, changes, *SHOWS[shows or operation])


FAULTS = (
    fault("exp: input", "exp", (".der += self.val * self.der", ".der += self.args[0].val * self.der")),
    fault("overwritten", "add", ("arg.der += self.der", "arg.der = self.der")),
    fault("overwritten", "mul", ("b.der += a.val * self.der", "b.der = a.val * self.der")),
    fault("overwritten", "pow", ("base.der += self.n", "base.der = self.n")),
    fault("overwritten", "log", ("x.der += self.der", "x.der = self.der")),
    fault("upstream missing", "exp", (".der += self.val * self.der", ".der += self.val")),
    fault("upstream missing", "mul", ("a.der += b.val * self.der", "a.der += b.val")),
    fault("upstream missing", "relu", ("    self.args[0].der += self.der", "    self.args[0].der += 1.0")),
    fault("upstream missing", "log", ("x.der += self.der / x.val", "x.der += 1 / x.val")),
    fault("rsub: swapped", "rsub", ("Minus(wrap(other), self)", "Minus(self, wrap(other))")),
    fault(
        "no visited check",
        "sweep",
        ("if not any(expr is other for other in marked):", "if expr not in marked or expr.args:"),
        shows="no visited check",
    ),
    fault("seed missing", "sweep", ("        self.der = 1.0\n", "")),
    fault("tanh: plus", "tanh", ("1.0 - self.val**2", "1.0 + self.val**2")),
    fault("tanh: linear", "tanh", ("1.0 - self.val**2", "1.0 - self.val")),
    fault("pow: no factor", "pow", ("self.n * base.val", "base.val")),
    fault("div: sign", "div", ("-self.val / b.val", "self.val / b.val")),
    fault("value", "log", ("math.log(a)", "math.log2(a)")),
    fault("crash", "log", ("self.der / x.val", "self.der / math.fabs(x)")),
    fault("crash", "tanh", ("1.0 - self.val**2", "1.0 - math.tanh(self.args[0]) ** 2")),
    fault(
        "relu: upstream's sign",
        "relu",
        ("if self.args[0].val > 0:", "if self.val >= 0 and self.der > 0:"),
    ),
    fault("neg: sign", "neg", ("inner.der -= self.der", "inner.der += self.der")),
    fault("no rule", "exp", ("    def backprop(self):\n        self.args[0].der += self.val *",
                             "    def back_prop(self):\n        self.args[0].der += self.val *")),
    fault("no rule", "sub", ("    def backprop(self):\n        a, b = self.args\n        a.der += self.der\n",
                             "    def backward(self):\n        a, b = self.args\n        a.der += self.der\n")),
)  # fmt: skip
