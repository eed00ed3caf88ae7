"""Faults of the engine with a function of the upstream."""

from tests.corpora.engines.entry import Fault
from tests.corpora.engines.half_b.grad_fn import ENGINE
from tests.corpora.engines.programs import SHOWS

BREADTH = """    line = [root]
    for node in line:
        line.extend(source for source in node.src if all(source is not other for other in line))
    return line
"""
DEPTH = ENGINE.source().partition("def topological(root):\n")[2].partition("\n\n\n")[0] + "\n"


def fault(kind, operation, *changes, shows=None, **others):
    return Fault(ENGINE, kind, operation, changes, *SHOWS[shows or operation], **others)


FAULTS = (
    fault("mul: reads a gradient", "mul", ("[g * b.data, g * a.data]", "[g * b.grad, g * a.data]")),
    fault("mul: reads a gradient", "mul", ("[g * b.data, g * a.data]", "[g * b.data, a.grad]")),
    fault("upstream squared", "exp", ("[g * y]", "[g * g * y]")),
    fault("upstream squared", "tanh", ("g * (1 - y**2)", "g**2 * (1 - y**2)")),
    fault("upstream squared", "sweep", ("+ part", "+ g * part")),
    fault("rdiv: swapped", "rdiv", ("over(tensor(other), self)", "over(self, tensor(other))")),
    fault("not reversed", "sweep", ("            g = sums[node]", "            g = sums.get(node, 0.0)"),
          ("return reversed(line)", "return line")),
    fault("seed: two", "sweep", ("{self: 1.0}", "{self: 2.0}")),
    fault("parent forgotten", "mul", ("a.data * b.data, [a, b], lambda g: [g * b.data, g * a.data]",
                                      "a.data * b.data, [a], lambda g: [g * b.data]"), hidden=True),
    fault("parent forgotten", "add", ("a.data + b.data, [a, b], lambda g: [g, g]",
                                      "a.data + b.data, [b], lambda g: [g]"), hidden=True),
    fault("tanh: input", "tanh", ("1 - y**2", "1 - self.data**2")),
    fault("pow: exponent kept", "pow", ("self.data ** (n - 1)", "self.data**n")),
    fault("log: output", "log", ("g / self.data", "g / y")),
    fault("sigmoid: input", "sigmoid", ("y * (1 - y)", "self.data * (1 - self.data)")),
    fault("sub: second sign", "sub", ("[g, -g]", "[g, g]")),
    fault("attached to argument", "exp",
          ('        return Tensor0(y, [self], lambda g: [g * y], "exp")',
           '        out = Tensor0(y, [self], None, "exp")\n'
           "        self.grad_fn = lambda g: [g * y]\n        return out"),
          ("node.src, node.grad_fn(g), strict=True", "node.src, node.grad_fn(g)"),
          ("            g = sums[node]", "            g = sums.get(node, 0.0)")),
    fault("state", "exp",
          ("        y = math.exp(self.data)\n", "        y, mean = math.exp(self.data), [0.0]\n\n"
           "        def slow(g):\n            mean[0] += 0.5 * (g - mean[0])\n            return [mean[0] * y]\n\n"),
          ("lambda g: [g * y]", "slow")),
    fault("cut", "tanh", ("        y = math.tanh(self.data)", "        self = Tensor0(self.data)\n"
          "        y = math.tanh(self.data)")),
    fault("zeroed early", "sweep", ("            g = sums[node]",
                                    "            sums = {node: sums.get(node, 0.0)}\n            g = sums[node]")),
    fault("breadth first", "sweep", (DEPTH, BREADTH), shows="breadth first"),
    fault("same argument", "sweep", ("zip(node.src, node.grad_fn(g), strict=True)",
                                     "dict(zip(node.src, node.grad_fn(g))).items()"), shows="same argument"),
    fault("div: numerator", "div", ("[g / b.data, -g", "[g * b.data, -g")),
)  # fmt: skip
