"""Matrix products recognised in sums of products."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from autograd.replay.contract import contract


def product(r, c, k, a=100, b=1000):
    return [[(a + i * k + t, b + j * k + t) for t in range(k)] for i in range(r) for j in range(c)]


def shapes(pools):
    return sorted((len(pool), *pool[0].shape) for pool in pools)


def test_a_matrix_product_is_recognised_in_any_order_of_nodes_and_terms():
    nodes = product(3, 4, 5)
    assert shapes(contract(nodes)) == [(1, 3, 4, 5)]
    assert shapes(contract([pairs[::-1] for pairs in nodes[::-1]])) == [(1, 3, 4, 5)]


def test_products_of_one_shape_are_one_batch_and_each_node_has_its_place():
    nodes = product(2, 3, 4) + product(2, 3, 4, 5000, 6000)
    [pool] = contract(nodes)
    found = {n: (a, b) for block in pool for n, a, b in block.products()}
    assert len(pool) == 2
    for n, pairs in enumerate(nodes):
        assert set(zip(*found[n], strict=True)) == set(pairs)


def test_the_border_of_a_convolution_is_padded_with_zeros():
    image, kernel = range(10, 20), range(1, 4)
    nodes = [
        [(w, image[i + w - 2]) for w in kernel if 0 <= i + w - 2 < len(image)]
        for i in range(len(image))
    ]  # fmt: skip  # a picture of the loops
    [[block]] = contract(nodes)
    assert block.shape == (1, 10, 3)
    assert (block.b[0], block.b[-1]) == ((0, 10, 11), (18, 19, 0))


def test_causal_prefixes_are_padded_too():
    nodes = [[(100 * t + s, 50 + 10 * j + s) for s in range(t + 1)] for t in range(1, 5) for j in range(3)]
    assert shapes(contract(nodes)) == [(1, 4, 3, 5)]


def test_what_is_mostly_holes_is_dissolved():
    nodes = [[(10 + k, 100 + k), (11 + k, 101 + k)] for k in range(0, 40, 3)]
    assert shapes(contract(nodes)) == [(14, 1, 1, 2)]
    chain = [[(10, 100)], [(10, 101)], [(11, 101)], [(11, 102)], [(12, 102)], [(12, 103)], [(13, 103)]]
    assert shapes(contract(chain)) == [(7, 1, 1, 1)]


@given(
    st.lists(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=5), min_size=1, max_size=9)
)
@example([[(1, 2), (3, 4)], [(1, 2), (3, 4)]])
def test_a_contraction_computes_what_was_asked_also_twice(nodes):
    a, b = np.arange(7.0) ** 2, 1 + np.arange(7.0)
    a[0] = b[0] = 0
    found = {}
    for pool in contract(nodes):
        for block in pool:
            values = a[np.array(block.a)] @ b[np.array(block.b)].T
            found |= {n: value for n, value in zip(block.nodes, values.ravel(), strict=True) if n is not None}
    assert [found[n] for n in range(len(nodes))] == [sum(a[i] * b[j] for i, j in pairs) for pairs in nodes]
