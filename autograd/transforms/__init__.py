"""Turn a function into its gradient, Jacobian or Hessian."""

from .dual import Dual, fresh_tag
from .forward import jvp
from .matrices import hessian, hvp, jacobian
from .reverse import grad, value_and_grad, vjp

__all__ = ["Dual", "fresh_tag", "grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]
