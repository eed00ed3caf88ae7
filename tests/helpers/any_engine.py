"""Engines with random names, containers and kinds of rules."""

from __future__ import annotations

import math
import random

DATA = "data value val v _data _value num number scalar primal x w amount d".split()  # noqa: SIM905
GRAD = "grad gradient der derivative _grad deriv dv d g delta partial_value slope".split()  # noqa: SIM905
PARENTS = "_prev _children parents children prev inputs parent_nodes args sources depends_on came_from".split()  # noqa: SIM905
OPERATION = ["_op", "op", "operation", "operator", "fn_str", "kind", "secret"]
BACKWARD = ["backward", "backprop", "back_propagate", "backpropagate", "compute_gradients", "calc_grad", "run_backward"]
RULE = ["_backward", "backward_fn", "grad_fn", "_bwd", "pullback", "_back", "chain", "push"]
CONTAINERS = ["tuple", "list", "set", "pairs", "swapped pairs", "dict", "single", "holder"]
STYLES = ["closure", "pullback", "stored", "method", "recursion"]


class Holder:
    """What a node keeps its parents in, or its two numbers, if not itself."""


class Engine:
    """An engine whose class ``Node`` is made from random choices; ``choices`` says which."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.data, self.op, self.backward, self.rule = map(rng.choice, (DATA, OPERATION, BACKWARD, RULE))
        self.grad = rng.choice([name for name in GRAD if name != self.data])
        self.parents = rng.choice([name for name in PARENTS if name not in (self.data, self.grad)])
        self.container, self.style = rng.choice(CONTAINERS), rng.choice(STYLES)
        self.unset, self.in_a_cell = rng.choice([0.0, 0, None]), rng.random() < 0.2
        if self.container in ("pairs", "swapped pairs", "dict"):
            self.style = "stored"
        elif self.container == "set" and self.style != "closure":
            self.container = "tuple"  # the order would be lost to the engine itself
        self.choices = vars(self).copy()
        sweep = self.recurse if self.style == "recursion" else self.sweep
        operators = {
            "__init__": lambda node, x: self.fill(node, x, (), "", ()),
            "__add__": lambda a, b: self.compute(a, "+", b),
            "__mul__": lambda a, b: self.compute(a, "*", b),
            "tanh": lambda a: self.compute(a, "tanh"),
            self.backward: lambda node: sweep(node),
        }
        self.Node = type("Node", (), operators)

    def fill(self, node, x, args, op, local):
        if self.in_a_cell:
            node.cell = Holder()
        setattr(self.cell(node), self.data, x)
        setattr(self.cell(node), self.grad, self.unset)
        setattr(node, self.op, op)
        if self.container == "single":
            node.left, node.right = (*args, None, None)[:2]
        elif self.container == "holder":
            node.ctx = Holder() if args else None
            vars(node.ctx or Holder())["inputs"] = args
        else:
            pairs = list(zip(args, local, strict=True))
            made = {"pairs": tuple(pairs), "dict": dict(pairs), "swapped pairs": [(d, a) for a, d in pairs]}
            setattr(
                node,
                self.parents,
                made.get(self.container, {"list": list, "set": set}.get(self.container, tuple)(args)),
            )
        if self.style == "stored" and "pairs" not in self.container and self.container != "dict":
            node.local_grads = list(local)

    def args(self, node):
        if self.container == "single":
            return [a for a in (node.left, node.right) if a is not None]
        if self.container == "holder":
            return list(node.ctx.inputs) if node.ctx else []
        return [a if isinstance(a, self.Node) else a[a[0].__class__ is float] for a in getattr(node, self.parents)]

    def cell(self, node):
        return node.cell if self.in_a_cell else node

    def number(self, node):
        return getattr(self.cell(node), self.data)

    def gradient(self, node):
        return getattr(self.cell(node), self.grad) or 0.0

    def add(self, node, part):
        setattr(self.cell(node), self.grad, self.gradient(node) + part)

    def compute(self, a, op, b=None):
        args, x = (a,) if b is None else (a, b), self.number(a)
        y = math.tanh(x) if b is None else x + self.number(b) if op == "+" else x * self.number(b)
        local = (1 - y * y,) if b is None else (1.0, 1.0) if op == "+" else (self.number(b), x)
        out = object.__new__(self.Node)
        self.fill(out, y, args, op, local)
        if self.style == "closure":

            def back():
                self.add(a, local[0] * self.gradient(out))
                if b is not None:
                    self.add(b, local[1] * self.gradient(out))

            setattr(out, self.rule, back)
        elif self.style == "pullback":
            setattr(out, self.rule, lambda upstream: tuple(d * upstream for d in local))
        out.__dict__.setdefault("_memo", local)
        return out

    def sweep(self, root):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for a in self.args(node):
                    visit(a)
                order.append(node)

        visit(root)
        setattr(self.cell(root), self.grad, 1.0)
        for node in reversed(order):
            if self.style == "closure":
                getattr(node, self.rule, lambda: None)()
            elif self.args(node):
                parts = [d * self.gradient(node) for d in node._memo]
                if self.style == "pullback":
                    parts = getattr(node, self.rule)(self.gradient(node))
                for a, part in zip(self.args(node), parts, strict=True):
                    self.add(a, part)

    def recurse(self, node, upstream=1.0):
        self.add(node, upstream)
        for a, d in zip(self.args(node), vars(node).get("_memo", ()), strict=True):
            self.recurse(a, upstream * d)
