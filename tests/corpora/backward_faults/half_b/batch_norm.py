"""Batch norm of images (n, channels, height, width), each channel over all pixels of all images."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

PIXELS = (0, 2, 3)
EPS = 1e-5


def per_channel(a):
    return a[None, :, None, None]


def forward(x, gamma, beta):
    mean, var = x.mean(axis=PIXELS), x.var(axis=PIXELS)
    xhat = (x - per_channel(mean)) / np.sqrt(per_channel(var) + EPS)
    return per_channel(gamma) * xhat + per_channel(beta), (xhat, var, gamma)


def right(dout, cache):
    xhat, var, gamma = cache
    count = xhat.size // xhat.shape[1]
    dgamma, dbeta = (dout * xhat).sum(axis=PIXELS), dout.sum(axis=PIXELS)
    inside = dout - per_channel(dbeta) / count - xhat * per_channel(dgamma) / count
    return per_channel(gamma / np.sqrt(var + EPS)) * inside, dgamma, dbeta


def make(rng):
    sizes = [(3, 2, 4, 4), (2, 3, 2, 5)]
    scales = [rng.uniform(1, 4, size=(1, c, 1, 1)) for _, c, _, _ in sizes]
    return [
        (scale * rng.normal(size=size), rng.uniform(0.5, 2, size=size[1]), rng.normal(size=size[1]))
        for size, scale in zip(sizes, scales, strict=True)
    ]


def counts_images(dout, cache):
    xhat, var, gamma = cache
    n = dout.shape[0]  # as for a matrix; the mean is over n * height * width
    dbeta = np.sum(dout, axis=PIXELS)
    dgamma = np.sum(dout * xhat, axis=PIXELS)
    inside = n * dout - per_channel(dbeta) - xhat * per_channel(dgamma)
    dx = per_channel(gamma / np.sqrt(var + EPS)) / n * inside
    return dx, dgamma, dbeta


def divides_by_the_variance(dout, cache):
    xhat, var, gamma = cache
    dbeta = dout.sum(axis=PIXELS, keepdims=True)
    dgamma = (dout * xhat).sum(axis=PIXELS, keepdims=True)
    count = dout.size / dout.shape[1]
    dx = (dout - dbeta / count - xhat * dgamma / count) * per_channel(gamma)
    dx /= per_channel(var) + EPS  # no root
    return dx, dgamma.ravel(), dbeta.ravel()


def dgamma_is_a_sum_of_xhat(dout, cache):
    xhat, var, gamma = cache
    dxhat = dout * per_channel(gamma)
    mean = dxhat.mean(axis=PIXELS, keepdims=True)
    along = (dxhat * xhat).mean(axis=PIXELS, keepdims=True)
    dx = (dxhat - mean - along * xhat) / np.sqrt(per_channel(var) + EPS)
    dgamma = np.sum(xhat**2, axis=PIXELS)
    return dx, dgamma, np.sum(dout, axis=PIXELS)


def parameters_keep_four_axes(dout, cache):
    xhat, var, gamma = cache
    count = dout.size / gamma.size
    dbeta = dout.sum(axis=PIXELS, keepdims=True)
    dgamma = (dout * xhat).sum(axis=PIXELS, keepdims=True)
    std = np.sqrt(var + EPS).reshape(1, -1, 1, 1)
    dx = gamma.reshape(1, -1, 1, 1) / std * (dout - (dbeta + xhat * dgamma) / count)
    return dx, dgamma, dbeta


fault = partial(Fault, layer="batch_norm", forward=forward, right=right, make=make)
FAULTS = [
    fault("counts images, not pixels", counts_images, "formula", None),
    fault(
        "divides by the variance",
        divides_by_the_variance,
        "scale",
        r"(times|factor).*(channel|ax[ie]s|slice)|(channel|ax[ie]s|slice).*(times|factor)",
    ),
    fault("dgamma without dout", dgamma_is_a_sum_of_xhat, "ignored", r"upstream"),
    fault("dgamma and dbeta are (1, c, 1, 1)", parameters_keep_four_axes, "shape", r"shape"),
]
