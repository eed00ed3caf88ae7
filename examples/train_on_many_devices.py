"""Train a network in parallel on all devices that JAX finds, on one machine or on several.

    python examples/train_on_many_devices.py
    XLA_FLAGS=--xla_force_host_platform_device_count=4 python examples/train_on_many_devices.py

On a cluster, start it once on each machine, with the address of the first machine:

    python examples/train_on_many_devices.py --coordinator 10.0.0.1:1234 --processes 2 --process 0
    python examples/train_on_many_devices.py --coordinator 10.0.0.1:1234 --processes 2 --process 1
"""

import argparse

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import autograd


def loss(w, x, y):
    """Return the squared error of one sample, written for scalars."""
    hidden = [autograd.dot(row, x, b).tanh() for row, b in zip(w["w1"], w["b1"], strict=True)]
    return (autograd.dot(w["w2"], hidden) - y) ** 2


parser = argparse.ArgumentParser()
parser.add_argument("--coordinator")
parser.add_argument("--processes", type=int, default=1)
parser.add_argument("--process", type=int, default=0)
options = parser.parse_args()

jax.config.update("jax_enable_x64", True)
if options.coordinator:
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(options.coordinator, options.processes, options.process)

devices = Mesh(np.array(jax.devices()), ("samples",))
split = NamedSharding(devices, PartitionSpec("samples"))  # each device holds a part of the samples
whole = NamedSharding(devices, PartitionSpec())  # and all weights

rng = np.random.default_rng(0)
inputs = rng.normal(size=(64, 3))
targets = np.sin(inputs.sum(axis=1))
start = {"w1": rng.normal(size=(8, 3)), "b1": np.zeros(8), "w2": rng.normal(size=8)}


def place(array, sharding):
    """Return a JAX array of which each device holds its part."""
    return jax.make_array_from_callback(array.shape, sharding, lambda index: array[index])


x, y = place(inputs, split), place(targets, split)
weights = {name: place(array, whole) for name, array in start.items()}
gradient = autograd.compile(autograd.value_and_grad(loss), batch=("x", "y"))


@jax.jit
def step(weights, x, y):
    """Return the error and the weights after one step; JAX sums the gradient over the devices."""
    error, slope = gradient(weights, x, y)
    return error, {name: weights[name] - 0.1 * slope[name] for name in weights}


for k in range(10):
    error, weights = step(weights, x, y)
    print("step", k, float(error))
