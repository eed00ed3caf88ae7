"""The lectures, items 17 to 20: δ, numerical gradients, vectors, cost."""

import math
import random
import tracemalloc
from itertools import pairwise

import pytest

import nn
import viz
from autograd import Value, dot, gradcheck, jacobian, no_grad, sigmoid, trace
from autograd import sum as total
from autograd.graph.trace import Chain

# 17. δ, derived step by step


class Net:
    """A net of sigmoids with hidden layers and outputs y; E = ½Σ(y − t)²."""

    def __init__(self, sizes):
        self.weights = [
            [[Value(random.uniform(-1, 1)) for _ in range(m)] for _ in range(n)] for m, n in pairwise(sizes)
        ]

    def __call__(self, x, t):
        self.x, self.t, self.nets, self.outs = x, t, [], []
        for rows in self.weights:
            self.nets.append([dot(row, x) for row in rows])
            x = [v.sigmoid() for v in self.nets[-1]]
            self.outs.append(x)
        return total([(y - d) ** 2 / 2 for y, d in zip(x, t, strict=True)])

    def deltas(self):
        """Return ∂E/∂net from the last layer to the first, by the lecture's formulas.

        They are (y − t)y(1 − y) for an output, and (Σ δw)·h(1 − h) for a hidden unit.
        """
        outs = [[v.data for v in layer] for layer in self.outs]
        found = [[(y - d) * y * (1 - y) for y, d in zip(outs[-1], self.t, strict=True)]]
        for rows, h in zip(self.weights[:0:-1], outs[-2::-1], strict=True):
            back = [sum(d * row[j].data for d, row in zip(found[0], rows, strict=True)) for j in range(len(h))]
            found.insert(0, [g * v * (1 - v) for g, v in zip(back, h, strict=True)])
        return found


def test_17_the_conventions_of_delta_on_a_net_with_two_hidden_layers():
    net = Net([2, 3, 2, 2])
    net([0.5, -0.3], [0.9, 0.1]).backward()
    deltas = net.deltas()
    for layer, delta in zip(net.nets, deltas, strict=True):
        assert [v.grad for v in layer] == pytest.approx(delta)  # ∂J/∂z = ∂E/∂a of the sum: the node before σ
    y = net.outs[-1]
    assert [v.grad for v in y] == pytest.approx([v.data - d for v, d in zip(y, net.t, strict=True)])  # ∂E/∂ the output
    inputs = [net.x, *([v.data for v in layer] for layer in net.outs[:-1])]
    for rows, delta, z in zip(net.weights, deltas, inputs, strict=True):
        for row, d in zip(rows, delta, strict=True):
            assert [w.grad for w in row] == pytest.approx([d * v for v in z])  # ∂E/∂w = δ · what the weight multiplies


def test_17_delta_with_the_other_sign_is_added_to_the_weights():
    """Check that Δw = +ηδ·input is a step of SGD, for Duda and Hart's δ = −∂E/∂net.

    δ is (t − z)f'(net) for an output, and f'(net)Σwδ for a hidden unit.
    """
    net, eta = Net([2, 3, 2, 2]), 0.5
    net([0.5, -0.3], [0.9, 0.1]).backward()
    outs, delta = [[v.data for v in layer] for layer in net.outs], []
    for layer in reversed(range(3)):
        if not delta:
            errors = [t - z for z, t in zip(outs[-1], net.t, strict=True)]
        else:
            errors = [
                sum(row[j].data * d for row, d in zip(net.weights[layer + 1], delta[0], strict=True))
                for j in range(len(outs[layer]))
            ]
        delta.insert(0, [e * z * (1 - z) for e, z in zip(errors, outs[layer], strict=True)])
        assert delta[0] == pytest.approx([-v.grad for v in net.nets[layer]])
    weights = [(w, d * z) for rows, ds, x in zip(net.weights, delta, [net.x, *outs], strict=False)
               for row, d in zip(rows, ds, strict=True) for w, z in zip(row, x, strict=True)]  # fmt: skip
    wanted = [w.data + eta * change for w, change in weights]
    nn.SGD([w for w, _ in weights], lr=eta).step()
    assert [w.data for w, _ in weights] == pytest.approx(wanted)


def two_two_one(w, v, x, z0, t):
    b = v[0] * x[0] + v[1] * x[1]
    z1 = sigmoid(b)
    y = sigmoid(w[0] * z0 + w[1] * z1)
    return z1, y, (y - t) ** 2 / 2


def test_17_the_two_two_one_example():
    w, v, x, z0, t = [Value(0.4), Value(-0.7)], [Value(0.3), Value(0.8)], [0.6, -1.1], 0.9, 1.0
    z1, y, error = two_two_one(w, v, x, z0, t)
    error.backward()
    delta = (y.data - t) * y.data * (1 - y.data)
    assert w[0].grad == pytest.approx(delta * z0)
    assert w[1].grad == pytest.approx(delta * z1.data)
    for i in 0, 1:
        assert v[i].grad == pytest.approx(delta * w[1].data * z1.data * (1 - z1.data) * x[i])


def test_17_an_instance_with_the_lectures_gradient():
    """Solve for weights with the lecture's gradient.

    Equal gradients of w0 and w1 require z1 = z0; then δ = y²(1 − y) = 0.09/z0, solved for y by bisection.
    """
    z0, low, high = 0.9, 0.0, 2 / 3
    delta = 0.09 / z0
    for _ in range(60):
        y = (low + high) / 2
        low, high = (y, high) if y * y * (1 - y) < delta else (low, y)
    to_z0, to_y = math.log(z0 / (1 - z0)), math.log(y / (1 - y))
    w1 = 0.002 / (delta * z0 * (1 - z0))
    w, v = [Value(to_y / z0 - w1), Value(w1)], [Value(to_z0 / 2), Value(to_z0 / 2)]
    two_two_one(w, v, [1.0, 1.0], z0, 0.0)[2].backward()
    assert [n.grad for n in (*w, *v)] == pytest.approx([0.09, 0.09, 0.002, 0.002], rel=1e-9)


def update_worked_net(lr=1.0):
    """Return weights of λ, Ω → A, B, C → α, β after a step of engine and of rules."""
    net, t = Net([2, 3, 2]), [0.9, 0.2]
    net([0.35, 0.9], t).backward()
    before = [[[w.data for w in row] for row in rows] for rows in net.weights]
    nn.SGD([w for rows in net.weights for row in rows for w in row], lr=lr).step()
    after = [[[w.data for w in row] for row in rows] for rows in net.weights]
    lam, omega = net.x
    a, b, c = (v.data for v in net.outs[0])
    alpha, beta = (v.data for v in net.outs[1])
    d_alpha, d_beta = alpha * (1 - alpha) * (t[0] - alpha), beta * (1 - beta) * (t[1] - beta)
    (wa_alpha, wb_alpha, wc_alpha), (wa_beta, wb_beta, wc_beta) = before[1]
    new_alpha = [wa_alpha + lr * d_alpha * a, wb_alpha + lr * d_alpha * b, wc_alpha + lr * d_alpha * c]
    new_beta = [wa_beta + lr * d_beta * a, wb_beta + lr * d_beta * b, wc_beta + lr * d_beta * c]

    def hidden(to_alpha, to_beta):
        d = [h * (1 - h) * (d_alpha * p + d_beta * q) for h, p, q in zip((a, b, c), to_alpha, to_beta, strict=True)]
        return [[w[0] + lr * e * lam, w[1] + lr * e * omega] for w, e in zip(before[0], d, strict=True)]

    return after, [new_alpha, new_beta], hidden(*before[1]), hidden(new_alpha, new_beta)


def test_17_the_update_rules_of_the_worked_net_are_one_step_of_sgd():
    after, outputs, hidden, _ = update_worked_net()
    for mine, theirs in zip([*after[1], *after[0]], [*outputs, *hidden], strict=True):
        assert mine == pytest.approx(theirs, rel=1e-12)


def test_17_but_not_if_the_hidden_errors_use_the_new_output_weights():
    after, _, hidden, too_late = update_worked_net()
    assert [w for row in too_late for w in row] != pytest.approx([w for row in after[0] for w in row], rel=1e-4)
    assert [w for row in too_late for w in row] == pytest.approx(
        [w for row in hidden for w in row], rel=0.2
    )  # so the mistake is hard to see


# 18. Numerical against analytic gradient


def test_18_numerical_is_slow_and_approximate_analytic_is_exact_but_error_prone():
    net = nn.MLP(2, [3, 1], activation="tanh")
    parameters = net.parameters()

    def loss(*numbers):
        for p, number in zip(parameters, numbers, strict=True):
            p.data = number
        return nn.mse(net([0.5, -1.0]), 0.3).data

    def backward(*numbers):
        loss(*numbers)
        net.zero_grad()
        nn.mse(net([0.5, -1.0]), 0.3).backward()
        return [p.grad for p in parameters]

    report = gradcheck(loss, [p.data for p in parameters], grad=backward)
    assert report.verdict == "PASS"
    assert report.evaluations > 2 * len(parameters)  # compared with one forward and one backward pass
    assert all(0 < check.error < 1e-6 for check in report.checks)
    with_a_slip = gradcheck(loss, [p.data for p in parameters], grad=lambda *at: [-g for g in backward(*at)])
    assert with_a_slip.verdict == "FAIL"


# 19. Gradients for vectorised code


def matrix(rows, name):
    return [[Value(v, label=f"{name}{i}{j}") for j, v in enumerate(row)] for i, row in enumerate(rows)]


def test_19_f_is_the_squared_norm_of_w_x():
    W = matrix([[0.1, 0.5], [-0.3, 0.8]], "W")
    x = [Value(v, label=f"x{i}") for i, v in enumerate((0.2, 0.4))]
    q = [dot(row, x) for row in W]
    f = dot(q, q)
    f.backward()
    assert [v.data for v in q] == pytest.approx([0.22, 0.26])
    assert f.data == pytest.approx(0.116)
    assert [[w.grad for w in row] for row in W] == [pytest.approx([0.088, 0.176]), pytest.approx([0.104, 0.208])]
    assert [v.grad for v in x] == pytest.approx([-0.112, 0.636])
    assert [v.grad for v in q] == pytest.approx([0.44, 0.52])  # ∇q = 2q
    outer = [[2 * a.data * b.data for b in x] for a in q]  # ∇W = 2q·xᵀ has the shape of W
    assert [w.grad for row in W for w in row] == pytest.approx([v for row in outer for v in row])


def test_19_the_jacobian_view():
    W = [[0.1, 0.5], [-0.3, 0.8]]
    assert jacobian(lambda x: [dot(row, x) for row in W])([0.2, 0.4]) == W
    relus = jacobian(lambda x: [v.relu() for v in x])([1.0, -2.0, 3.0])
    assert relus == [[1, 0, 0], [0, 0, 0], [0, 0, 1]]  # diagonal, because the operation is elementwise


def test_19_scores_hinge_loss_and_regularisation_as_one_drawn_graph():
    W = matrix([[0.2, -0.5], [1.5, 1.3], [0.0, 0.25]], "W")
    x = [1.0, -2.0]
    scores = [dot(row, x) for row in W]
    data_loss = nn.multi_hinge(scores, 1)
    penalty = nn.l2([w for row in W for w in row], 0.1)
    loss = data_loss + penalty
    loss.backward()
    s = [sum(a.data * b for a, b in zip(row, x, strict=True)) for row in W]
    assert data_loss.data == pytest.approx(sum(max(0, 1 + s[j] - s[1]) for j in (0, 2)))
    on = [1 + s[j] - s[1] > 0 for j in range(3)]
    ds = [float(on[0]), -float(on[0] + on[2]), float(on[2])]
    for row, d in zip(W, ds, strict=True):
        assert [w.grad for w in row] == pytest.approx([d * v + 0.1 * w.data for v, w in zip(x, row, strict=True)])
    drawn = viz.graph(loss).svg()
    assert all(f">W{i}{j}<" in drawn for i in "₀₁₂" for j in "₀₁")


# 20. Backpropagation as dynamic programming


def double_paths(layers):
    """Return x and y ← (y + y)/2, repeated; each layer doubles the paths to x."""
    x = y = Value(3.0)
    for _ in range(layers):
        y = (y + y) * 0.5
    return x, y


def sum_over_paths(root, leaf):
    """Return the sum over all paths, and its number of multiplications."""
    if root is leaf:
        return 1.0, 0
    gradient, multiplications = 0.0, 0
    for a, local in zip(root.args, root.locals, strict=True):
        if isinstance(a, Value):
            below, more = sum_over_paths(a, leaf)
            gradient += local * below
            multiplications += 1 + more
    return gradient, multiplications


def test_20_multiplications_against_paths():
    counts = []
    for layers in 4, 8:
        x, y = double_paths(layers)
        gradient, by_paths = sum_over_paths(y, x)
        y.backward()
        assert x.grad == gradient == 1.0
        steps = sum(isinstance(s, Chain) for s in trace(y).steps)
        assert steps == 3 * layers  # one for each edge
        counts.append(by_paths / steps)
    assert counts[1] > 8 * counts[0]


def test_20_two_to_the_sixty_paths_in_linear_time():
    x, y = double_paths(60)
    n_paths = {0: 1}
    edges = trace(y).edges
    for edge in edges:
        n_paths[edge.dst] = n_paths.get(edge.dst, 0) + n_paths[edge.src]
    assert max(n_paths.values()) == 2**60
    assert len(edges) == 180
    y.backward()
    assert x.grad == 1.0


def test_20_the_memory_it_trades_for_speed():
    def measure_memory(n):
        tracemalloc.start()
        y = Value(1.0)
        for _ in range(n):
            y = y * 1.01
        used = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return used

    once, twice = measure_memory(2000), measure_memory(4000)
    assert twice / once == pytest.approx(2, rel=0.1)
    with no_grad():
        assert measure_memory(4000) < twice / 20
