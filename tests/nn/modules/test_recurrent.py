"""RNN: truncation, and sequences in parts."""

import pytest

import nn
from autograd import Value
from autograd import sum as total
from autograd.graph.pytree import leaves


def through_time(truncate, steps=6):
    rnn = nn.RNN(1, 2, init=lambda nin, nout: 0.5, truncate=truncate)
    x = [Value(0.3) for _ in range(steps)]
    _, last = rnn(x)
    total(last).backward()
    return rnn, x


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_truncated_backpropagation_goes_back_to_the_last_cut(k):
    _, x = through_time(k)
    cut = (len(x) - 1) // k * k
    assert all(v.grad == 0.0 for v in x[:cut])
    assert all(v.grad != 0.0 for v in x[cut:])
    _, full = through_time(None)
    assert [v.grad for v in x[cut:]] == [v.grad for v in full[cut:]]


def test_a_truncation_longer_than_the_sequence_is_full_backpropagation():
    (full, _), (same, _) = through_time(None), through_time(6)
    assert [p.grad for p in full.parameters()] == [p.grad for p in same.parameters()]


def test_a_sequence_may_be_fed_in_parts():
    rnn, x = nn.RNN(1, 3), [0.1, -0.5, 0.9, 0.2]
    whole, _ = rnn(x)
    first, h = rnn(x[:2])
    second, _ = rnn(x[2:], h)
    assert [v.data for v in leaves([*first, *second])] == [v.data for v in leaves(whole)]
