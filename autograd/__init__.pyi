"""glassgrad: a scalar autograd engine you can see inside.

A ``Value`` records how it was computed, and its ``backward()`` fills the ``grad`` of everything under it. ``grad``,
``jvp``, ``hessian`` and others differentiate functions. Every operation of the table is a function, such as
``autograd.exp``. ``trace``, ``explain``, ``show`` and ``latex`` show a computation, ``gradcheck`` checks a gradient,
and ``compile`` runs a function on arrays (extra ``replay``).

Made from the table by tools/make_stubs.py, so change the rows or that file.
"""
# Two floats fit two overloads, and the first is meant.
# mypy: disable-error-code="overload-overlap"
from collections.abc import Iterable
from typing import Any, SupportsFloat, TypeAlias, TypeVar, overload

from .numbers.methods import Array, Methods
from .check import assert_gradients as assert_gradients
from .check import gradcheck as gradcheck
from .custom import Function as Function
from .custom import gate as gate
from .custom import operation as operation
from .engine import Value as Value
from .engine import detect_anomaly as detect_anomaly
from .engine import enable_grad as enable_grad
from .engine import no_grad as no_grad
from .foreign import adopt as adopt
from .foreign import watch as watch
from .grading import examine as examine
from .graph import Graph as Graph
from .graph import Trace as Trace
from .graph import evaluate as evaluate
from .modes import set_grad_enabled as set_grad_enabled
from .numbers.arrays import array as array
from .replay import compile as compile
from .snapshot import trace as trace
from .text import explain as explain
from .text import latex as latex
from .text import show as show
from .transforms import grad as grad
from .transforms import hessian as hessian
from .transforms import hvp as hvp
from .transforms import jacobian as jacobian
from .transforms import jvp as jvp
from .transforms import value_and_grad as value_and_grad
from .transforms import vjp as vjp

_T = TypeVar("_T", bound=Methods)
_Number: TypeAlias = SupportsFloat | complex | Array
__version__: str
__all__ = ['Function', 'Graph', 'Trace', 'Value', 'adopt', 'assert_gradients', 'detect_anomaly', 'dot', 'enable_grad', 'evaluate', 'examine', 'explain', 'gate', 'grad', 'gradcheck', 'hessian', 'hvp', 'jacobian', 'jvp', 'latex', 'no_grad', 'operation', 'set_grad_enabled', 'show', 'trace', 'value_and_grad', 'vjp', 'watch']

def __dir__() -> list[str]: ...
@overload
def add(a: _T, b: _T | float) -> _T:
    r"""y = a + b, in LaTeX a + b
    ∂y/∂a = 1
    ∂y/∂b = 1
    smooth everywhere
    """
@overload
def add(a: float, b: _T) -> _T: ...
@overload
def add(a: float, b: float) -> float: ...
@overload
def add(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def sub(a: _T, b: _T | float) -> _T:
    r"""y = a − b, in LaTeX a - b
    ∂y/∂a = 1
    ∂y/∂b = −1
    smooth everywhere
    """
@overload
def sub(a: float, b: _T) -> _T: ...
@overload
def sub(a: float, b: float) -> float: ...
@overload
def sub(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def mul(a: _T, b: _T | float) -> _T:
    r"""y = a × b, in LaTeX a \cdot b
    ∂y/∂a = b
    ∂y/∂b = a
    smooth everywhere
    """
@overload
def mul(a: float, b: _T) -> _T: ...
@overload
def mul(a: float, b: float) -> float: ...
@overload
def mul(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def div(a: _T, b: _T | float) -> _T:
    r"""y = a / b, in LaTeX \frac{a}{b}
    ∂y/∂a = 1 / b
    ∂y/∂b = −a / b^2
    smooth for b ≠ 0
    """
@overload
def div(a: float, b: _T) -> _T: ...
@overload
def div(a: float, b: float) -> float: ...
@overload
def div(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def neg(a: _T) -> _T:
    r"""y = −a, in LaTeX -a
    ∂y/∂a = −1
    smooth everywhere
    """
@overload
def neg(a: float) -> float: ...
@overload
def neg(a: _Number) -> Any: ...
@overload
def mod(a: _T, b: _T | float) -> _T:
    r"""y = a % b, in LaTeX a \bmod b
    ∂y/∂a = 1
    ∂y/∂b = −floordiv(a, b)
    smooth for b ≠ 0, a % b ≠ 0
    """
@overload
def mod(a: float, b: _T) -> _T: ...
@overload
def mod(a: float, b: float) -> float: ...
@overload
def mod(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def square(a: _T) -> _T:
    r"""y = square(a), in LaTeX {a}^2
    ∂y/∂a = 2 × a
    smooth everywhere
    """
@overload
def square(a: float) -> float: ...
@overload
def square(a: _Number) -> Any: ...
@overload
def reciprocal(a: _T) -> _T:
    r"""y = reciprocal(a), in LaTeX \frac{1}{a}
    ∂y/∂a = −1 / a^2
    smooth for a ≠ 0
    """
@overload
def reciprocal(a: float) -> float: ...
@overload
def reciprocal(a: _Number) -> Any: ...
@overload
def abs(a: _T) -> _T:
    r"""y = abs(a), in LaTeX |a|
    ∂y/∂a = sign(a)
    smooth for a ≠ 0
    """
@overload
def abs(a: float) -> float: ...
@overload
def abs(a: _Number) -> Any: ...
@overload
def sign(a: _T) -> _T:
    r"""y = sign(a), in LaTeX \mathrm{sign}(a)
    ∂y/∂a = 0
    smooth for a ≠ 0
    """
@overload
def sign(a: float) -> float: ...
@overload
def sign(a: _Number) -> Any: ...
@overload
def maximum(a: _T, b: _T | float) -> _T:
    r"""y = maximum(a, b), in LaTeX \max(a, b)
    ∂y/∂a = heaviside(a − b, 0.5)
    ∂y/∂b = heaviside(b − a, 0.5)
    smooth for a − b ≠ 0
    """
@overload
def maximum(a: float, b: _T) -> _T: ...
@overload
def maximum(a: float, b: float) -> float: ...
@overload
def maximum(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def minimum(a: _T, b: _T | float) -> _T:
    r"""y = minimum(a, b), in LaTeX \min(a, b)
    ∂y/∂a = heaviside(b − a, 0.5)
    ∂y/∂b = heaviside(a − b, 0.5)
    smooth for a − b ≠ 0
    """
@overload
def minimum(a: float, b: _T) -> _T: ...
@overload
def minimum(a: float, b: float) -> float: ...
@overload
def minimum(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def clamp(a: _T, lo: _T | float, hi: _T | float) -> _T:
    r"""y = clamp(a, lo, hi), in LaTeX \mathrm{clamp}(a, \mathrm{lo}, \mathrm{hi})
    ∂y/∂a = (lo ≤ a) × (a ≤ hi)
    ∂y/∂lo = (a < lo)
    ∂y/∂hi = (hi < a)
    smooth for lo < hi, a ≠ lo, a ≠ hi
    """
@overload
def clamp(a: float, lo: _T, hi: _T | float) -> _T: ...
@overload
def clamp(a: float, lo: float, hi: _T) -> _T: ...
@overload
def clamp(a: float, lo: float, hi: float) -> float: ...
@overload
def clamp(a: _Number | Methods, lo: _Number | Methods, hi: _Number | Methods) -> Any: ...
@overload
def where(condition: _T, a: _T | float, b: _T | float) -> _T:
    r"""y = where(condition, a, b), in LaTeX \mathrm{where}(\mathrm{condition}, a, b)
    ∂y/∂condition = 0
    ∂y/∂a = where(condition, 1, 0)
    ∂y/∂b = where(condition, 0, 1)
    smooth for condition ≠ 0
    """
@overload
def where(condition: float, a: _T, b: _T | float) -> _T: ...
@overload
def where(condition: float, a: float, b: _T) -> _T: ...
@overload
def where(condition: float, a: float, b: float) -> float: ...
@overload
def where(condition: _Number | Methods, a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def heaviside(a: _T, at_zero: _T | float) -> _T:
    r"""y = heaviside(a, at_zero), in LaTeX H(a)
    ∂y/∂a = 0
    ∂y/∂at_zero = 0
    smooth for a ≠ 0
    """
@overload
def heaviside(a: float, at_zero: _T) -> _T: ...
@overload
def heaviside(a: float, at_zero: float) -> float: ...
@overload
def heaviside(a: _Number | Methods, at_zero: _Number | Methods) -> Any: ...
@overload
def floor(a: _T) -> _T:
    r"""y = floor(a), in LaTeX \lfloor a \rfloor
    ∂y/∂a = 0
    smooth for a ≠ …, −2, −1, 0, 1, 2, …
    """
@overload
def floor(a: float) -> float: ...
@overload
def floor(a: _Number) -> Any: ...
@overload
def ceil(a: _T) -> _T:
    r"""y = ceil(a), in LaTeX \lceil a \rceil
    ∂y/∂a = 0
    smooth for a ≠ …, −2, −1, 0, 1, 2, …
    """
@overload
def ceil(a: float) -> float: ...
@overload
def ceil(a: _Number) -> Any: ...
@overload
def round(a: _T) -> _T:
    r"""y = round(a), in LaTeX \mathrm{round}(a)
    ∂y/∂a = 0
    smooth for a ≠ …, −1.5, −0.5, 0.5, 1.5, …
    """
@overload
def round(a: float) -> float: ...
@overload
def round(a: _Number) -> Any: ...
@overload
def trunc(a: _T) -> _T:
    r"""y = trunc(a), in LaTeX \mathrm{trunc}(a)
    ∂y/∂a = 0
    smooth for a ≠ …, −2, −1, 1, 2, …
    """
@overload
def trunc(a: float) -> float: ...
@overload
def trunc(a: _Number) -> Any: ...
@overload
def floordiv(a: _T, b: _T | float) -> _T:
    r"""y = floordiv(a, b), in LaTeX \lfloor a / b \rfloor
    ∂y/∂a = 0
    ∂y/∂b = 0
    smooth for b ≠ 0, a % b ≠ 0
    """
@overload
def floordiv(a: float, b: _T) -> _T: ...
@overload
def floordiv(a: float, b: float) -> float: ...
@overload
def floordiv(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def fmod(a: _T, b: _T | float) -> _T:
    r"""y = fmod(a, b), in LaTeX \mathrm{fmod}(a, b)
    ∂y/∂a = 1
    ∂y/∂b = (y − a) / b
    smooth for b ≠ 0, a % b ≠ 0
    """
@overload
def fmod(a: float, b: _T) -> _T: ...
@overload
def fmod(a: float, b: float) -> float: ...
@overload
def fmod(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def copysign(a: _T, b: _T | float) -> _T:
    r"""y = copysign(a, b), in LaTeX \mathrm{copysign}(a, b)
    ∂y/∂a = copysign(1, b) × sign(a)
    ∂y/∂b = 0
    smooth for a ≠ 0, b ≠ 0
    """
@overload
def copysign(a: float, b: _T) -> _T: ...
@overload
def copysign(a: float, b: float) -> float: ...
@overload
def copysign(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def lt(a: _T, b: _T | float) -> _T:
    r"""y = (a < b), in LaTeX [a < b]
    ∂y/∂a = 0
    ∂y/∂b = 0
    smooth for a − b ≠ 0
    """
@overload
def lt(a: float, b: _T) -> _T: ...
@overload
def lt(a: float, b: float) -> float: ...
@overload
def lt(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def le(a: _T, b: _T | float) -> _T:
    r"""y = (a ≤ b), in LaTeX [a \le b]
    ∂y/∂a = 0
    ∂y/∂b = 0
    smooth for a − b ≠ 0
    """
@overload
def le(a: float, b: _T) -> _T: ...
@overload
def le(a: float, b: float) -> float: ...
@overload
def le(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def eq(a: _T, b: _T | float) -> _T:
    r"""y = (a = b), in LaTeX [a = b]
    ∂y/∂a = 0
    ∂y/∂b = 0
    smooth for a − b ≠ 0
    """
@overload
def eq(a: float, b: _T) -> _T: ...
@overload
def eq(a: float, b: float) -> float: ...
@overload
def eq(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def relu(a: _T) -> _T:
    r"""y = relu(a), in LaTeX \max(0, a)
    ∂y/∂a = heaviside(a, 0)
    smooth for a ≠ 0
    """
@overload
def relu(a: float) -> float: ...
@overload
def relu(a: _Number) -> Any: ...
@overload
def leaky_relu(a: _T, slope: _T | float = 0.01) -> _T:
    r"""y = leaky_relu(a, slope), in LaTeX \mathrm{leaky\,ReLU}_{\mathrm{slope}}(a)
    ∂y/∂a = where(0 < a, 1, slope)
    ∂y/∂slope = where(0 < a, 0, a)
    smooth for a ≠ 0
    """
@overload
def leaky_relu(a: float, slope: _T) -> _T: ...
@overload
def leaky_relu(a: float, slope: float = 0.01) -> float: ...
@overload
def leaky_relu(a: _Number | Methods, slope: _Number | Methods = 0.01) -> Any: ...
@overload
def hardtanh(a: _T) -> _T:
    r"""y = hardtanh(a), in LaTeX \mathrm{clamp}(a, -1, 1)
    ∂y/∂a = (−1 < a) × (a < 1)
    smooth for a ≠ −1, 1
    """
@overload
def hardtanh(a: float) -> float: ...
@overload
def hardtanh(a: _Number) -> Any: ...
@overload
def relu6(a: _T) -> _T:
    r"""y = relu6(a), in LaTeX \mathrm{clamp}(a, 0, 6)
    ∂y/∂a = (0 < a) × (a < 6)
    smooth for a ≠ 0, 6
    """
@overload
def relu6(a: float) -> float: ...
@overload
def relu6(a: _Number) -> Any: ...
@overload
def pow(a: _T, b: _T | float) -> _T:
    r"""y = a^b, in LaTeX {a}^{b}
    ∂y/∂a = b × a^(b − 1)
    ∂y/∂b = y × log(a)
    smooth for 0 < a
    error in ulp: 4 + abs(b) + abs(log a) if the result is subnormal; 4 + abs(b·log a) from b = 2⁵³, where b − 1 is rounded
    cancels from order 2 on: 1 + b·log a, and b·(b − 1); condition number (1 + abs(b·log a)) / abs(1 + b·log a), (1 + abs(b)) / abs(b − 1)
    """
@overload
def pow(a: float, b: _T) -> _T: ...
@overload
def pow(a: float, b: float) -> float: ...
@overload
def pow(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def exp(a: _T) -> _T:
    r"""y = exp(a), in LaTeX e^{a}
    ∂y/∂a = y
    smooth everywhere
    """
@overload
def exp(a: float) -> float: ...
@overload
def exp(a: _Number) -> Any: ...
@overload
def exp2(a: _T) -> _T:
    r"""y = exp2(a), in LaTeX 2^{a}
    ∂y/∂a = y × 0.693147
    smooth everywhere
    """
@overload
def exp2(a: float) -> float: ...
@overload
def exp2(a: _Number) -> Any: ...
@overload
def expm1(a: _T) -> _T:
    r"""y = expm1(a), in LaTeX (e^{a} - 1)
    ∂y/∂a = exp(a)
    smooth everywhere
    """
@overload
def expm1(a: float) -> float: ...
@overload
def expm1(a: _Number) -> Any: ...
@overload
def log(a: _T) -> _T:
    r"""y = log(a), in LaTeX \ln a
    ∂y/∂a = 1 / a
    smooth for 0 < a
    """
@overload
def log(a: float) -> float: ...
@overload
def log(a: _Number) -> Any: ...
@overload
def log2(a: _T) -> _T:
    r"""y = log2(a), in LaTeX \log_2 a
    ∂y/∂a = 1 / (a × 0.693147)
    smooth for 0 < a
    """
@overload
def log2(a: float) -> float: ...
@overload
def log2(a: _Number) -> Any: ...
@overload
def log10(a: _T) -> _T:
    r"""y = log10(a), in LaTeX \log_{10} a
    ∂y/∂a = 1 / (a × 2.30259)
    smooth for 0 < a
    """
@overload
def log10(a: float) -> float: ...
@overload
def log10(a: _Number) -> Any: ...
@overload
def log1p(a: _T) -> _T:
    r"""y = log1p(a), in LaTeX \ln(1 + a)
    ∂y/∂a = 1 / (1 + a)
    smooth for −1 < a
    """
@overload
def log1p(a: float) -> float: ...
@overload
def log1p(a: _Number) -> Any: ...
@overload
def sqrt(a: _T) -> _T:
    r"""y = sqrt(a), in LaTeX \sqrt{a}
    ∂y/∂a = 1 / (2 × y)
    smooth for 0 < a
    """
@overload
def sqrt(a: float) -> float: ...
@overload
def sqrt(a: _Number) -> Any: ...
@overload
def cbrt(a: _T) -> _T:
    r"""y = cbrt(a), in LaTeX \sqrt[3]{a}
    ∂y/∂a = 1 / (3 × y^2)
    smooth for a ≠ 0
    error in ulp: 8 for abs(a) below 1e-114
    """
@overload
def cbrt(a: float) -> float: ...
@overload
def cbrt(a: _Number) -> Any: ...
@overload
def xlogy(a: _T, b: _T | float) -> _T:
    r"""y = xlogy(a, b), in LaTeX a \ln b
    ∂y/∂a = log(b)
    ∂y/∂b = a / b
    smooth for 0 < b
    """
@overload
def xlogy(a: float, b: _T) -> _T: ...
@overload
def xlogy(a: float, b: float) -> float: ...
@overload
def xlogy(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def sin(a: _T) -> _T:
    r"""y = sin(a), in LaTeX \sin a
    ∂y/∂a = cos(a)
    smooth everywhere
    """
@overload
def sin(a: float) -> float: ...
@overload
def sin(a: _Number) -> Any: ...
@overload
def cos(a: _T) -> _T:
    r"""y = cos(a), in LaTeX \cos a
    ∂y/∂a = −sin(a)
    smooth everywhere
    """
@overload
def cos(a: float) -> float: ...
@overload
def cos(a: _Number) -> Any: ...
@overload
def tan(a: _T) -> _T:
    r"""y = tan(a), in LaTeX \tan a
    ∂y/∂a = 1 + y^2
    smooth for cos(a) ≠ 0
    """
@overload
def tan(a: float) -> float: ...
@overload
def tan(a: _Number) -> Any: ...
@overload
def one_minus_square(a: _T) -> _T:
    r"""y = one_minus_square(a), in LaTeX (1 - {a}^2)
    ∂y/∂a = −2 × a
    smooth everywhere
    """
@overload
def one_minus_square(a: float) -> float: ...
@overload
def one_minus_square(a: _Number) -> Any: ...
@overload
def asin(a: _T) -> _T:
    r"""y = asin(a), in LaTeX \arcsin a
    ∂y/∂a = 1 / sqrt(1 − a^2)
    smooth for −1 < a < 1
    """
@overload
def asin(a: float) -> float: ...
@overload
def asin(a: _Number) -> Any: ...
@overload
def acos(a: _T) -> _T:
    r"""y = acos(a), in LaTeX \arccos a
    ∂y/∂a = −1 / sqrt(1 − a^2)
    smooth for −1 < a < 1
    """
@overload
def acos(a: float) -> float: ...
@overload
def acos(a: _Number) -> Any: ...
@overload
def atan(a: _T) -> _T:
    r"""y = atan(a), in LaTeX \arctan a
    ∂y/∂a = 1 / (1 + a^2)
    smooth everywhere
    cancels from order 3 on: 3a² − 1; condition number (5a² + 1) / abs(3a² − 1)
    """
@overload
def atan(a: float) -> float: ...
@overload
def atan(a: _Number) -> Any: ...
@overload
def atan2(a: _T, b: _T | float) -> _T:
    r"""y = atan2(a, b), in LaTeX \mathrm{atan2}(a, b)
    ∂y/∂a = b / (a^2 + b^2)
    ∂y/∂b = −a / (a^2 + b^2)
    smooth for a ≠ 0 or 0 < b
    error in ulp: more where the least part of the length is subnormal
    cancels from order 2 on: a² − b²; condition number (a² + b²) / abs(a² − b²)
    """
@overload
def atan2(a: float, b: _T) -> _T: ...
@overload
def atan2(a: float, b: float) -> float: ...
@overload
def atan2(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def hypot(a: _T, b: _T | float) -> _T:
    r"""y = hypot(a, b), in LaTeX \sqrt{{a}^2 + {b}^2}
    ∂y/∂a = a / y
    ∂y/∂b = b / y
    smooth for a ≠ 0 or b ≠ 0
    error in ulp: more where the least part of the length is subnormal
    cancels from order 2 on: 1 − u² with u = a/y; condition number (1 + u²) / (1 − u²)
    """
@overload
def hypot(a: float, b: _T) -> _T: ...
@overload
def hypot(a: float, b: float) -> float: ...
@overload
def hypot(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def sinh(a: _T) -> _T:
    r"""y = sinh(a), in LaTeX \sinh a
    ∂y/∂a = cosh(a)
    smooth everywhere
    """
@overload
def sinh(a: float) -> float: ...
@overload
def sinh(a: _Number) -> Any: ...
@overload
def cosh(a: _T) -> _T:
    r"""y = cosh(a), in LaTeX \cosh a
    ∂y/∂a = sinh(a)
    smooth everywhere
    """
@overload
def cosh(a: float) -> float: ...
@overload
def cosh(a: _Number) -> Any: ...
@overload
def sech(a: _T) -> _T:
    r"""y = sech(a), in LaTeX \operatorname{sech} a
    ∂y/∂a = −y × tanh(a)
    smooth everywhere
    error in ulp: all digits beyond 709, where cosh overflows and 0 stands for at most 2.4e-308
    cancels from order 2 on: 1 − 2y²; condition number 1 / abs(1 − 2y²)
    """
@overload
def sech(a: float) -> float: ...
@overload
def sech(a: _Number) -> Any: ...
@overload
def tanh(a: _T) -> _T:
    r"""y = tanh(a), in LaTeX \tanh a
    ∂y/∂a = 1 − y^2
    smooth everywhere
    cancels from order 3 on: 1 − 3y²; condition number (1 + y²) / abs(1 − 3y²)
    """
@overload
def tanh(a: float) -> float: ...
@overload
def tanh(a: _Number) -> Any: ...
@overload
def asinh(a: _T) -> _T:
    r"""y = asinh(a), in LaTeX \operatorname{arsinh} a
    ∂y/∂a = 1 / sqrt(a^2 + 1)
    smooth everywhere
    cancels from order 3 on: 2a² − 1; condition number (4a² + 1) / abs(2a² − 1)
    """
@overload
def asinh(a: float) -> float: ...
@overload
def asinh(a: _Number) -> Any: ...
@overload
def acosh(a: _T) -> _T:
    r"""y = acosh(a), in LaTeX \operatorname{arcosh} a
    ∂y/∂a = 1 / sqrt(a^2 − 1)
    smooth for 1 < a
    """
@overload
def acosh(a: float) -> float: ...
@overload
def acosh(a: _Number) -> Any: ...
@overload
def atanh(a: _T) -> _T:
    r"""y = atanh(a), in LaTeX \operatorname{artanh} a
    ∂y/∂a = 1 / (1 − a^2)
    smooth for −1 < a < 1
    """
@overload
def atanh(a: float) -> float: ...
@overload
def atanh(a: _Number) -> Any: ...
@overload
def erf(a: _T) -> _T:
    r"""y = erf(a), in LaTeX \operatorname{erf} a
    ∂y/∂a = 1.12838 × exp(−a^2)
    smooth everywhere
    cancels from order 3 on: 2a² − 1; condition number (2a² + 1) / abs(2a² − 1)
    """
@overload
def erf(a: float) -> float: ...
@overload
def erf(a: _Number) -> Any: ...
@overload
def erfc(a: _T) -> _T:
    r"""y = erfc(a), in LaTeX \operatorname{erfc} a
    ∂y/∂a = −1.12838 × exp(−a^2)
    smooth everywhere
    cancels from order 3 on: 2a² − 1; condition number (2a² + 1) / abs(2a² − 1)
    """
@overload
def erfc(a: float) -> float: ...
@overload
def erfc(a: _Number) -> Any: ...
@overload
def erfinv(a: _T) -> _T:
    r"""y = erfinv(a), in LaTeX \operatorname{erf}^{-1} a
    ∂y/∂a = 0.886227 × exp(y^2)
    smooth for −1 < a < 1
    error in ulp: 4 − 3·log(1 − abs(a)), at most 115 next to 1
    """
@overload
def erfinv(a: float) -> float: ...
@overload
def erfinv(a: _Number) -> Any: ...
@overload
def lgamma(a: _T) -> _T:
    r"""y = lgamma(a), in LaTeX \ln |\Gamma(a)|
    ∂y/∂a = digamma(a)
    smooth for a ≠ …, −3, −2, −1, 0
    error in ulp: more near its zeros at 1 and 2 and those below 0, where it is small against its slope
    cancels from order 1 on: for a < 0, ψ⁽ⁿ⁾(1 − a) and π·cot⁽ⁿ⁾(πa); condition number (abs(ψ⁽ⁿ⁾(1 − a)) + abs(π·cot⁽ⁿ⁾(πa))) / abs(ψ⁽ⁿ⁾(a))
    """
@overload
def lgamma(a: float) -> float: ...
@overload
def lgamma(a: _Number) -> Any: ...
@overload
def digamma(a: _T) -> _T:
    r"""y = digamma(a), in LaTeX \psi(a)
    ∂y/∂a = polygamma(1, a)
    smooth for a ≠ …, −3, −2, −1, 0
    cancels from order 1 on: for a < 0, ψ⁽ⁿ⁾(1 − a) and π·cot⁽ⁿ⁾(πa); condition number (abs(ψ⁽ⁿ⁾(1 − a)) + abs(π·cot⁽ⁿ⁾(πa))) / abs(ψ⁽ⁿ⁾(a))
    """
@overload
def digamma(a: float) -> float: ...
@overload
def digamma(a: _Number) -> Any: ...
@overload
def polygamma(n: _T, a: _T | float) -> _T:
    r"""y = polygamma(n, a), in LaTeX \psi^{(n)}(a)
    ∂y/∂n = 0
    ∂y/∂a = polygamma(floor(n) + 1, a)
    smooth for n = 0, 1, …, 100, a ≠ …, −2, −1, 0
    error in ulp: 8; more where the result is below 1e-300
    cancels from order 1 on: for a < 0, ψ⁽ⁿ⁾(1 − a) and π·cot⁽ⁿ⁾(πa); condition number (abs(ψ⁽ⁿ⁾(1 − a)) + abs(π·cot⁽ⁿ⁾(πa))) / abs(ψ⁽ⁿ⁾(a))
    """
@overload
def polygamma(n: float, a: _T) -> _T: ...
@overload
def polygamma(n: float, a: float) -> float: ...
@overload
def polygamma(n: _Number | Methods, a: _Number | Methods) -> Any: ...
@overload
def sinc(a: _T) -> _T:
    r"""y = sinc(a), in LaTeX \frac{\sin \pi a}{\pi a}
    ∂y/∂a = sinc_derivative(1, a)
    smooth everywhere
    """
@overload
def sinc(a: float) -> float: ...
@overload
def sinc(a: _Number) -> Any: ...
@overload
def sinc_derivative(n: _T, a: _T | float) -> _T:
    r"""y = sinc_derivative(n, a), in LaTeX \mathrm{sinc}^{(n)}(a)
    ∂y/∂n = 0
    ∂y/∂a = sinc_derivative(floor(n) + 1, a)
    smooth for n = 0, 1, …, 20
    error in ulp: 16, from n = 6 on 16 + 2ⁿ of the greatest value: 1,048,592 for n = 20
    """
@overload
def sinc_derivative(n: float, a: _T) -> _T: ...
@overload
def sinc_derivative(n: float, a: float) -> float: ...
@overload
def sinc_derivative(n: _Number | Methods, a: _Number | Methods) -> Any: ...
@overload
def logit(a: _T) -> _T:
    r"""y = logit(a), in LaTeX \ln \frac{a}{1 - a}
    ∂y/∂a = 1 / (a × (1 − a))
    smooth for 0 < a < 1
    cancels from order 2 on: a² − (1 − a)²; condition number (a² + (1 − a)²) / abs(1 − 2a)
    """
@overload
def logit(a: float) -> float: ...
@overload
def logit(a: _Number) -> Any: ...
@overload
def logaddexp(a: _T, b: _T | float) -> _T:
    r"""y = logaddexp(a, b), in LaTeX \ln(e^{a} + e^{b})
    ∂y/∂a = sigmoid(a − b)
    ∂y/∂b = sigmoid(b − a)
    smooth everywhere
    error in ulp: 4 + 2·(max − min): a rounding of the exponent
    cancels from order 3 on: 1 − 2p with p = σ(a − b); condition number 1 / abs(1 − 2p)
    """
@overload
def logaddexp(a: float, b: _T) -> _T: ...
@overload
def logaddexp(a: float, b: float) -> float: ...
@overload
def logaddexp(a: _Number | Methods, b: _Number | Methods) -> Any: ...
@overload
def sigmoid(a: _T) -> _T:
    r"""y = sigmoid(a), in LaTeX \sigma(a)
    ∂y/∂a = y × (1 − y)
    smooth everywhere
    cancels from order 3 on: 1 − 6s with s = σ′(a); condition number (1 − 2s) / abs(1 − 6s)
    """
@overload
def sigmoid(a: float) -> float: ...
@overload
def sigmoid(a: _Number) -> Any: ...
@overload
def sigmoid_slope(a: _T) -> _T:
    r"""y = sigmoid_slope(a), in LaTeX \sigma'(a)
    ∂y/∂a = −y × tanh(a / 2)
    smooth everywhere
    cancels from order 2 on: 1 − 6y; condition number (1 − 2y) / abs(1 − 6y)
    """
@overload
def sigmoid_slope(a: float) -> float: ...
@overload
def sigmoid_slope(a: _Number) -> Any: ...
@overload
def logsigmoid(a: _T) -> _T:
    r"""y = logsigmoid(a), in LaTeX \ln \sigma(a)
    ∂y/∂a = sigmoid(−a)
    smooth everywhere
    cancels from order 4 on: 1 − 6s with s = σ′(a); condition number (1 − 2s) / abs(1 − 6s)
    """
@overload
def logsigmoid(a: float) -> float: ...
@overload
def logsigmoid(a: _Number) -> Any: ...
@overload
def softplus(a: _T) -> _T:
    r"""y = softplus(a), in LaTeX \ln(1 + e^{a})
    ∂y/∂a = sigmoid(a)
    smooth everywhere
    cancels from order 4 on: 1 − 6s with s = σ′(a); condition number (1 − 2s) / abs(1 − 6s)
    """
@overload
def softplus(a: float) -> float: ...
@overload
def softplus(a: _Number) -> Any: ...
@overload
def softsign(a: _T) -> _T:
    r"""y = softsign(a), in LaTeX \frac{a}{1 + |a|}
    ∂y/∂a = (1 / (1 + abs(a)))^2
    smooth for a ≠ 0
    """
@overload
def softsign(a: float) -> float: ...
@overload
def softsign(a: _Number) -> Any: ...
@overload
def silu(a: _T) -> _T:
    r"""y = silu(a), in LaTeX a \sigma(a)
    ∂y/∂a = sigmoid(a) × (1 + a × sigmoid(−a))
    smooth everywhere
    cancels from order 1 on: σ + a·σ′, 0 at −1.28; condition number (σ + abs(a·σ′)) / abs(σ + a·σ′)
    """
@overload
def silu(a: float) -> float: ...
@overload
def silu(a: _Number) -> Any: ...
@overload
def gelu(a: _T) -> _T:
    r"""y = gelu(a), in LaTeX a \Phi(a)
    ∂y/∂a = (1 + erf(a / 1.41421)) / 2 + a × exp(−a^2 / 2) / 2.50663
    smooth everywhere
    error in ulp: 4 + 2a²: the rounding of a/√2, magnified by erfc
    cancels from order 1 on: Φ + a·φ, 0 at −0.75; condition number (Φ + abs(a·φ)) / abs(Φ + a·φ)
    """
@overload
def gelu(a: float) -> float: ...
@overload
def gelu(a: _Number) -> Any: ...
@overload
def elu(a: _T, alpha: _T | float = 1.0) -> _T:
    r"""y = elu(a, alpha), in LaTeX \mathrm{ELU}_{\mathrm{alpha}}(a)
    ∂y/∂a = where(0 < a, 1, alpha × exp(a))
    ∂y/∂alpha = where(0 < a, 0, expm1(a))
    smooth for a ≠ 0
    """
@overload
def elu(a: float, alpha: _T) -> _T: ...
@overload
def elu(a: float, alpha: float = 1.0) -> float: ...
@overload
def elu(a: _Number | Methods, alpha: _Number | Methods = 1.0) -> Any: ...
@overload
def selu(a: _T) -> _T:
    r"""y = selu(a), in LaTeX \mathrm{SELU}(a)
    ∂y/∂a = 1.0507 × where(0 < a, 1, 1.67326 × exp(a))
    smooth for a ≠ 0
    """
@overload
def selu(a: float) -> float: ...
@overload
def selu(a: _Number) -> Any: ...
@overload
def mish(a: _T) -> _T:
    r"""y = mish(a), in LaTeX a \tanh \ln(1 + e^{a})
    ∂y/∂a = tanh(softplus(a)) + a × sech(softplus(a))^2 × sigmoid(a)
    smooth everywhere
    error in ulp: 4 + 2a for a > 0: the exponent of sech², 604 at 300, of a part of the slope that is 0 next to 1
    cancels from order 1 on: t + a·t′ with t = tanh(softplus(a)), 0 at −1.19; condition number (t + abs(a·t′)) / abs(t + a·t′)
    """
@overload
def mish(a: float) -> float: ...
@overload
def mish(a: _Number) -> Any: ...
@overload
def sum(a: _T, /, *args: _T | float) -> _T:
    r"""y = a + b + c, in LaTeX a + b + c
    ∂y/∂a = 1
    ∂y/∂b = 1
    ∂y/∂c = 1
    smooth everywhere
    """
@overload
def sum(args: Iterable[_T], /) -> _T: ...
@overload
def sum(*args: float) -> float: ...
@overload
def sum(args: Iterable[float], /) -> float: ...
@overload
def sum(*args: _T | float) -> _T: ...
@overload
def sum(args: Iterable[_T | float], /) -> _T: ...
@overload
def sum(*args: _Number | Methods) -> Any: ...
@overload
def sum(args: Iterable[_Number | Methods], /) -> Any: ...
@overload
def mean(a: _T, /, *args: _T | float) -> _T:
    r"""y = mean(a, b, c), in LaTeX \mathrm{mean}(a, b, c)
    ∂y/∂a = 0.333333
    ∂y/∂b = 0.333333
    ∂y/∂c = 0.333333
    smooth everywhere
    error in ulp: inf where the sum overflows
    """
@overload
def mean(args: Iterable[_T], /) -> _T: ...
@overload
def mean(*args: float) -> float: ...
@overload
def mean(args: Iterable[float], /) -> float: ...
@overload
def mean(*args: _T | float) -> _T: ...
@overload
def mean(args: Iterable[_T | float], /) -> _T: ...
@overload
def mean(*args: _Number | Methods) -> Any: ...
@overload
def mean(args: Iterable[_Number | Methods], /) -> Any: ...
@overload
def prod(a: _T, /, *args: _T | float) -> _T:
    r"""y = prod(a, b, c), in LaTeX \prod(a, b, c)
    ∂y/∂a = c × b
    ∂y/∂b = a × c
    ∂y/∂c = a × b
    smooth everywhere
    error in ulp: 5 for each argument; more where a part is subnormal
    """
@overload
def prod(args: Iterable[_T], /) -> _T: ...
@overload
def prod(*args: float) -> float: ...
@overload
def prod(args: Iterable[float], /) -> float: ...
@overload
def prod(*args: _T | float) -> _T: ...
@overload
def prod(args: Iterable[_T | float], /) -> _T: ...
@overload
def prod(*args: _Number | Methods) -> Any: ...
@overload
def prod(args: Iterable[_Number | Methods], /) -> Any: ...
@overload
def norm(a: _T, /, *args: _T | float) -> _T:
    r"""y = norm(a, b, c), in LaTeX \lVert a, b, c \rVert
    ∂y/∂a = a / y
    ∂y/∂b = b / y
    ∂y/∂c = c / y
    smooth for an argument that is not 0
    error in ulp: more where the least part of the length is subnormal
    cancels from order 2 on: 1 − u² with u = a/y; condition number (1 + u²) / (1 − u²)
    """
@overload
def norm(args: Iterable[_T], /) -> _T: ...
@overload
def norm(*args: float) -> float: ...
@overload
def norm(args: Iterable[float], /) -> float: ...
@overload
def norm(*args: _T | float) -> _T: ...
@overload
def norm(args: Iterable[_T | float], /) -> _T: ...
@overload
def norm(*args: _Number | Methods) -> Any: ...
@overload
def norm(args: Iterable[_Number | Methods], /) -> Any: ...
@overload
def dot(weights: Iterable[_T], inputs: Iterable[_T], bias: _T | float = 0.0) -> _T:
    r"""y = bias + w0 × x0 + w1 × x1, in LaTeX \mathrm{bias} + w_{0} \cdot x_{0} + w_{1} \cdot x_{1}
    ∂y/∂w0 = x0
    ∂y/∂w1 = x1
    ∂y/∂x0 = w0
    ∂y/∂x1 = w1
    ∂y/∂bias = 1
    smooth everywhere
    """
@overload
def dot(weights: Iterable[float], inputs: Iterable[float], bias: float = 0.0) -> float: ...
@overload
def dot(weights: Iterable[_T | float], inputs: Iterable[_T | float], bias: _T | float = 0.0) -> _T: ...
@overload
def dot(weights: Iterable[_Number | Methods], inputs: Iterable[_Number | Methods], bias: _Number | Methods = 0.0) -> Any: ...
@overload
def max(a: _T, /, *args: _T | float) -> _T:
    r"""y = max(a, b, c), in LaTeX \max(a, b, c)
    ∂y/∂a = (a = y)
    ∂y/∂b = (b = y)
    ∂y/∂c = (c = y)
    smooth for arguments that differ
    """
@overload
def max(args: Iterable[_T], /) -> _T: ...
@overload
def max(*args: float) -> float: ...
@overload
def max(args: Iterable[float], /) -> float: ...
@overload
def max(*args: _T | float) -> _T: ...
@overload
def max(args: Iterable[_T | float], /) -> _T: ...
@overload
def max(*args: _Number | Methods) -> Any: ...
@overload
def max(args: Iterable[_Number | Methods], /) -> Any: ...
@overload
def min(a: _T, /, *args: _T | float) -> _T:
    r"""y = min(a, b, c), in LaTeX \min(a, b, c)
    ∂y/∂a = (a = y)
    ∂y/∂b = (b = y)
    ∂y/∂c = (c = y)
    smooth for arguments that differ
    """
@overload
def min(args: Iterable[_T], /) -> _T: ...
@overload
def min(*args: float) -> float: ...
@overload
def min(args: Iterable[float], /) -> float: ...
@overload
def min(*args: _T | float) -> _T: ...
@overload
def min(args: Iterable[_T | float], /) -> _T: ...
@overload
def min(*args: _Number | Methods) -> Any: ...
@overload
def min(args: Iterable[_Number | Methods], /) -> Any: ...
@overload
def log_excess(a: _T, /, *args: _T | float) -> _T:
    r"""y = log_excess(a, b, c), in LaTeX \mathrm{LSE}(a, b, c) - \max(a, b, c)
    ∂y/∂a = softmax(a; b, c) − (a = max(a, b, c))
    ∂y/∂b = softmax(b; a, c) − (b = max(a, b, c))
    ∂y/∂c = softmax(c; a, b) − (c = max(a, b, c))
    smooth for arguments that differ
    error in ulp: 4 + 2·(max − min): a rounding of the exponent
    cancels from order 3 on: 1 − 2p with p the softmax; condition number 1 / abs(1 − 2p)
    """
@overload
def log_excess(args: Iterable[_T], /) -> _T: ...
@overload
def log_excess(*args: float) -> float: ...
@overload
def log_excess(args: Iterable[float], /) -> float: ...
@overload
def log_excess(*args: _T | float) -> _T: ...
@overload
def log_excess(args: Iterable[_T | float], /) -> _T: ...
@overload
def log_excess(*args: _Number | Methods) -> Any: ...
@overload
def log_excess(args: Iterable[_Number | Methods], /) -> Any: ...
@overload
def logsumexp(a: _T, /, *args: _T | float) -> _T:
    r"""y = logsumexp(a, b, c), in LaTeX \mathrm{LSE}(a, b, c)
    ∂y/∂a = softmax(a; b, c)
    ∂y/∂b = softmax(b; a, c)
    ∂y/∂c = softmax(c; a, b)
    smooth everywhere
    error in ulp: 4 + 2·(max − min): a rounding of the exponent
    cancels from order 3 on: 1 − 2p with p the softmax; condition number 1 / abs(1 − 2p)
    """
@overload
def logsumexp(args: Iterable[_T], /) -> _T: ...
@overload
def logsumexp(*args: float) -> float: ...
@overload
def logsumexp(args: Iterable[float], /) -> float: ...
@overload
def logsumexp(*args: _T | float) -> _T: ...
@overload
def logsumexp(args: Iterable[_T | float], /) -> _T: ...
@overload
def logsumexp(*args: _Number | Methods) -> Any: ...
@overload
def logsumexp(args: Iterable[_Number | Methods], /) -> Any: ...
@overload
def log_softmax(a: _T, /, *args: _T | float, index: None = None) -> list[_T]:
    r"""y = log_softmax(a; b, c), in LaTeX \ln \mathrm{softmax}(a; b, c)
    ∂y/∂a = 1 − softmax(a; b, c)
    ∂y/∂b = −softmax(b; a, c)
    ∂y/∂c = −softmax(c; a, b)
    smooth everywhere
    error in ulp: 4 + 2·(max − min): a rounding of the exponent
    cancels from order 3 on: 1 − 2p with p the softmax; condition number 1 / abs(1 − 2p)
    """
@overload
def log_softmax(args: Iterable[_T], /, *, index: None = None) -> list[_T]: ...
@overload
def log_softmax(a: _T, /, *args: _T | float, index: int) -> _T: ...
@overload
def log_softmax(args: Iterable[_T], /, *, index: int) -> _T: ...
@overload
def log_softmax(*args: float, index: None = None) -> list[float]: ...
@overload
def log_softmax(args: Iterable[float], /, *, index: None = None) -> list[float]: ...
@overload
def log_softmax(*args: float, index: int) -> float: ...
@overload
def log_softmax(args: Iterable[float], /, *, index: int) -> float: ...
@overload
def log_softmax(*args: _T | float, index: None = None) -> list[_T]: ...
@overload
def log_softmax(args: Iterable[_T | float], /, *, index: None = None) -> list[_T]: ...
@overload
def log_softmax(*args: _T | float, index: int) -> _T: ...
@overload
def log_softmax(args: Iterable[_T | float], /, *, index: int) -> _T: ...
@overload
def log_softmax(*args: _Number | Methods, index: None = None) -> list[Any]: ...
@overload
def log_softmax(args: Iterable[_Number | Methods], /, *, index: None = None) -> list[Any]: ...
@overload
def log_softmax(*args: _Number | Methods, index: int) -> Any: ...
@overload
def log_softmax(args: Iterable[_Number | Methods], /, *, index: int) -> Any: ...
@overload
def softmax(a: _T, /, *args: _T | float, index: None = None) -> list[_T]:
    r"""y = softmax(a; b, c), in LaTeX \mathrm{softmax}(a; b, c)
    ∂y/∂a = y × (1 − softmax(a; b, c))
    ∂y/∂b = −y × softmax(b; a, c)
    ∂y/∂c = −y × softmax(c; a, b)
    smooth everywhere
    error in ulp: 8 + 4·(max − min), the same twice
    cancels from order 2 on: 1 − 2y; condition number 1 / abs(1 − 2y)
    """
@overload
def softmax(args: Iterable[_T], /, *, index: None = None) -> list[_T]: ...
@overload
def softmax(a: _T, /, *args: _T | float, index: int) -> _T: ...
@overload
def softmax(args: Iterable[_T], /, *, index: int) -> _T: ...
@overload
def softmax(*args: float, index: None = None) -> list[float]: ...
@overload
def softmax(args: Iterable[float], /, *, index: None = None) -> list[float]: ...
@overload
def softmax(*args: float, index: int) -> float: ...
@overload
def softmax(args: Iterable[float], /, *, index: int) -> float: ...
@overload
def softmax(*args: _T | float, index: None = None) -> list[_T]: ...
@overload
def softmax(args: Iterable[_T | float], /, *, index: None = None) -> list[_T]: ...
@overload
def softmax(*args: _T | float, index: int) -> _T: ...
@overload
def softmax(args: Iterable[_T | float], /, *, index: int) -> _T: ...
@overload
def softmax(*args: _Number | Methods, index: None = None) -> list[Any]: ...
@overload
def softmax(args: Iterable[_Number | Methods], /, *, index: None = None) -> list[Any]: ...
@overload
def softmax(*args: _Number | Methods, index: int) -> Any: ...
@overload
def softmax(args: Iterable[_Number | Methods], /, *, index: int) -> Any: ...
