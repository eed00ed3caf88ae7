"""Functions traced for a pass."""

from autograd.replay.tape import BATCHED, SHARED
from autograd.replay.tracing import trace_function


def traced(f, shared=1, batch=1):
    """Trace f on p0, …, x0, …; return the tape and the rows of what it returns."""

    def arguments(tape):
        return [tape.leaf(SHARED, k) for k in range(shared)] + [tape.leaf(BATCHED, k) for k in range(batch)]

    tape, result = trace_function(f, arguments, lambda batching, k: 1.0 + k)
    results = result if isinstance(result, list) else [result]
    return tape, [tape.row_of(None, 0, r) for r in results]
