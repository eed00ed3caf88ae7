"""Twenty right backward passes in unusual styles, none of which may be accused."""

from tests.corpora.backward_faults.entry import Right
from tests.helpers.optional_numpy import np


def softmax(x):
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def arrays(*sizes):
    return lambda rng: [tuple(rng.normal(size=size) for size in sizes)]


def scores(n, classes):
    return lambda rng: [(rng.normal(size=(n, classes)), rng.integers(classes, size=n))]


def halves(n, d):
    return lambda rng: [(rng.normal(size=(n, d)), np.arange(d) % 2)]


AFFINE = arrays((5, 3), (3, 4), (4,))
NORM = arrays((6, 4), (4,), (4,))


def affine(x, w, b):
    return x @ w + b, (x, w)


def affine_einsum(dout, cache):
    x, w = cache
    return np.einsum("ij,kj->ik", dout, w), np.einsum("ik,ij->kj", x, dout), np.einsum("ij->j", dout)


def affine_loops(dout, cache):
    x, w = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1])
    for n, m in np.ndindex(*dout.shape):
        for d in range(len(w)):
            dx[n, d] += dout[n, m] * w[d, m]
            dw[d, m] += dout[n, m] * x[n, d]
        db[m] += dout[n, m]
    return dx, dw, db


def affine_float32(dout, cache):
    x, w = (a.astype(np.float32) for a in cache)
    dout = dout.astype(np.float32)
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def affine_views(dout, cache):
    x, w = cache
    both = np.vstack((x.T, np.ones(len(x)))) @ dout  # dw and db are views of one array
    dx = np.empty(x.shape, order="F")
    np.matmul(w, dout.T, out=dx.T)
    return dx, both[:-1], both[-1]


def affine_of_images(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)


def affine_of_images_back(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), (dout.T @ x.reshape(len(x), -1)).T, dout.sum()  # b is one number


def relu(x):
    return np.where(x > 0, x, 0), x > 0


def relu_own_copy(dout, positive):
    dout = dout.copy()
    dout[~positive] = 0
    return (dout,)


def relu_backwards(dout, positive):
    dx = np.zeros(dout.size)
    for n in range(dout.size - 1, -1, -1):
        if positive.flat[n]:
            dx[n] = dout.flat[n]
    return (dx[::-1].copy()[::-1].reshape(dout.shape),)


def softmax_rows(x):
    p = softmax(x)
    return p, p


def softmax_jacobian(dout, p):
    jacobian = np.einsum("ni,ij->nij", p, np.eye(p.shape[1])) - np.einsum("ni,nj->nij", p, p)
    return (np.einsum("nij,ni->nj", jacobian, dout),)


def cross_entropy(x, y):
    p = softmax(x)
    return -np.mean(np.log(np.take_along_axis(p, y[:, None], 1))), (p, np.eye(x.shape[1])[y])


def cross_entropy_as_a_chain(dout, cache):
    p, one_hot = cache
    dp = -dout * one_hot / p / len(p)
    dp -= np.sum(dp * p, axis=1, keepdims=True)
    dp *= p
    return (dp,)


def hinge(x, y):
    loss = 0.0
    for row, label in zip(x, y, strict=True):
        loss += sum(max(0.0, row[j] - row[label] + 1) for j in range(len(row)) if j != label)
    return loss, (x, y)  # a sum: not divided by rows


def hinge_loops(dout, cache):
    x, y = cache
    dx = np.zeros_like(x)
    for i, label in enumerate(y):
        for j in range(x.shape[1]):
            if j != label and x[i, j] - x[i, label] + 1 > 0:
                dx[i, j] = dout
                dx[i, label] -= dout
    return (dx,)


def hinge_rows(x, y):  # y says which columns count for a row, and which against it
    signs = 2.0 * y - 1
    return np.maximum(0, 1 - x @ signs), (x @ signs < 1, signs)


def hinge_rows_back(dout, cache):
    violated, signs = cache
    return (-np.multiply.outer(dout * violated, signs),)


running = {"mean": 0.0, "var": 1.0}


def batch_norm(x, gamma, beta):
    mean, var = x.mean(0), x.var(0)
    running["mean"] = 0.9 * running["mean"] + 0.1 * mean.mean()  # state that is meant
    running["var"] = 0.9 * running["var"] + 0.1 * var.mean()
    return gamma * (x - mean) / np.sqrt(var + 1e-5) + beta, (x, mean, var + 1e-5, gamma)


def batch_norm_staged(dout, cache):
    x, mean, var, gamma = cache
    n = len(x)
    dgamma, dbeta = (dout * (x - mean)).sum(0) / np.sqrt(var), dout.sum(0)
    dxhat = dout * gamma
    dvar = (dxhat * (x - mean)).sum(0) * -0.5 * var**-1.5
    dmean = -dxhat.sum(0) / np.sqrt(var) - dvar * 2 * (x - mean).sum(0) / n
    return dxhat / np.sqrt(var) + dvar * 2 * (x - mean) / n + dmean / n, dgamma, dbeta


def batch_norm_projected(dout, cache):
    x, mean, var, gamma = cache
    xhat = (x - mean) / np.sqrt(var)
    basis = np.ones_like(x), xhat
    dx = dout - sum(b * np.einsum("ij,ij->j", b, dout) for b in basis) / len(x)
    dx *= gamma / np.sqrt(var)
    return dx, np.einsum("ij,ij->j", dout, xhat), np.ones(len(x)) @ dout


def layer_norm(x, gamma, beta):
    std = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    xhat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * xhat + beta, (xhat, std, gamma)


def layer_norm_jacobians(dout, cache):
    xhat, std, gamma = cache
    d = len(gamma)
    dx = []
    for xh, s, dy in zip(xhat, std, dout, strict=True):
        jacobian = (np.eye(d) - 1 / d - np.outer(xh, xh) / d) / s
        dx.append(jacobian @ (gamma * dy))
    return np.array(dx), np.diag(dout.T @ xhat), dout.sum(0)


def layer_norm_transposed(dout, cache):
    xhat, std, gamma = (np.transpose(a) for a in cache)
    dout = dout.T  # features come first from here on
    g = gamma[:, None] * dout
    dx = (g - g.mean(0) - xhat * (g * xhat).mean(0)) / std
    return dx.T, (dout * xhat).sum(1), dout.sum(1)


def convolution(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    return np.einsum("ncijab,fcab->nfij", windows, w), (x, w, windows)


def convolution_full(dout, cache):
    _, w, windows = cache
    a, b = w.shape[2:]
    padded = np.pad(dout, ((0, 0), (0, 0), (a - 1, a - 1), (b - 1, b - 1)))
    around = np.lib.stride_tricks.sliding_window_view(padded, (a, b), axis=(2, 3))
    dx = np.einsum("nfijab,fcab->ncij", around, w[:, :, ::-1, ::-1])
    return dx, np.einsum("nfij,ncijab->fcab", dout, windows)


def convolution_offsets(dout, cache):
    x, w, _ = cache
    rows, columns = dout.shape[2:]
    dx, dw = np.zeros_like(x), np.empty_like(w)
    for a, b in np.ndindex(*w.shape[2:]):
        inside = np.s_[:, :, a : a + rows, b : b + columns]
        dw[:, :, a, b] = np.tensordot(dout, x[inside], axes=([0, 2, 3], [0, 2, 3]))  # each offset once: = is right
        dx[inside] += np.moveaxis(np.tensordot(dout, w[:, :, a, b], axes=(1, 0)), -1, 1)
    return dx, dw


def lstm(x, h, c, w, b):
    z = np.concatenate((x, h), axis=1)
    a = z @ w + b
    m = h.shape[1]
    s, g = sigmoid(a[:, : 3 * m]), np.tanh(a[:, 3 * m :])
    i, f, o = s[:, :m], s[:, m : 2 * m], s[:, 2 * m :]
    c_next = f * c + i * g
    return o * np.tanh(c_next), (z, c, w, s, g, c_next)


def lstm_buffer(dout, cache):
    z, c, w, s, g, c_next = cache
    m = c.shape[1]
    i, f, o, t = s[:, :m], s[:, m : 2 * m], s[:, 2 * m :], np.tanh(c_next)
    da = np.empty((len(c), 4 * m))
    dc = dout * o
    dc *= 1 - t * t
    np.multiply(dc, g, out=da[:, :m])
    np.multiply(dc, c, out=da[:, m : 2 * m])
    np.multiply(dout, t, out=da[:, 2 * m : 3 * m])
    da[:, : 3 * m] *= s * (1 - s)
    da[:, 3 * m :] = dc * i * (1 - g * g)
    dz = da @ w.T
    return dz[:, :-m], dz[:, -m:], dc * f, z.T @ da, da.sum(0)  # dx and dh are views of one array


def attention(q, k, v):
    weights = softmax(q @ k.T / q.shape[1] ** 0.5)
    return weights @ v, (q, k, v, weights)


def attention_float32(dout, cache):
    q, k, v, weights = (a.astype("float32") for a in cache)
    dout = dout.astype("float32")
    ds = np.einsum("ts,te,se->ts", weights, dout, v)
    ds -= weights * np.einsum("ts->t", ds)[:, None]
    ds /= np.float32(q.shape[1]) ** np.float32(0.5)
    return np.einsum("ts,sd->td", ds, k), np.einsum("ts,td->sd", ds, q), np.einsum("ts,te->se", weights, dout)


def attention_rows(dout, cache):
    q, k, v, weights = cache
    dq, dk, dv = (np.zeros_like(a) for a in (q, k, v))
    for n, (p, d) in enumerate(zip(weights, dout, strict=True)):
        ds = (np.diag(p) - np.outer(p, p)) @ (v @ d) * q.shape[1] ** -0.5
        dq[n] = ds @ k
        dk += np.outer(ds, q[n])
        dv += np.outer(p, d)
    return dq, dk, dv


RIGHT = [
    Right("affine, einsum", "affine", affine, affine_einsum, AFFINE),
    Right("affine, loops", "affine", affine, affine_loops, AFFINE),
    Right("affine, float32", "affine", affine, affine_float32, AFFINE, 1e-5),
    Right("affine, column-major and views", "affine", affine, affine_views, AFFINE),
    Right("affine, images", "affine", affine_of_images, affine_of_images_back, arrays((2, 3, 2, 2), (12, 4), ())),
    Right("ReLU, a copy of dout", "relu", relu, relu_own_copy, arrays((4, 5))),
    Right("ReLU, from its end", "relu", relu, relu_backwards, arrays((3, 2, 4))),
    Right("softmax, Jacobians", "softmax", softmax_rows, softmax_jacobian, arrays((4, 5))),
    Right("cross-entropy, a chain", "softmax", cross_entropy, cross_entropy_as_a_chain, scores(4, 5)),
    Right("hinge, loops", "svm", hinge, hinge_loops, scores(6, 4)),
    Right(
        "hinge, one for each row",
        "svm",
        hinge_rows,
        hinge_rows_back,
        halves(5, 4),
    ),
    Right("batch norm, staged", "batch_norm", batch_norm, batch_norm_staged, NORM),
    Right("batch norm, projections", "batch_norm", batch_norm, batch_norm_projected, NORM),
    Right("layer norm, Jacobians", "layer_norm", layer_norm, layer_norm_jacobians, NORM),
    Right("layer norm, transposed", "layer_norm", layer_norm, layer_norm_transposed, NORM),
    Right("convolution, full", "convolution", convolution, convolution_full, arrays((2, 2, 5, 4), (3, 2, 3, 2))),
    Right("convolution, offsets", "convolution", convolution, convolution_offsets, arrays((2, 2, 5, 4), (3, 2, 3, 2))),
    Right("LSTM, buffers", "lstm", lstm, lstm_buffer, arrays((3, 2), (3, 4), (3, 4), (6, 16), (16,))),
    Right("attention, float32", "attention", attention, attention_float32, arrays((4, 3), (5, 3), (5, 2)), 1e-5),
    Right("attention, rows", "attention", attention, attention_rows, arrays((4, 3), (5, 3), (5, 2))),
]
