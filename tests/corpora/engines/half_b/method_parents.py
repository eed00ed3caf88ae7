"""Private attributes; parents behind a method, data behind another; the gradient has setters of its own."""

import math

from tests.corpora.engines.entry import Entry


class Quantity:
    def __init__(self, number, made_from=(), pull=None):
        self.__number = number
        self.__made_from = made_from
        self.__pull = pull
        self.__bar = 0.0

    def data(self):
        return self.__number

    def parents(self):
        return list(self.__made_from)

    @property
    def val(self):
        return self.__number

    @property
    def bar(self):
        return self.__bar

    @bar.setter
    def bar(self, number):
        self.__bar = number

    def step_back(self):
        if self.__pull:
            for parent, part in zip(self.__made_from, self.__pull(self.__bar), strict=True):
                parent.bar += part

    def __add__(self, other):
        return Quantity(self.val + other.val, (self, other), lambda bar: (bar, bar))

    def __mul__(self, other):
        return Quantity(self.val * other.val, (self, other), lambda bar: (bar * other.val, bar * self.val))

    def __truediv__(self, other):
        q = self.val / other.val
        return Quantity(q, (self, other), lambda bar: (bar / other.val, -bar * q / other.val))

    def log(self):
        return Quantity(math.log(self.val), (self,), lambda bar: (bar / self.val,))

    def tanh(self):
        y = math.tanh(self.val)
        return Quantity(y, (self,), lambda bar: (bar - bar * y * y,))

    def backward(self):
        done, line = set(), []

        def visit(node):
            if node not in done:
                done.add(node)
                for parent in node.parents():
                    visit(parent)
                line.append(node)

        visit(self)
        self.bar = 1.0
        for node in line[::-1]:
            node.step_back()


# ---- what the corpus knows of it
ENGINE = Entry(
    file=__file__,
    cls="Quantity",
    data="val",
    grad="bar",
    parents="method parents(), over a private tuple",
    rule="a private function of the upstream",
    operations="add mul div log tanh",
    hostile="data is a method",
)
CONVENTIONS = ()
