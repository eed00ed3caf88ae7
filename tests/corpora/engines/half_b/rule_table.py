"""A table of static functions by the name of the operation; the gradient is None until something arrives."""

import math

from tests.corpora.engines.entry import Entry


class Float:
    def __init__(self, v, op=None, inputs=()):
        self.v = v
        self.op = op
        self.inputs = inputs
        self.gradient = None

    def __add__(self, other):
        return make("add", self, other)

    def __mul__(self, other):
        return make("mul", self, other)

    def __sub__(self, other):
        return make("sub", self, other)

    def __neg__(self):
        return make("neg", self)

    def __radd__(self, other):
        return make("add", other, self)

    def __rmul__(self, other):
        return make("mul", other, self)

    def __rsub__(self, other):
        return make("sub", other, self)

    def sin(self):
        return make("sin", self)

    def cos(self):
        return make("cos", self)

    def sqrt(self):
        return make("sqrt", self)

    def backward(self):
        nodes, known = [self], {id(self)}
        for node in nodes:
            for other in node.inputs:
                if id(other) not in known:
                    known.add(id(other))
                    nodes.append(other)
        consumers = {id(node): 0 for node in nodes}
        for node in nodes:
            for other in node.inputs:
                consumers[id(other)] += 1
        self.gradient = 1.0
        queue = [self]
        while queue:
            node = queue.pop(0)
            if node.op is None:
                continue
            for other, local in zip(node.inputs, RULES[node.op](node, *node.inputs), strict=True):
                other.gradient = (other.gradient or 0.0) + local * node.gradient
                consumers[id(other)] -= 1
                if consumers[id(other)] == 0:
                    queue.append(other)


def make(op, *inputs):
    nodes = tuple(x if isinstance(x, Float) else Float(x) for x in inputs)
    return Float(FORWARD[op](*[node.v for node in nodes]), op, nodes)


FORWARD = {
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "sub": lambda a, b: a - b,
    "neg": lambda a: -a,
    "sin": math.sin,
    "cos": math.cos,
    "sqrt": math.sqrt,
}


class Rules:
    @staticmethod
    def add(out, a, b):
        return 1.0, 1.0

    @staticmethod
    def mul(out, a, b):
        return b.v, a.v

    @staticmethod
    def sub(out, a, b):
        return 1.0, -1.0

    @staticmethod
    def neg(out, a):
        return (-1.0,)

    @staticmethod
    def sin(out, a):
        return (math.cos(a.v),)

    @staticmethod
    def cos(out, a):
        return (-math.sin(a.v),)

    @staticmethod
    def sqrt(out, a):
        return (0.5 / out.v,)


RULES = {name: getattr(Rules, name) for name in FORWARD}


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Float",
    data="v",
    grad="gradient",
    parents="inputs: tuple",
    rule="static functions in a table by the operation's name, called with the nodes",
    op="op",
    operations="add mul sub neg number radd rmul rsub sin cos sqrt",
)
CONVENTIONS = ()
