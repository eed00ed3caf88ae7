"""What the corpus is made of: backward passes of layers with a known fault, and right ones in unusual styles.

``forward(*inputs) -> (out, cache)`` and ``backward(dout, cache) -> gradients``, a tuple with one for each input that is
an array of floats, in their order. Labels are integers, come last and have no gradient. A loss is one number.
Of kind "inplace", the values of a first call are right. Of kind "stale", those of a call are right if no other call of
forward comes before or between.

Half A is for those who write a checker; half B is for reports on how well it does, and nobody adjusts anything to it.
Part C was written later than the checker, without a look at it, and is for reports, too.
"""

from collections.abc import Callable
from dataclasses import dataclass

LAYERS = ("affine", "relu", "softmax", "svm", "batch_norm", "layer_norm", "convolution", "lstm", "attention")

KINDS = {
    "added": "the upstream is added, not multiplied",
    "axis": "a sum or broadcast runs along the wrong axis",
    "clipped": "large entries are cut off",
    "flipped": "entries are in reverse along an axis",
    "formula": "the local derivative is another function",
    "ignored": "the upstream is not used",
    "inplace": "an input, the upstream or the cache is changed",
    "mask": "entries that should be zero, or weights that should be masked, are not",
    "order": "gradients, or blocks of one, are in another order",
    "overwritten": "= where += is meant, so that only one contribution is left",
    "rounded": "entries are cut to integers",
    "scale": "all entries, or all of one channel, have a constant factor too much or too few",
    "shape": "the values are right, in an array of another shape",
    "shifted": "entries are moved along an axis",
    "sign": "the sign is wrong, of all or of one term",
    "squared": "the upstream is multiplied twice",
    "stale": "the backward pass uses what another call of forward has left",
    "term": "one path from the input to the output is forgotten",
    "transposed": "two axes are exchanged",
}


IN_PLACE = r"in place|in-place|changed|modif"
MEAN = r"\bmean's (term|path)|(term|path) of the mean\b"
ORDER = r"swap|\border\b(?! of magnitude)|permut"
STALE = r"stale|\bstate\b|(other|another|earlier|later|previous|first|last|next) (call|forward)"


@dataclass(frozen=True)
class Fault:
    """A faulty backward pass and the right one of the same layer."""

    name: str
    backward: Callable
    kind: str  # one of KINDS
    phrase: str | None  # a regular expression for a good report, in any case; None: no simple transformation fits
    layer: str  # one of LAYERS
    forward: Callable
    right: Callable
    make: Callable  # of a numpy.random.Generator: a list of inputs, a tuple for each shape; one or more show the fault


@dataclass(frozen=True)
class Right:
    """A right backward pass that looks unusual and must not be accused."""

    name: str
    layer: str
    forward: Callable
    backward: Callable
    make: Callable
    tolerance: float = 1e-6  # relative
