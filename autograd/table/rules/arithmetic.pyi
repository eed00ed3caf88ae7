"""Arithmetic on one or two numbers.

Made from the table by tools/make_stubs.py, so change the rows or that file.
"""
from typing import Any

from ..op import Op
R: Any
TWO_SIDES: Any
add: Op
sub: Op
mul: Op
div: Op
neg: Op
mod: Op
square: Op
reciprocal: Op
