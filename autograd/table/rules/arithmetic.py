"""Arithmetic on one or two numbers."""

from math import inf

from ...numbers import primitive
from ..op import register as row

R = ((-inf, inf),)
TWO_SIDES = ((-inf, 0), (0, inf))  # smooth on either side of a kink or a pole at 0

# fmt: off

add  = row("add",  "+", r"#1 + #2",        primitive, (R, R),         lambda y, a, b: 1,     lambda y, a, b: 1,
           symmetric=True)
sub  = row("sub",  "−", r"#1 - #2",        primitive, (R, R),         lambda y, a, b: 1,     lambda y, a, b: -1)
mul  = row("mul",  "×", r"#1 \cdot #2",    primitive, (R, R),         lambda y, a, b: b,     lambda y, a, b: a,
           symmetric=True)
div  = row("div",  "/", r"\frac{#1}{#2}",  primitive, (R, TWO_SIDES), lambda y, a, b: 1 / b, lambda y, a, b: -y / b,
           textbook=(None, lambda y, a, b: -a / b**2))
neg  = row("neg",  "−", r"-#1",            primitive, (R,),           lambda y, a: -1)
mod  = row("mod",  "%", r"#1 \bmod #2",    primitive, (R, TWO_SIDES), lambda y, a, b: 1,
           lambda y, a, b: -(a // b), kink=lambda a, b: mod(a, b), chooses=(1,))
square     = row("square",     "x²",  r"{#1}^2",       lambda a: a * a, (R,),         lambda y, a: 2 * a)
reciprocal = row("reciprocal", "1/x", r"\frac{1}{#1}", lambda a: 1 / a, (TWO_SIDES,), lambda y, a: -y * y,
                 textbook=(lambda y, a: -1 / a**2,))
