"""PyTorch's calls are recorded with the numbers that they had, and can be repeated."""

import pytest

torch = pytest.importorskip("torch")
from autograd.foreign.dispatched import copy, expect_readable, listed, recorded  # noqa: E402  # it needs PyTorch

pytestmark = pytest.mark.peer


def test_a_node_is_found_with_its_call_also_where_a_copy_comes_first():
    x = torch.tensor([1.0, -2.0], requires_grad=True)
    with recorded() as recorder:
        y = (x * 3).clamp_min_(0)
        z = torch.add(y, x, alpha=2)
    call, out, place = recorder.find(y.grad_fn, 0)
    assert (call.name, listed(out), place) == ("clamp_min", [3.0, 0.0], 0)
    call, out, place = recorder.find(z.grad_fn, 0)
    assert (call.name, call.constants, listed(out)) == ("add", {"alpha": 2}, [5.0, -4.0])
    assert call.edges[:2] == [recorder.edge_of(y), recorder.edge_of(x)]


def test_numbers_are_those_of_the_moment_of_a_call():
    x = torch.tensor([1.0], requires_grad=True)
    with recorded() as recorder, torch.no_grad():
        y = x * 2
        y.add_(1)
    first = recorder.calls[min(recorder.calls)]
    assert [listed(out) for call in first for _, out, _ in call.outputs] == [[2.0], [3.0]]


def test_a_call_is_repeated_on_other_numbers_and_draws_the_same():
    x = torch.tensor([-1.0, -2.0, -3.0], requires_grad=True)
    with recorded() as recorder:
        y = torch.nn.functional.rrelu(x, training=True)
    call, out, place = recorder.find(y.grad_fn, 0)
    state = torch.get_rng_state()
    numbers = [v for a in call.args if isinstance(a, torch.Tensor) for v in listed(a)]
    assert listed(call.repeat(numbers, place)[1]) == listed(out)
    assert torch.equal(torch.get_rng_state(), state)


def test_large_and_foreign_tensors_are_not_copied_and_refused_when_read():
    large = torch.zeros(3000)
    assert copy(large) is large
    with pytest.raises(ValueError, match=r"got one of float32, strided, on meta; write x.cpu\(\)"):
        expect_readable(torch.zeros(1, device="meta"))
