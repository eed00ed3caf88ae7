"""Faults of the engine with closures and sets."""

from tests.corpora.engines.entry import Fault
from tests.corpora.engines.half_a.closure_set import ENGINE
from tests.corpora.engines.programs import SHOWS


def fault(kind, operation, *changes, shows=None):
    return Fault(ENGINE, kind, operation, changes, *SHOWS[shows or operation])


FAULTS = (
    fault("exp: input", "exp", ("grown.data * grown.grad", "self.data * grown.grad")),
    fault("overwritten", "add", ("self.grad += total.grad", "self.grad = total.grad")),
    fault("overwritten", "mul", ("other.grad += self.data", "other.grad = self.data"), shows="mul"),
    fault("overwritten", "pow", ("self.grad += exponent", "self.grad = exponent")),
    fault("overwritten", "tanh", ("self.grad += (1 - t**2)", "self.grad = (1 - t**2)")),
    fault("overwritten", "sub", ("other.grad -= diff.grad", "other.grad = -diff.grad")),
    fault("upstream missing", "relu", ("(self.data > 0) * kept.grad", "1.0 if self.data > 0 else 0.0")),
    fault("upstream missing", "exp", ("grown.data * grown.grad", "grown.data")),
    fault("upstream missing", "mul", ("+= other.data * product.grad", "+= other.data")),
    fault("upstream missing", "tanh", ("(1 - t**2) * squashed.grad", "1 - t**2")),
    fault("upstream missing", "sigmoid", ("s * (1 - s) * bent.grad", "s * (1 - s)")),
    fault("rsub: swapped", "rsub", ("return Scalar(other) - self", "return self - other")),
    fault("no visited check", "sweep", ("if node not in seen:", "if True:"), shows="no visited check"),
    fault("seed missing", "sweep", ("        self.grad = 1.0\n", "")),
    fault("tanh: plus", "tanh", ("1 - t**2", "1 + t**2")),
    fault("tanh: linear", "tanh", ("1 - t**2", "1 - t")),
    fault("pow: no factor", "pow", ("+= exponent * self.data", "+= self.data")),
    fault("div: sign", "div", ("other.grad -= ratio", "other.grad += ratio")),
    fault("value", "sigmoid", ("math.exp(-self.data)", "math.exp(self.data)")),
    fault("crash", "log", ("logged.grad / self.data", "logged.grad / math.log(self)")),
    fault("crash", "relu", ("(self.data > 0) * kept", "(self > 0) * kept")),
    fault("relu: upstream's sign", "relu", ("(self.data > 0) * kept", "(kept.grad > 0) * kept")),
    fault("neg: sign", "neg", ("+= -minus.grad", "+= minus.grad")),
    fault("no rule", "exp", ("        grown._backward = _backward\n", "")),
    fault("no rule", "mul", ("product._backward = _backward", "product.backward_ = _backward")),
    fault("no rule", "div", ("ratio._backward = _backward", "_backward = ratio._backward")),
)
