"""Half A: to build a reader of engines on."""

from tests.corpora.engines.half_a import (
    closure_set,
    closure_set_faults,
    composite,
    const_subclass,
    creator,
    dataclass_pull,
    deep_recursion,
    equal_by_value,
    forward_mode,
    holder,
    left_right,
    per_parent,
    printing_random,
    raising_properties,
    slots_enum,
    stored_pairs,
    stored_pairs_faults,
    subclasses,
    subclasses_faults,
    tape_global,
)

MODULES = (
    closure_set, stored_pairs, subclasses, slots_enum, dataclass_pull, left_right, per_parent, creator, tape_global,
    forward_mode, equal_by_value, raising_properties, printing_random, holder, const_subclass, deep_recursion,
    composite,
)  # fmt: skip
ENGINES = tuple(module.ENGINE for module in MODULES)
CONVENTIONS = tuple(entry for module in MODULES for entry in module.CONVENTIONS)
FAULTS = (*closure_set_faults.FAULTS, *stored_pairs_faults.FAULTS, *subclasses_faults.FAULTS)
