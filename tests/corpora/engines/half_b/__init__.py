"""Half B: to report with."""

from tests.corpora.engines.half_b import (
    closure_tuple,
    closure_tuple_faults,
    consumers,
    dict_by_parent,
    generator_pull,
    grad_fn,
    grad_fn_faults,
    history,
    history_faults,
    lazy,
    method_parents,
    named_tuple,
    no_gradients,
    odd_hash,
    operands_tree,
    own_functions,
    rule_table,
    stateful,
    tape_object,
    x_y,
)

MODULES = (
    closure_tuple, grad_fn, history, rule_table, method_parents, dict_by_parent, x_y, named_tuple, generator_pull, lazy,
    consumers, odd_hash, stateful, tape_object, operands_tree, own_functions, no_gradients,
)  # fmt: skip
ENGINES = (*(module.ENGINE for module in MODULES), lazy.UNEVALUATED)
CONVENTIONS = tuple(entry for module in MODULES for entry in module.CONVENTIONS)
FAULTS = (*closure_tuple_faults.FAULTS, *grad_fn_faults.FAULTS, *history_faults.FAULTS)
