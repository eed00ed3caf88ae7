"""ReLU times a gain of √2, which keeps the variance of normal inputs."""

from functools import partial

from tests.corpora.backward_faults.entry import Fault
from tests.helpers.optional_numpy import np

GAIN = np.sqrt(2)


def forward(x):
    return GAIN * np.maximum(x, 0), x


def right(dout, cache):
    return (GAIN * dout * (cache > 0),)


def make(rng):
    arrays = [rng.normal(size=(3, 7)), rng.normal(size=(4, 2, 3))]
    return [(x + 0.1 * np.sign(x),) for x in arrays]  # away from the kink


def signs_of_the_upstream(dout, cache):
    dx = GAIN * dout
    dx[dout <= 0] = 0  # for cache <= 0
    return (dx,)


def slope_alone(dout, cache):
    x = cache
    return (np.where(x > 0, GAIN, 0.0),)  # "the derivative of a ReLU is a step"


def no_gain(dout, cache):
    dx = dout.copy()
    dx[cache <= 0] = 0
    return (dx,)


fault = partial(Fault, layer="relu", forward=forward, right=right, make=make)
FAULTS = [
    fault(
        "zero where dout is negative",
        signs_of_the_upstream,
        "formula",
        r"mask|should (not )?be (zero|0)|(positive|negative|\bsign\b).*upstream|upstream.*(positive|negative|\bsign\b)",
    ),
    fault("the slope alone", slope_alone, "ignored", r"upstream|(ignores?|without|independent of) dout"),
    fault("no gain", no_gain, "scale", r"(times|too) small|times smaller|\b0\.\d+ times|constant factor|factor of"),
]
