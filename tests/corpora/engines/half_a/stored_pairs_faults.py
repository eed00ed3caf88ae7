"""Faults of the engine that stores pairs."""

from tests.corpora.engines.entry import Fault
from tests.corpora.engines.half_a.stored_pairs import ENGINE
from tests.corpora.engines.programs import SHOWS


def fault(kind, operation, *changes, shows=None):
    return Fault(ENGINE, kind, operation, changes, *SHOWS[shows or operation])


FAULTS = (
    fault("exp: input", "exp", ("[(a, e)]", "[(a, a.value)]")),
    fault("overwritten", "sweep", ("parent.gradient += node", "parent.gradient = node"), shows="overwritten"),
    fault("upstream missing", "sweep", ("+= node.gradient * local", "+= local")),
    fault(
        "upstream missing",
        "relu",
        (
            "                parent.gradient += node",
            "                if node.op == 'relu':\n"
            "                    parent.gradient += local\n                    continue\n"
            "                parent.gradient += node",
        ),
    ),
    fault("rsub: swapped", "rsub", ("as_num(other) - self", "self - other")),
    fault(
        "no visited check", "sweep", ("        elif id(node) not in done:", "        else:"), shows="no visited check"
    ),
    fault("seed missing", "sweep", ("        self.gradient = 1.0\n", "")),
    fault("tanh: plus", "tanh", ("1 - y * y", "1 + y * y")),
    fault("tanh: linear", "tanh", ("1 - y * y", "1 - y")),
    fault("pow: no factor", "pow", ("n * self.value ** (n - 1)", "self.value ** (n - 1)")),
    fault("div: sign", "div", ("(other, -self.value * local", "(other, self.value * local")),
    fault("value", "log", ("math.log(a.value)", "math.log10(a.value)")),
    fault("crash", "log", ("[(a, 1 / a.value)]", "[(a, lambda: 1 / a.value)]")),
    fault("crash", "exp", ("[(a, e)]", "[(a, 'exp')]")),
    fault("neg: sign", "neg", ("[(self, -1.0)]", "[(self, 1.0)]")),
    fault("no rule", "exp", ("[(a, e)]", "[(a, 0.0)]")),
    fault("no rule", "pow", ("n * self.value ** (n - 1)", "0")),
)
