"""What a node records, whether operations are recorded, and a class that a user derives."""

from autograd import Value


class Special(Value):
    """A class that a user derives."""

    __slots__ = ()


def record(node: Value) -> tuple:
    """Return all that a node records, floats as bits and Values as identities."""
    numbers = [node.data, node.grad, *node.locals]
    args = [a.hex() if type(a) is float else id(a) for a in node.args]
    return type(node), node.op, [x if x is None else x.hex() for x in numbers], args


def records() -> bool:
    """Return whether an operation is recorded here and now, by what it gives."""
    return (Value(2.0) * 3.0).requires_grad
