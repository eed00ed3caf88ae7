"""Functions of JAX's arrays become graphs of Values with the same values and gradients."""

import itertools
import random

import pytest

import viz
from autograd import adopt, examine
from autograd.engine import nodes_in_order

jax = pytest.importorskip("jax")
jnp, lax = jax.numpy, jax.lax
pytestmark = pytest.mark.peer


@pytest.fixture(autouse=True, scope="module")
def double():
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


def by_hand(root):
    return {node.op.name for node in nodes_in_order(root) if node.op and node.op.name.startswith("ƒ")}


def ours_and_theirs(f, *inputs):
    root = adopt(f, inputs)
    y, grads = jax.value_and_grad(f, tuple(range(len(inputs))))(*inputs)
    root.backward()
    leaves = {v.label: v for v in nodes_in_order(root) if v.op is None}
    ours, theirs = [root.data], [float(y)]
    for name, g in zip(f.__code__.co_varnames, grads, strict=False):
        for place, d in zip(itertools.product(*map(range, g.shape)), g.reshape(-1).tolist(), strict=True):
            label = name + "".join(f"[{i}]" for i in place)
            ours.append(leaves[label].grad if label in leaves else 0.0)
            theirs.append(d)
    return root, ours, theirs


def array(seed, *shape):
    return jax.random.normal(jax.random.key(seed), shape)


UNARY = [
    jnp.tanh, jnp.exp, jnp.sin, jax.nn.sigmoid, jax.nn.softplus, jax.nn.relu, jax.nn.gelu, jax.nn.silu, jnp.abs,
    jnp.square,
    jax.nn.softmax, jax.nn.log_softmax, lambda x: x * 3 - 1, lambda x: 2 / (x * x + 1), lambda x: jnp.sqrt(x * x + 1),
    jnp.cumsum, lax.stop_gradient, lambda x: jnp.where(x > 0, x, x * x), lambda x: jnp.clip(x, -0.5, 0.5),
    lambda x: x**3,
    lambda x: x[..., ::-1], lambda x: jnp.max(x) + x, lambda x: lax.rsqrt(x * x + 1), lambda x: jnp.mean(x) * x,
    jnp.ravel,
    jax.jit(lambda x: x * x), jax.checkpoint(jnp.sin), lambda x: lax.cond(x.sum() > 0, jnp.sin, jnp.cos, x),
]  # fmt: skip
BINARY = [
    jnp.add, jnp.subtract, jnp.multiply, jnp.maximum, jnp.arctan2, lambda a, b: a / (b * b + 1), jnp.logaddexp,
    lambda a, b: jnp.concatenate([a.ravel(), b.ravel()]), lambda a, b: jnp.outer(a, b), lambda a, b: jnp.sum(a * a) * b,
]  # fmt: skip


def program(seed):
    """Return a random function of three arrays that broadcast, with second uses."""

    def f(x, w, b):
        order = random.Random(seed)
        pool = [x, w, b]
        for _ in range(order.randint(3, 7)):
            a, c = order.choice(pool), order.choice(pool)
            if a.ndim and order.random() < 0.6:
                new = order.choice(UNARY)(a)
            else:
                try:
                    new = order.choice(BINARY)(a, c)
                except (TypeError, ValueError):  # shapes that do not fit
                    new = a + 1
            pool.append(new[..., :3] / 3 if new.ndim else new / 3)
        return sum(jnp.sum(t) for t in pool[-3:])

    return f


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_random_programs_have_the_same_values_and_gradients(seed):
    root, ours, theirs = ours_and_theirs(program(seed), array(seed, 2, 3), array(seed + 1, 3), array(seed + 2, 1))
    assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-9)
    assert by_hand(root) == set()


@jax.custom_vjp
def cube(x):
    return x**3


cube.defvjp(lambda x: (x**3, x), lambda x, g: (g * x * x,))


@jax.custom_jvp
def twice(x):
    return 2.0 * x


twice.defjvp(lambda primals, tangents: (2.0 * primals[0], 2.0 * tangents[0]))


def test_a_function_with_a_rule_of_its_own_is_one_node_and_compared_with_what_it_wraps():
    root, ours, theirs = ours_and_theirs(lambda x: cube(x) + twice(x), jnp.array(2.0))
    assert ours == theirs == [12.0, 6.0]
    nodes = {v.op.name: v for v in nodes_in_order(root) if v.op}
    assert (nodes["ƒ cube"].locals, nodes["ƒ cube"].wrapped) == ((4.0,), (12.0,))
    assert nodes["ƒ twice"].locals == nodes["ƒ twice"].wrapped
    (fault,) = examine(lambda x: cube(x) + twice(x), (jnp.array(2.0),)).faults
    assert str(fault) == "cube(2): its derivative is 4.000, right is 12.000"


def test_loops_are_one_node():
    root, ours, theirs = ours_and_theirs(
        lambda x: lax.scan(lambda c, y: (c * y, None), 1.0, x)[0], jnp.array([2.0, 3.0])
    )
    assert ours == theirs
    assert by_hand(root) == {"ƒ scan"}
    root = adopt(lambda x: lax.while_loop(lambda c: c < 10, lambda c: c * 2, x), (jnp.array(1.5),))
    assert (root.data, root.locals, by_hand(root)) == (12.0, (8.0,), {"ƒ while"})


def test_trees_of_inputs_are_labelled_and_drawn():
    p = {"w": jnp.ones((1, 2)), "b": [jnp.array(3.0)]}
    root = adopt(lambda p, k: jnp.sum(p["w"]) * p["b"][0] * k, (p, 2.0))
    assert {v.label for v in nodes_in_order(root) if v.op is None} == {"p['w'][0][0]", "p['w'][0][1]", "p['b'][0]", "k"}
    assert "tanh" in viz.table(lambda x: jnp.tanh(x), jnp.array(0.5))


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: jnp.sum(x[:, None] * x), "at most 2,000 numbers"),
        (lambda x: x, "one number as its result"),
        (lambda x: (x.sum(), x.sum()), "one real number as its result"),
        (lambda x: (x > 0).sum(), "one real number"),
        (lambda x: lax.stop_gradient(x).sum(), "no gradient flows"),
        (lambda x: jnp.abs(jnp.fft.fft(x)).sum(), "real numbers only"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(f, words):
    with pytest.raises((TypeError, ValueError), match=words):
        adopt(f, (jnp.ones(60),))
