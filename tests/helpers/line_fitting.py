"""Fit a line: the smallest training run, for the tests of fit and of optimizers."""

import nn

LINE = nn.data.sample(lambda x: 2 * x - 1, n=12, seed=3)
NOISY = nn.data.sample(lambda x: 2 * x - 1, n=12, noise=0.5, seed=3)


def line():
    """Return a model of one weight and one bias."""
    return nn.Neuron(1, nonlin=False)


def sgd(lr, **options):
    """Return a function from parameters to an SGD optimizer."""
    return lambda parameters: nn.SGD(parameters, lr=lr, **options)


def fit(model, data=LINE, **options):
    """Train a model with mean squared error and SGD for five epochs, without a progress bar."""
    return nn.fit(model, data, **{"loss": nn.mse, "optimizer": sgd(0.1), "epochs": 5, "progress": False, **options})
