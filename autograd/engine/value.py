"""Value: the node, with the names people know it by."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from ..table.op import TABLE
from . import copying
from . import opaque as byhand
from .modes import is_anomaly_enabled, is_grad_enabled
from .node import Node, leaf, real
from .nonfinite import warn_not_finite
from .traversal import backpropagate, graph_lock, topological
from .vjp import backward_with_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

if getattr(sys.modules["autograd"], "__distribution__", "") != "glassgrad":
    raise ImportError(
        "PyPI's project 'autograd' lies over glassgrad's package of the same name; put it right with "
        "'pip uninstall autograd glassgrad' and a fresh installation of glassgrad"
    )


class Value(Node):
    """A number that records how it was computed, so that gradients can flow back to its parts.

    ``data`` is the number, ``grad`` the derivative of the last root with respect to it. Every operation
    of the table is a function, and those of a fixed number of arguments a method, of the same name; numbers
    mix in on either side. Raises
    TypeError if data is not a real number.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> loss = (a * b).tanh() + a**2
    >>> loss.backward()
    >>> print(f"{loss:.4f} {a.grad:.4f} {b.grad:.2e}")
    3.0000 3.9999 4.92e-05
    """

    __slots__ = ()

    label: str = ""  # what the user calls it; shown in tables and drawings
    scope: str = ""  # the part of a model it is the output of, such as "layer0.neuron3"

    def __init__(
        self,
        data: Any,
        _children: Any = (),
        _op: Any = "",
        label: str = "",
        *,
        children: Any = (),
        local_grads: Any = (),
    ) -> None:
        if isinstance(data, Node):
            raise TypeError(f"data: expected a number, got {data!r}; use v.detach() for a new leaf of the same value")
        data = real(data, "data")
        if not isinstance(label, str):
            raise TypeError(f"label: expected a text, got {type(label).__name__} {label!r:.40}")
        made: tuple[Any, Any, Any] = (None, None, None)
        if _children or children or local_grads or type(_op) is not str:
            made = byhand.made(self, _listed(_children or children), _op, local_grads)
        self.data = data
        self.grad = 0.0
        self.op, self._a, self._da = made
        self._b = self._db = None
        self._requires_grad = True
        if made[1] and not (any(child._requires_grad for child in made[1]) and is_grad_enabled()):
            self.op = self._a = self._da = None
            self._requires_grad = False
        if label:
            self.label = label

    def backward(self, gradient: float = 1.0, *, create_graph: bool = False) -> None:
        """Compute the gradient of this value with respect to everything under it, into their ``grad``.

        Leaves accumulate over calls, as every training loop expects (zero them between steps); computed
        values are started afresh, so that a second backward is right too. ``gradient`` is the seed
        ∂L/∂self. Takes time linear in the number of edges, at any depth. With ``create_graph`` the grads
        are Values, whose graphs lead back to the leaves, so that they can be differentiated again.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> z = y + y
        >>> z.backward(); z.backward()
        >>> y.grad, x.grad
        (2.0, 24.0)
        """
        seed = real(gradient, "gradient")
        if not self._requires_grad:
            raise RuntimeError(
                "backward: no gradient flows here: it was made within no_grad or detached, or needs none"
            )
        if create_graph:
            backward_with_graph(self, seed)
            return
        with graph_lock:
            total = backpropagate(topological(self), self, seed)
        if not math.isfinite(self.data + total):
            warn_not_finite(self, stop=is_anomaly_enabled())

    def detach(self) -> Value:
        """Return a leaf of the same value, to which no gradient flows."""
        return leaf(type(self), self.data, requires_grad=False)  # type: ignore[no-any-return]  # of the same class

    def _measured(self) -> tuple[float | None, ...]:
        return byhand.measure(self)

    def _by_hand(self) -> float:
        return byhand.run(self)

    def forward(self) -> Value:
        """Compute this value and all under it again from the leaves, in place, local derivatives too.

        Raises TypeError, and changes nothing, if something under it was made by hand and has no rule.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> x.data = 5.0
        >>> y.is_stale(), y.forward().data, y.is_stale()
        (True, 25.0, False)
        """
        for node, y, locals_ in list(byhand.recomputed(self, strict=True)):
            node.data = y
            if type(node._da) is tuple:
                node._da = locals_
            else:
                node._da, node._db, *_ = (*locals_, None)
        return self

    def is_stale(self) -> bool:
        """Say whether some data under this value was changed after it was computed; what is made by hand stands."""
        return byhand.first_stale(self) is not None

    def isclose(self, other: Any, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> bool:
        """Compare numbers, which == does not, for it compares identity; as math.isclose."""
        return math.isclose(self.data, _data(other), rel_tol=rel_tol, abs_tol=abs_tol)

    @property
    def _prev(self) -> tuple[Value, ...]:
        """Micrograd's name for the arguments that are Values; in order, a·a has two."""
        return tuple(a for a in self.args if isinstance(a, Value))

    @property
    def _op(self) -> str:
        """Micrograd's name for the operation: "+", "*", "**2", "ReLU"; "" for a leaf."""
        if self.op is None:
            return ""
        if isinstance(self.op, byhand.ByHand):
            return self.op.name[2:]
        if self.op.name == "pow" and isinstance(self._b, float):
            return f"**{self._b:g}"
        return {"add": "+", "sub": "-", "mul": "*", "div": "/", "relu": "ReLU"}.get(self.op.name, self.op.name)

    @property
    def _children(self) -> tuple[Value, ...]:
        """Microgpt's name for the arguments that are Values."""
        return self._prev

    @property
    def _local_grads(self) -> tuple[float, ...]:
        """Microgpt's name for the local derivatives with respect to them."""
        return tuple(d or 0.0 for a, d in zip(self.args, self.locals, strict=True) if isinstance(a, Value))

    @property
    def _backward(self) -> Callable[[], None]:
        """Micrograd's name for the step that adds to the arguments' grad their part of this one's."""
        return self.__dict__.get("_backward") or (lambda: byhand.push(self))

    @_backward.setter
    def _backward(self, closure: Callable[[], None]) -> None:
        self.__dict__["_backward"] = closure
        if self.op is not None:
            self._a, self._b, self._da, self._db = self.args, None, (), None

    def __copy__(self) -> Value:
        return copying.shallow(self)  # type: ignore[return-value]  # of the same class

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        return copying.deep(self, memo)  # type: ignore[return-value]  # of the same class

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return copying.reduce(self)

    def __setstate__(self, state: Any) -> None:
        copying.settle(self, state)

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __floor__(self) -> Value:
        return self.floor()

    def __ceil__(self) -> Value:
        return self.ceil()

    def __round__(self) -> Value:
        return self.rint()

    def __float__(self) -> float:
        raise TypeError("no gradient would flow through a float: use v.data for the number, v.exp() for math.exp(v)")

    def __lt__(self, other: Any) -> bool:
        return self.data < _data(other)

    def __le__(self, other: Any) -> bool:
        return self.data <= _data(other)

    def __gt__(self, other: Any) -> bool:
        return self.data > _data(other)

    def __ge__(self, other: Any) -> bool:
        return self.data >= _data(other)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Answer NumPy, which asks where a Value itself is an argument, as in ``np.maximum(v, 0.0)``.

        In arrays of Values NumPy asks nobody and compares elements: ``a.max()`` gives all of the gradient to one
        side of a tie, as Python's ``max`` does, and a nan may be lost. ``autograd.max`` shares and keeps it.
        """
        return _call_numpy(ufunc, method, inputs, options)

    def clip(self, lo: Any, hi: Any, out: None = None) -> Value:
        """Return clamp(self, lo, hi); ``np.clip`` calls this."""
        return self.clamp(lo, hi)

    if TYPE_CHECKING:  # the methods made from the table below

        def __getattr__(self, name: str) -> Callable[..., Value]: ...


def _listed(children: Any) -> tuple[Any, ...]:
    if not hasattr(children, "__iter__"):
        raise TypeError(f"children: expected a tuple of Values, got {type(children).__name__} {children!r:.40}")
    return tuple(children)


def _data(other: Any) -> float:
    if isinstance(other, Node):
        return other.data
    return real(other, "the other side of a comparison", "a number or a Value")


#: NumPy's functions that are rows here: both sides get half at a tie, and a nan passes on.
NUMPY_ROWS = {"maximum": "maximum", "fmax": "maximum", "minimum": "minimum", "fmin": "minimum", "clip": "clamp"}
COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}


def _call_numpy(ufunc: Any, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
    """Run a function of NumPy on arrays of objects, or our row in its place."""
    import numpy as np  # an optional extra: it is there if NumPy asks

    arrays = [np.asarray(x) for x in inputs]
    arrays = [(a.astype(float) if a.dtype.kind in "biuf" else a).astype(object) for a in arrays]
    if ufunc.__name__ in NUMPY_ROWS:
        ufunc = np.frompyfunc(TABLE[NUMPY_ROWS[ufunc.__name__]], ufunc.nin, 1)
    elif ufunc.__name__ in COMPARISONS and not any(a.ndim for a in arrays):
        options["dtype"] = object  # the answer of the Value itself, which is no bool while it is traced
    with np.errstate(all="ignore"):
        return getattr(ufunc, method)(*arrays, **options)
