"""Update weights from their gradients."""

from .averaging import WeightAverage
from .clipping import clip_grad_norm, clip_grad_value, clip_gradient
from .first_order import SGD, Adagrad, Adam, AdamW, RMSprop
from .minimizer import minimize
from .optimizer import Optimizer
from .second_order import LBFGS, Newton, SecondOrder

__all__ = [
    "LBFGS", "SGD", "Adagrad", "Adam", "AdamW", "Newton", "Optimizer", "RMSprop", "SecondOrder", "WeightAverage",
    "clip_grad_norm", "clip_grad_value", "clip_gradient", "minimize",
]  # fmt: skip  # one name a line would be longer than the imports
