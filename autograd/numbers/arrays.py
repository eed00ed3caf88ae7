"""Arrays of numbers that record, for which NumPy's functions give what they give for floats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np  # an optional extra: this module is imported when there are arrays

from .conversion import expect_real
from .floats import AnyFunction
from .linear_algebra import cholesky, determinant, solve
from .operators import NUMPY_NAMES, TABLE

#: NumPy's functions whose rows have other names, or that need none; the rest are rows by the same name, if any.
NUMPY_ROWS: dict[str, str] = {numpy: name for name, numpy in NUMPY_NAMES.items()} | {
    "absolute": "abs", "add": "", "clip": "clamp", "divide": "div", "float_power": "pow", "negative": "neg",
    "power": "pow", "remainder": "mod", "floor_divide": "floordiv",
}  # fmt: skip  # a table
SCALES = dict.fromkeys(("degrees", "rad2deg"), 180 / math.pi) | dict.fromkeys(("radians", "deg2rad"), math.pi / 180)
EXTREMES = {"maximum": "max", "minimum": "min"}
COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}
PREDICATES = {"isfinite", "isinf", "isnan", "signbit"}
METHODS_ON_FLOATS = {"argmax", "argmin", "argpartition", "argsort", "searchsorted"}
ON_FLOATS = METHODS_ON_FLOATS | {"allclose", "array_equal", "array_equiv", "digitize", "isclose", "lexsort"}
NORMS: dict[Any, str] = {None: "norm", "fro": "norm", 2: "norm", 1: "sum", math.inf: "max", -math.inf: "min"}
SETS = "histogram", "histogramdd", "histogram_bin_edges", "intersect1d", "isin", "setdiff1d", "setxor1d", "unique"
REFUSED = dict.fromkeys(SETS, "no gradient flows through it; give it numbers, [v.data for v in a]") | {
    "lstsq": "use np.linalg.solve(a.T @ a, a.T @ b)", "pinv": "use np.linalg.solve(a.T @ a, a.T)",
    "cov": "use d = a - a.mean(-1, keepdims=True); d @ d.T / (d.shape[-1] - 1)",
    "logaddexp2": "use np.logaddexp(a * np.log(2), b * np.log(2)) / np.log(2)",
    "nan_to_num": "use np.where(np.isnan(a), 0.0, a)", "slogdet": "use np.log(abs(np.linalg.det(a)))",
}  # fmt: skip  # a table
CANNOT = "NumPy cannot compute it on Values; use other operations, arrays with dtype=object, or [v.data for v in a]"


class Array(np.ndarray[Any, Any]):
    """An object array of Values on which NumPy's functions keep ties, nan and gradients.

    Transforms give one to their function, operators between numbers that record and arrays return one.
    """

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return apply_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return apply_function(function, args, kwargs)

    def sort(self, axis: Any = -1, *args: Any, **options: Any) -> None:
        """Sort in place, equal numbers in their order, nan at the end."""
        self[...] = np.take_along_axis(self, self.argsort(axis, kind="stable"), axis)


Array.partition = lambda self, kth, axis=-1, *args, **options: self.sort(axis)  # type: ignore[method-assign]  # as sort
for _name in METHODS_ON_FLOATS:
    setattr(Array, _name, lambda self, *args, _name=_name, **options: getattr(np, _name)(self, *args, **options))
for _f in (np.ndarray.std, np.ndarray.var):  # to which a number is no array
    setattr(Array, _f.__name__, lambda a, *args, _f=_f, **options: _f(a.reshape(a.shape or 1), *args, **options))


def array(numbers: Any) -> Array:
    """Return an array of Values on which NumPy's functions keep ties, nan and gradients.

    In an array from ``np.array``, ``max`` gives all of the gradient to one side of a tie, and ``max`` and ``sort`` may
    lose a nan. ``np.linalg`` and ``np.isfinite`` raise errors.

    Args:
        numbers: A number, an array, or nested lists of numbers.

    Raises:
        TypeError, ValueError: If an element is not a number, or if lists have different lengths.

    >>> import numpy as np
    >>> from autograd import Value, array
    >>> a = array([[Value(2.0), 1.0], [1.0, 3.0]])
    >>> x = np.linalg.solve(a, [5.0, 10.0])
    >>> x[0].backward()
    >>> x[0].data, a[0, 0].grad
    (1.0, -0.6)
    """
    found: Any = np.array(numbers, dtype=object)
    for place, x in np.ndenumerate(found):
        found[place] = x if hasattr(x, "__apply__") else expect_real(x, f"numbers{list(place)}", "a number or a Value")
    return found.view(Array)  # type: ignore[no-any-return]  # an Array


def apply_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Apply a function of NumPy to each element, by its row if the table has one."""
    name, out = ufunc.__name__, inputs[:1] if method == "at" else options.get("out", ())
    if name == "divmod" and not out:
        return tuple([apply_ufunc(each, method, inputs, options) for each in (np.floor_divide, np.remainder)])
    if name in SCALES and method == "__call__":
        return apply_ufunc(np.multiply, method, (*inputs, SCALES[name]), options)
    if name in ("fmax", "fmin"):
        raise TypeError(f"np.{name} ignores nan, whose gradient would be lost: use np.maximum or np.minimum")
    if any(np.asarray(z).dtype not in (object, bool) for z in out):
        raise TypeError(f"np.{name}: out: expected dtype=object, got {out[0].dtype}; or write z = np.{name}(z, …)")
    if (row := TABLE.get(NUMPY_ROWS.get(name, name))) is not None:
        ufunc = np.frompyfunc(row, ufunc.nin, 1, identity=ufunc.identity)
    if method == "at":  # it changes its first argument in place, and the second is an index
        return ufunc.at(np.asarray(inputs[0]), inputs[1], *map(_to_objects, inputs[2:]))
    arrays = [x if method == "reduceat" and i else _to_objects(x) for i, x in enumerate(inputs)]
    options |= {"out": tuple(map(np.asarray, out))} if out else {}
    if options.get("where", True) is not True:  # NumPy has no identity for objects; a truth that is traced is a guard
        start = {} if method != "reduce" or ufunc.identity is None else {"initial": ufunc.identity}
        options = start | options | {"where": np.asarray(options["where"]).astype(bool)}
    if name in EXTREMES and method == "reduce":
        return _reduce(TABLE[EXTREMES[name]], arrays[0], **options)
    if name in PREDICATES:
        return ufunc(*map(_to_floats, arrays), **options)
    if name.startswith("logical_"):
        arrays = [a.astype(bool) for a in arrays]
    elif name in COMPARISONS and not any(a.ndim for a in arrays):
        options.setdefault("dtype", object)  # the answer of the number itself, which is no bool while it is traced
    try:
        with np.errstate(all="ignore"):
            found = getattr(ufunc, method)(*arrays, **options)
    except TypeError as error:
        if "ufunc" in str(error):  # NumPy's words
            raise TypeError(f"np.{name}: {REFUSED.get(name, CANNOT)}") from error
        raise
    if ufunc.signature and not all(a.size for a in arrays):  # where an object array of sums of nothing holds None
        found = np.positive(np.zeros(np.shape(found)), out=out or None)
    return out[0] if len(out) == 1 else np.bool(found) if isinstance(found, bool) else view(found)


def apply_function(function: Any, args: Any, kwargs: Any) -> Any:
    """Apply a function of NumPy other than a ufunc."""
    name = f"{function.__module__.replace('numpy', 'np')}.{function.__name__}"
    if function.__name__ in REFUSED:
        raise TypeError(f"{name}: {REFUSED[function.__name__]}")
    if function.__name__ in ON_FLOATS:
        args = [_to_floats(x) if isinstance(x, Array | list | tuple) or hasattr(x, "__apply__") else x for x in args]
    try:
        return view(FUNCTIONS.get(function, function._implementation)(*args, **kwargs))
    except (TypeError, AttributeError, NotImplementedError) as error:
        if str(error).startswith("np.") or "traced" in str(error):  # it says why
            raise
        raise TypeError(f"{name}: {CANNOT}") from error


def view(x: Any) -> Any:
    """Return NumPy's answer, in which arrays of objects are Arrays."""
    if isinstance(x, list | tuple):
        return list(map(view, x)) if isinstance(x, list) else tuple.__new__(x.__class__, map(view, x))
    return x.view(Array) if type(x) is np.ndarray and x.dtype == object else x


def _to_objects(x: Any) -> Any:
    """Return an array of objects as NumPy has them; NumPy's numbers become Python's."""
    a = np.asarray(x)
    return (a.astype(float) if a.dtype.kind in "biuf" else a).astype(object, copy=False)


def _to_floats(x: Any) -> Any:
    return np.asarray(np.frompyfunc(lambda x: x.data if hasattr(x, "__apply__") else x, 1, 1)(_to_objects(x)), float)


def _reduce(row: Any, a: Any, axis: Any = 0, keepdims: bool = False, **options: Any) -> Any:
    """Apply an operation to all numbers along some axes at once, so that ties share."""
    a, where = np.asarray(a), np.broadcast_to(options.get("where", True), np.shape(a))
    axes = np.lib.array_utils.normalize_axis_tuple(range(a.ndim) if axis is None else axis, a.ndim or 1)[: a.ndim]
    found = np.empty([1 if i in axes else n for i, n in enumerate(a.shape)], dtype=object)
    initial = [options["initial"]] if "initial" in options else []
    for place in np.ndindex(found.shape):
        part = tuple([slice(None) if i in axes else k for i, k in enumerate(place)])
        found[place] = row([*a[(*part, ...)][where[part]].flat, *initial])
    return view(np.positive(found if keepdims else found.squeeze(axes), out=options.get("out")))


def _matrices(function: AnyFunction, signature: str, *arrays: Any) -> Any:
    """Apply a function of matrices to all in the arrays, of which the first are square."""
    np.linalg.det(np.zeros(np.shape(arrays[0])))  # which raises NumPy's error if they are not
    return np.vectorize(function, "O", signature=signature)(*map(_to_objects, arrays))[()]


def _solve(a: Any, b: Any) -> Any:
    x = _matrices(solve, "(n,n),(n,k)->(n,k)", a, np.reshape(b, (-1, 1)) if np.ndim(b) == 1 else b)
    return x[..., 0] if np.ndim(b) == 1 else x


def _pad(a: Any, width: Any, mode: Any = "constant", **options: Any) -> Any:
    if mode in ("maximum", "minimum", "median"):
        raise TypeError(f"np.pad: mode: {mode!r} would lose a nan or the gradient of a tie; use np.concatenate")
    return array(np.pad._implementation(a, width, mode, **options)) if np.ndim(a) else a  # type: ignore[attr-defined]


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002  # NumPy's name
    if ord not in NORMS or (ord is not None and (np.ndim(x) if axis is None else np.size(axis)) != 1 + (ord == "fro")):
        raise TypeError(f"np.linalg.norm: expected ord to be None, or 1, 2, inf or -inf for vectors, got {ord!r:.40}")
    return _reduce(TABLE[NORMS[ord]], x if NORMS[ord] == "norm" else abs(x), axis, keepdims)


def _quantile(function: Any) -> AnyFunction:
    """Return a function of NumPy that refuses nan and accepts a single q."""

    def call(a: Any, *args: Any, **options: Any) -> Any:
        if np.isnan(a).any():
            raise ValueError(f"np.{function.__name__}: expected numbers, got a nan")
        if function is np.median:
            return np.median._implementation(a, *args, **options)
        q, *rest = args or [options.pop("q")]
        return function._implementation(a, np.atleast_1d(q), *rest, **options)[... if np.ndim(q) else 0]

    return call


FUNCTIONS: dict[Any, AnyFunction] = {  # of NumPy, computed here
    np.linalg.solve: _solve, np.linalg.inv: lambda a: _solve(a, np.eye((0, *np.shape(a))[-1])), np.linalg.norm: _norm,
    np.linalg.det: lambda a: _matrices(determinant, "(n,n)->()", a), np.pad: _pad,
    np.linalg.cholesky: lambda a, upper=False: _matrices(lambda m: cholesky(m, upper), "(n,n)->(n,n)", a),
    np.clip: lambda a, *args, **options: array(a).clip(*args, **{k.removeprefix("a_"): x for k, x in options.items()}),
    np.vdot: lambda a, b: np.dot(np.ravel(a), np.ravel(b)), np.sinc: lambda x: np.frompyfunc(TABLE["sinc"], 1, 1)(x),
    **{function: _quantile(function) for function in (np.median, np.quantile, np.percentile)},
}  # fmt: skip  # a table
