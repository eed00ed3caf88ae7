"""Turn a function into its gradient, Jacobian or Hessian."""
