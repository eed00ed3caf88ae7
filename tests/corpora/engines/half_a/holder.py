"""Number and gradient lie in a holder object, which a node shares with nobody; the graph has another class."""

import math

from tests.corpora.engines.entry import Entry


class Cell:
    def __init__(self, number):
        self.number = number
        self.slope = 0.0


class Step:
    """What made a node: its name, its inputs and a function that gives the local derivatives."""

    def __init__(self, name, inputs, locals_):
        self.name = name
        self.inputs = inputs
        self.locals = locals_


class Quant:
    def __init__(self, number, step=None):
        self.cell = Cell(number)
        self.step = step

    def __add__(self, other):
        return Quant(self.cell.number + other.cell.number, Step("add", (self, other), lambda a, b: (1.0, 1.0)))

    def __sub__(self, other):
        return Quant(self.cell.number - other.cell.number, Step("sub", (self, other), lambda a, b: (1.0, -1.0)))

    def __mul__(self, other):
        return Quant(self.cell.number * other.cell.number, Step("mul", (self, other), lambda a, b: (b, a)))

    def exp(self):
        return Quant(math.exp(self.cell.number), Step("exp", (self,), lambda a: (math.exp(a),)))

    def log(self):
        return Quant(math.log(self.cell.number), Step("log", (self,), lambda a: (1 / a,)))

    def backward(self):
        order = []
        self._order(order)
        self.cell.slope = 1.0
        for node in reversed(order):
            if node.step:
                locals_ = node.step.locals(*[other.cell.number for other in node.step.inputs])
                for other, local in zip(node.step.inputs, locals_, strict=True):
                    other.cell.slope += node.cell.slope * local

    def _order(self, order):
        if all(node is not self for node in order):
            for node in self.step.inputs if self.step else ():
                node._order(order)
            order.append(self)


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Quant",
    data="cell.number",
    grad="cell.slope",
    parents="step.inputs: tuple",
    rule="a function of the inputs' numbers that gives the local derivatives",
    op="step.name",
    operations="add sub mul exp log",
    hostile="neither number nor gradient is an attribute of the node",
)
CONVENTIONS = ()
