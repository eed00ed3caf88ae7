"""The methods of a class with Operators.

Made from the table by tools/make_stubs.py, so change the rows or that file.
"""
from fractions import Fraction
from typing import Any, Protocol, SupportsFloat, TypeVar, overload

_T = TypeVar("_T", bound=Methods)  # not Self, which jedi does not know

class Array(Protocol):
    """An array of one dimension or more, of any library."""

    @property
    def ndim(self) -> int: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    def __len__(self) -> int: ...

class Methods:
    """Python's operators, and a method for each operation with a fixed number of arguments."""

    __slots__ = ()
    def __neg__(self: _T) -> _T: ...
    def __pos__(self: _T) -> _T: ...
    def __abs__(self: _T) -> _T: ...
    @overload
    def __add__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __add__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __radd__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __radd__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __sub__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __sub__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __rsub__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __rsub__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __mul__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __mul__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __rmul__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __rmul__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __truediv__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __truediv__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __rtruediv__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __rtruediv__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __mod__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __mod__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __rmod__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __rmod__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __pow__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __pow__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __rpow__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __rpow__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __floordiv__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __floordiv__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __rfloordiv__(self: _T, other: float | Methods, /) -> _T: ...
    @overload
    def __rfloordiv__(self: _T, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __divmod__(self: _T, other: float | Methods, /) -> tuple[_T, _T]: ...
    @overload
    def __divmod__(self: _T, other: SupportsFloat | Array, /) -> tuple[Any, Any]: ...
    @overload
    def __rdivmod__(self: _T, other: float | Methods, /) -> tuple[_T, _T]: ...
    @overload
    def __rdivmod__(self: _T, other: SupportsFloat | Array, /) -> tuple[Any, Any]: ...
    @overload
    def __lt__(self, other: float | Fraction | Methods, /) -> bool: ...
    @overload
    def __lt__(self, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __le__(self, other: float | Fraction | Methods, /) -> bool: ...
    @overload
    def __le__(self, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __gt__(self, other: float | Fraction | Methods, /) -> bool: ...
    @overload
    def __gt__(self, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __ge__(self, other: float | Fraction | Methods, /) -> bool: ...
    @overload
    def __ge__(self, other: SupportsFloat | Array, /) -> Any: ...
    @overload
    def __eq__(self, other: Array, /) -> Any: ...
    @overload
    def __eq__(self, other: object, /) -> bool: ...
    @overload
    def __ne__(self, other: Array, /) -> Any: ...
    @overload
    def __ne__(self, other: object, /) -> bool: ...
    @overload
    def add(self: _T, b: float | Methods) -> _T:
        r"""y = a + b, in LaTeX a + b
        ∂y/∂a = 1
        ∂y/∂b = 1
        smooth everywhere
        """
    @overload
    def add(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def sub(self: _T, b: float | Methods) -> _T:
        r"""y = a − b, in LaTeX a - b
        ∂y/∂a = 1
        ∂y/∂b = −1
        smooth everywhere
        """
    @overload
    def sub(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def mul(self: _T, b: float | Methods) -> _T:
        r"""y = a × b, in LaTeX a \cdot b
        ∂y/∂a = b
        ∂y/∂b = a
        smooth everywhere
        """
    @overload
    def mul(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def div(self: _T, b: float | Methods) -> _T:
        r"""y = a / b, in LaTeX \frac{a}{b}
        ∂y/∂a = 1 / b
        ∂y/∂b = −a / b^2
        smooth for b ≠ 0
        """
    @overload
    def div(self: _T, b: SupportsFloat | Array) -> Any: ...
    def neg(self: _T) -> _T:
        r"""y = −a, in LaTeX -a
        ∂y/∂a = −1
        smooth everywhere
        """
    @overload
    def mod(self: _T, b: float | Methods) -> _T:
        r"""y = a % b, in LaTeX a \bmod b
        ∂y/∂a = 1
        ∂y/∂b = −floordiv(a, b)
        smooth for b ≠ 0, a % b ≠ 0
        """
    @overload
    def mod(self: _T, b: SupportsFloat | Array) -> Any: ...
    def square(self: _T) -> _T:
        r"""y = square(a), in LaTeX {a}^2
        ∂y/∂a = 2 × a
        smooth everywhere
        """
    def reciprocal(self: _T) -> _T:
        r"""y = reciprocal(a), in LaTeX \frac{1}{a}
        ∂y/∂a = −1 / a^2
        smooth for a ≠ 0
        """
    def abs(self: _T) -> _T:
        r"""y = abs(a), in LaTeX |a|
        ∂y/∂a = sign(a)
        smooth for a ≠ 0
        """
    def fabs(self: _T) -> _T:
        r"""y = abs(a), in LaTeX |a|
        ∂y/∂a = sign(a)
        smooth for a ≠ 0
        """
    def sign(self: _T) -> _T:
        r"""y = sign(a), in LaTeX \mathrm{sign}(a)
        ∂y/∂a = 0
        smooth for a ≠ 0
        """
    @overload
    def maximum(self: _T, b: float | Methods) -> _T:
        r"""y = maximum(a, b), in LaTeX \max(a, b)
        ∂y/∂a = heaviside(a − b, 0.5)
        ∂y/∂b = heaviside(b − a, 0.5)
        smooth for a − b ≠ 0
        """
    @overload
    def maximum(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def minimum(self: _T, b: float | Methods) -> _T:
        r"""y = minimum(a, b), in LaTeX \min(a, b)
        ∂y/∂a = heaviside(b − a, 0.5)
        ∂y/∂b = heaviside(a − b, 0.5)
        smooth for a − b ≠ 0
        """
    @overload
    def minimum(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def clamp(self: _T, lo: float | Methods, hi: float | Methods) -> _T:
        r"""y = clamp(a, lo, hi), in LaTeX \mathrm{clamp}(a, \mathrm{lo}, \mathrm{hi})
        ∂y/∂a = (lo ≤ a) × (a ≤ hi)
        ∂y/∂lo = (a < lo)
        ∂y/∂hi = (hi < a)
        smooth for lo < hi, a ≠ lo, a ≠ hi
        """
    @overload
    def clamp(self: _T, lo: SupportsFloat | Array, hi: SupportsFloat | Array) -> Any: ...
    @overload
    def where(self: _T, a: float | Methods, b: float | Methods) -> _T:
        r"""y = where(condition, a, b), in LaTeX \mathrm{where}(\mathrm{condition}, a, b)
        ∂y/∂condition = 0
        ∂y/∂a = where(condition, 1, 0)
        ∂y/∂b = where(condition, 0, 1)
        smooth for condition ≠ 0
        """
    @overload
    def where(self: _T, a: SupportsFloat | Array, b: SupportsFloat | Array) -> Any: ...
    @overload
    def heaviside(self: _T, at_zero: float | Methods) -> _T:
        r"""y = heaviside(a, at_zero), in LaTeX H(a)
        ∂y/∂a = 0
        ∂y/∂at_zero = 0
        smooth for a ≠ 0
        """
    @overload
    def heaviside(self: _T, at_zero: SupportsFloat | Array) -> Any: ...
    def floor(self: _T) -> _T:
        r"""y = floor(a), in LaTeX \lfloor a \rfloor
        ∂y/∂a = 0
        smooth for a ≠ …, −2, −1, 0, 1, 2, …
        """
    def ceil(self: _T) -> _T:
        r"""y = ceil(a), in LaTeX \lceil a \rceil
        ∂y/∂a = 0
        smooth for a ≠ …, −2, −1, 0, 1, 2, …
        """
    def round(self: _T) -> _T:
        r"""y = round(a), in LaTeX \mathrm{round}(a)
        ∂y/∂a = 0
        smooth for a ≠ …, −1.5, −0.5, 0.5, 1.5, …
        """
    def rint(self: _T) -> _T:
        r"""y = round(a), in LaTeX \mathrm{round}(a)
        ∂y/∂a = 0
        smooth for a ≠ …, −1.5, −0.5, 0.5, 1.5, …
        """
    def trunc(self: _T) -> _T:
        r"""y = trunc(a), in LaTeX \mathrm{trunc}(a)
        ∂y/∂a = 0
        smooth for a ≠ …, −2, −1, 1, 2, …
        """
    @overload
    def floordiv(self: _T, b: float | Methods) -> _T:
        r"""y = floordiv(a, b), in LaTeX \lfloor a / b \rfloor
        ∂y/∂a = 0
        ∂y/∂b = 0
        smooth for b ≠ 0, a % b ≠ 0
        """
    @overload
    def floordiv(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def fmod(self: _T, b: float | Methods) -> _T:
        r"""y = fmod(a, b), in LaTeX \mathrm{fmod}(a, b)
        ∂y/∂a = 1
        ∂y/∂b = (y − a) / b
        smooth for b ≠ 0, a % b ≠ 0
        """
    @overload
    def fmod(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def copysign(self: _T, b: float | Methods) -> _T:
        r"""y = copysign(a, b), in LaTeX \mathrm{copysign}(a, b)
        ∂y/∂a = copysign(1, b) × sign(a)
        ∂y/∂b = 0
        smooth for a ≠ 0, b ≠ 0
        """
    @overload
    def copysign(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def lt(self: _T, b: float | Methods) -> _T:
        r"""y = (a < b), in LaTeX [a < b]
        ∂y/∂a = 0
        ∂y/∂b = 0
        smooth for a − b ≠ 0
        """
    @overload
    def lt(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def le(self: _T, b: float | Methods) -> _T:
        r"""y = (a ≤ b), in LaTeX [a \le b]
        ∂y/∂a = 0
        ∂y/∂b = 0
        smooth for a − b ≠ 0
        """
    @overload
    def le(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def eq(self: _T, b: float | Methods) -> _T:
        r"""y = (a = b), in LaTeX [a = b]
        ∂y/∂a = 0
        ∂y/∂b = 0
        smooth for a − b ≠ 0
        """
    @overload
    def eq(self: _T, b: SupportsFloat | Array) -> Any: ...
    def relu(self: _T) -> _T:
        r"""y = relu(a), in LaTeX \max(0, a)
        ∂y/∂a = heaviside(a, 0)
        smooth for a ≠ 0
        """
    @overload
    def leaky_relu(self: _T, slope: float | Methods = 0.01) -> _T:
        r"""y = leaky_relu(a, slope), in LaTeX \mathrm{leaky\,ReLU}_{\mathrm{slope}}(a)
        ∂y/∂a = where(0 < a, 1, slope)
        ∂y/∂slope = where(0 < a, 0, a)
        smooth for a ≠ 0
        """
    @overload
    def leaky_relu(self: _T, slope: SupportsFloat | Array = 0.01) -> Any: ...
    def hardtanh(self: _T) -> _T:
        r"""y = hardtanh(a), in LaTeX \mathrm{clamp}(a, -1, 1)
        ∂y/∂a = (−1 < a) × (a < 1)
        smooth for a ≠ −1, 1
        """
    def relu6(self: _T) -> _T:
        r"""y = relu6(a), in LaTeX \mathrm{clamp}(a, 0, 6)
        ∂y/∂a = (0 < a) × (a < 6)
        smooth for a ≠ 0, 6
        """
    @overload
    def pow(self: _T, b: float | Methods) -> _T:
        r"""y = a^b, in LaTeX {a}^{b}
        ∂y/∂a = b × a^(b − 1)
        ∂y/∂b = y × log(a)
        smooth for 0 < a
        error in ulp: 4 + abs(b) + abs(log a) if the result is subnormal; 4 + abs(b·log a) from b = 2⁵³, where b − 1 is rounded
        cancels from order 2 on: 1 + b·log a, and b·(b − 1); condition number (1 + abs(b·log a)) / abs(1 + b·log a), (1 + abs(b)) / abs(b − 1)
        """
    @overload
    def pow(self: _T, b: SupportsFloat | Array) -> Any: ...
    def exp(self: _T) -> _T:
        r"""y = exp(a), in LaTeX e^{a}
        ∂y/∂a = y
        smooth everywhere
        """
    def exp2(self: _T) -> _T:
        r"""y = exp2(a), in LaTeX 2^{a}
        ∂y/∂a = y × 0.693147
        smooth everywhere
        """
    def expm1(self: _T) -> _T:
        r"""y = expm1(a), in LaTeX (e^{a} - 1)
        ∂y/∂a = exp(a)
        smooth everywhere
        """
    def log(self: _T) -> _T:
        r"""y = log(a), in LaTeX \ln a
        ∂y/∂a = 1 / a
        smooth for 0 < a
        """
    def log2(self: _T) -> _T:
        r"""y = log2(a), in LaTeX \log_2 a
        ∂y/∂a = 1 / (a × 0.693147)
        smooth for 0 < a
        """
    def log10(self: _T) -> _T:
        r"""y = log10(a), in LaTeX \log_{10} a
        ∂y/∂a = 1 / (a × 2.30259)
        smooth for 0 < a
        """
    def log1p(self: _T) -> _T:
        r"""y = log1p(a), in LaTeX \ln(1 + a)
        ∂y/∂a = 1 / (1 + a)
        smooth for −1 < a
        """
    def sqrt(self: _T) -> _T:
        r"""y = sqrt(a), in LaTeX \sqrt{a}
        ∂y/∂a = 1 / (2 × y)
        smooth for 0 < a
        """
    def cbrt(self: _T) -> _T:
        r"""y = cbrt(a), in LaTeX \sqrt[3]{a}
        ∂y/∂a = 1 / (3 × y^2)
        smooth for a ≠ 0
        error in ulp: 8 for abs(a) below 1e-114
        """
    @overload
    def xlogy(self: _T, b: float | Methods) -> _T:
        r"""y = xlogy(a, b), in LaTeX a \ln b
        ∂y/∂a = log(b)
        ∂y/∂b = a / b
        smooth for 0 < b
        """
    @overload
    def xlogy(self: _T, b: SupportsFloat | Array) -> Any: ...
    def sin(self: _T) -> _T:
        r"""y = sin(a), in LaTeX \sin a
        ∂y/∂a = cos(a)
        smooth everywhere
        """
    def cos(self: _T) -> _T:
        r"""y = cos(a), in LaTeX \cos a
        ∂y/∂a = −sin(a)
        smooth everywhere
        """
    def tan(self: _T) -> _T:
        r"""y = tan(a), in LaTeX \tan a
        ∂y/∂a = 1 + y^2
        smooth for cos(a) ≠ 0
        """
    def one_minus_square(self: _T) -> _T:
        r"""y = one_minus_square(a), in LaTeX (1 - {a}^2)
        ∂y/∂a = −2 × a
        smooth everywhere
        """
    def asin(self: _T) -> _T:
        r"""y = asin(a), in LaTeX \arcsin a
        ∂y/∂a = 1 / sqrt(1 − a^2)
        smooth for −1 < a < 1
        """
    def arcsin(self: _T) -> _T:
        r"""y = asin(a), in LaTeX \arcsin a
        ∂y/∂a = 1 / sqrt(1 − a^2)
        smooth for −1 < a < 1
        """
    def acos(self: _T) -> _T:
        r"""y = acos(a), in LaTeX \arccos a
        ∂y/∂a = −1 / sqrt(1 − a^2)
        smooth for −1 < a < 1
        """
    def arccos(self: _T) -> _T:
        r"""y = acos(a), in LaTeX \arccos a
        ∂y/∂a = −1 / sqrt(1 − a^2)
        smooth for −1 < a < 1
        """
    def atan(self: _T) -> _T:
        r"""y = atan(a), in LaTeX \arctan a
        ∂y/∂a = 1 / (1 + a^2)
        smooth everywhere
        cancels from order 3 on: 3a² − 1; condition number (5a² + 1) / abs(3a² − 1)
        """
    def arctan(self: _T) -> _T:
        r"""y = atan(a), in LaTeX \arctan a
        ∂y/∂a = 1 / (1 + a^2)
        smooth everywhere
        cancels from order 3 on: 3a² − 1; condition number (5a² + 1) / abs(3a² − 1)
        """
    @overload
    def atan2(self: _T, b: float | Methods) -> _T:
        r"""y = atan2(a, b), in LaTeX \mathrm{atan2}(a, b)
        ∂y/∂a = b / (a^2 + b^2)
        ∂y/∂b = −a / (a^2 + b^2)
        smooth for a ≠ 0 or 0 < b
        error in ulp: more where the least part of the length is subnormal
        cancels from order 2 on: a² − b²; condition number (a² + b²) / abs(a² − b²)
        """
    @overload
    def atan2(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def arctan2(self: _T, b: float | Methods) -> _T:
        r"""y = atan2(a, b), in LaTeX \mathrm{atan2}(a, b)
        ∂y/∂a = b / (a^2 + b^2)
        ∂y/∂b = −a / (a^2 + b^2)
        smooth for a ≠ 0 or 0 < b
        error in ulp: more where the least part of the length is subnormal
        cancels from order 2 on: a² − b²; condition number (a² + b²) / abs(a² − b²)
        """
    @overload
    def arctan2(self: _T, b: SupportsFloat | Array) -> Any: ...
    @overload
    def hypot(self: _T, b: float | Methods) -> _T:
        r"""y = hypot(a, b), in LaTeX \sqrt{{a}^2 + {b}^2}
        ∂y/∂a = a / y
        ∂y/∂b = b / y
        smooth for a ≠ 0 or b ≠ 0
        error in ulp: more where the least part of the length is subnormal
        cancels from order 2 on: 1 − u² with u = a/y; condition number (1 + u²) / (1 − u²)
        """
    @overload
    def hypot(self: _T, b: SupportsFloat | Array) -> Any: ...
    def sinh(self: _T) -> _T:
        r"""y = sinh(a), in LaTeX \sinh a
        ∂y/∂a = cosh(a)
        smooth everywhere
        """
    def cosh(self: _T) -> _T:
        r"""y = cosh(a), in LaTeX \cosh a
        ∂y/∂a = sinh(a)
        smooth everywhere
        """
    def sech(self: _T) -> _T:
        r"""y = sech(a), in LaTeX \operatorname{sech} a
        ∂y/∂a = −y × tanh(a)
        smooth everywhere
        error in ulp: all digits beyond 709, where cosh overflows and 0 stands for at most 2.4e-308
        cancels from order 2 on: 1 − 2y²; condition number 1 / abs(1 − 2y²)
        """
    def tanh(self: _T) -> _T:
        r"""y = tanh(a), in LaTeX \tanh a
        ∂y/∂a = 1 − y^2
        smooth everywhere
        cancels from order 3 on: 1 − 3y²; condition number (1 + y²) / abs(1 − 3y²)
        """
    def asinh(self: _T) -> _T:
        r"""y = asinh(a), in LaTeX \operatorname{arsinh} a
        ∂y/∂a = 1 / sqrt(a^2 + 1)
        smooth everywhere
        cancels from order 3 on: 2a² − 1; condition number (4a² + 1) / abs(2a² − 1)
        """
    def arcsinh(self: _T) -> _T:
        r"""y = asinh(a), in LaTeX \operatorname{arsinh} a
        ∂y/∂a = 1 / sqrt(a^2 + 1)
        smooth everywhere
        cancels from order 3 on: 2a² − 1; condition number (4a² + 1) / abs(2a² − 1)
        """
    def acosh(self: _T) -> _T:
        r"""y = acosh(a), in LaTeX \operatorname{arcosh} a
        ∂y/∂a = 1 / sqrt(a^2 − 1)
        smooth for 1 < a
        """
    def arccosh(self: _T) -> _T:
        r"""y = acosh(a), in LaTeX \operatorname{arcosh} a
        ∂y/∂a = 1 / sqrt(a^2 − 1)
        smooth for 1 < a
        """
    def atanh(self: _T) -> _T:
        r"""y = atanh(a), in LaTeX \operatorname{artanh} a
        ∂y/∂a = 1 / (1 − a^2)
        smooth for −1 < a < 1
        """
    def arctanh(self: _T) -> _T:
        r"""y = atanh(a), in LaTeX \operatorname{artanh} a
        ∂y/∂a = 1 / (1 − a^2)
        smooth for −1 < a < 1
        """
    def erf(self: _T) -> _T:
        r"""y = erf(a), in LaTeX \operatorname{erf} a
        ∂y/∂a = 1.12838 × exp(−a^2)
        smooth everywhere
        cancels from order 3 on: 2a² − 1; condition number (2a² + 1) / abs(2a² − 1)
        """
    def erfc(self: _T) -> _T:
        r"""y = erfc(a), in LaTeX \operatorname{erfc} a
        ∂y/∂a = −1.12838 × exp(−a^2)
        smooth everywhere
        cancels from order 3 on: 2a² − 1; condition number (2a² + 1) / abs(2a² − 1)
        """
    def erfinv(self: _T) -> _T:
        r"""y = erfinv(a), in LaTeX \operatorname{erf}^{-1} a
        ∂y/∂a = 0.886227 × exp(y^2)
        smooth for −1 < a < 1
        error in ulp: 4 − 3·log(1 − abs(a)), at most 115 next to 1
        """
    def lgamma(self: _T) -> _T:
        r"""y = lgamma(a), in LaTeX \ln |\Gamma(a)|
        ∂y/∂a = digamma(a)
        smooth for a ≠ …, −3, −2, −1, 0
        error in ulp: more near its zeros at 1 and 2 and those below 0, where it is small against its slope
        cancels from order 1 on: for a < 0, ψ⁽ⁿ⁾(1 − a) and π·cot⁽ⁿ⁾(πa); condition number (abs(ψ⁽ⁿ⁾(1 − a)) + abs(π·cot⁽ⁿ⁾(πa))) / abs(ψ⁽ⁿ⁾(a))
        """
    def digamma(self: _T) -> _T:
        r"""y = digamma(a), in LaTeX \psi(a)
        ∂y/∂a = polygamma(1, a)
        smooth for a ≠ …, −3, −2, −1, 0
        cancels from order 1 on: for a < 0, ψ⁽ⁿ⁾(1 − a) and π·cot⁽ⁿ⁾(πa); condition number (abs(ψ⁽ⁿ⁾(1 − a)) + abs(π·cot⁽ⁿ⁾(πa))) / abs(ψ⁽ⁿ⁾(a))
        """
    @overload
    def polygamma(self: _T, a: float | Methods) -> _T:
        r"""y = polygamma(n, a), in LaTeX \psi^{(n)}(a)
        ∂y/∂n = 0
        ∂y/∂a = polygamma(floor(n) + 1, a)
        smooth for n = 0, 1, …, 100, a ≠ …, −2, −1, 0
        error in ulp: 8; more where the result is below 1e-300
        cancels from order 1 on: for a < 0, ψ⁽ⁿ⁾(1 − a) and π·cot⁽ⁿ⁾(πa); condition number (abs(ψ⁽ⁿ⁾(1 − a)) + abs(π·cot⁽ⁿ⁾(πa))) / abs(ψ⁽ⁿ⁾(a))
        """
    @overload
    def polygamma(self: _T, a: SupportsFloat | Array) -> Any: ...
    def sinc(self: _T) -> _T:
        r"""y = sinc(a), in LaTeX \frac{\sin \pi a}{\pi a}
        ∂y/∂a = sinc_derivative(1, a)
        smooth everywhere
        """
    @overload
    def sinc_derivative(self: _T, a: float | Methods) -> _T:
        r"""y = sinc_derivative(n, a), in LaTeX \mathrm{sinc}^{(n)}(a)
        ∂y/∂n = 0
        ∂y/∂a = sinc_derivative(floor(n) + 1, a)
        smooth for n = 0, 1, …, 20
        error in ulp: 16, from n = 6 on 16 + 2ⁿ of the greatest value: 1,048,592 for n = 20
        """
    @overload
    def sinc_derivative(self: _T, a: SupportsFloat | Array) -> Any: ...
    def logit(self: _T) -> _T:
        r"""y = logit(a), in LaTeX \ln \frac{a}{1 - a}
        ∂y/∂a = 1 / (a × (1 − a))
        smooth for 0 < a < 1
        cancels from order 2 on: a² − (1 − a)²; condition number (a² + (1 − a)²) / abs(1 − 2a)
        """
    @overload
    def logaddexp(self: _T, b: float | Methods) -> _T:
        r"""y = logaddexp(a, b), in LaTeX \ln(e^{a} + e^{b})
        ∂y/∂a = sigmoid(a − b)
        ∂y/∂b = sigmoid(b − a)
        smooth everywhere
        error in ulp: 4 + 2·(max − min): a rounding of the exponent
        cancels from order 3 on: 1 − 2p with p = σ(a − b); condition number 1 / abs(1 − 2p)
        """
    @overload
    def logaddexp(self: _T, b: SupportsFloat | Array) -> Any: ...
    def sigmoid(self: _T) -> _T:
        r"""y = sigmoid(a), in LaTeX \sigma(a)
        ∂y/∂a = y × (1 − y)
        smooth everywhere
        cancels from order 3 on: 1 − 6s with s = σ′(a); condition number (1 − 2s) / abs(1 − 6s)
        """
    def sigmoid_slope(self: _T) -> _T:
        r"""y = sigmoid_slope(a), in LaTeX \sigma'(a)
        ∂y/∂a = −y × tanh(a / 2)
        smooth everywhere
        cancels from order 2 on: 1 − 6y; condition number (1 − 2y) / abs(1 − 6y)
        """
    def logsigmoid(self: _T) -> _T:
        r"""y = logsigmoid(a), in LaTeX \ln \sigma(a)
        ∂y/∂a = sigmoid(−a)
        smooth everywhere
        cancels from order 4 on: 1 − 6s with s = σ′(a); condition number (1 − 2s) / abs(1 − 6s)
        """
    def softplus(self: _T) -> _T:
        r"""y = softplus(a), in LaTeX \ln(1 + e^{a})
        ∂y/∂a = sigmoid(a)
        smooth everywhere
        cancels from order 4 on: 1 − 6s with s = σ′(a); condition number (1 − 2s) / abs(1 − 6s)
        """
    def softsign(self: _T) -> _T:
        r"""y = softsign(a), in LaTeX \frac{a}{1 + |a|}
        ∂y/∂a = (1 / (1 + abs(a)))^2
        smooth for a ≠ 0
        """
    def silu(self: _T) -> _T:
        r"""y = silu(a), in LaTeX a \sigma(a)
        ∂y/∂a = sigmoid(a) × (1 + a × sigmoid(−a))
        smooth everywhere
        cancels from order 1 on: σ + a·σ′, 0 at −1.28; condition number (σ + abs(a·σ′)) / abs(σ + a·σ′)
        """
    def gelu(self: _T) -> _T:
        r"""y = gelu(a), in LaTeX a \Phi(a)
        ∂y/∂a = (1 + erf(a / 1.41421)) / 2 + a × exp(−a^2 / 2) / 2.50663
        smooth everywhere
        error in ulp: 4 + 2a²: the rounding of a/√2, magnified by erfc
        cancels from order 1 on: Φ + a·φ, 0 at −0.75; condition number (Φ + abs(a·φ)) / abs(Φ + a·φ)
        """
    @overload
    def elu(self: _T, alpha: float | Methods = 1.0) -> _T:
        r"""y = elu(a, alpha), in LaTeX \mathrm{ELU}_{\mathrm{alpha}}(a)
        ∂y/∂a = where(0 < a, 1, alpha × exp(a))
        ∂y/∂alpha = where(0 < a, 0, expm1(a))
        smooth for a ≠ 0
        """
    @overload
    def elu(self: _T, alpha: SupportsFloat | Array = 1.0) -> Any: ...
    def selu(self: _T) -> _T:
        r"""y = selu(a), in LaTeX \mathrm{SELU}(a)
        ∂y/∂a = 1.0507 × where(0 < a, 1, 1.67326 × exp(a))
        smooth for a ≠ 0
        """
    def mish(self: _T) -> _T:
        r"""y = mish(a), in LaTeX a \tanh \ln(1 + e^{a})
        ∂y/∂a = tanh(softplus(a)) + a × sech(softplus(a))^2 × sigmoid(a)
        smooth everywhere
        error in ulp: 4 + 2a for a > 0: the exponent of sech², 604 at 300, of a part of the slope that is 0 next to 1
        cancels from order 1 on: t + a·t′ with t = tanh(softplus(a)), 0 at −1.19; condition number (t + abs(a·t′)) / abs(t + a·t′)
        """
