"""Generate data and prepare it for training."""

from .datasets import digits, iris, names
from .generators import Points, blobs, circles, gauss, moons, next_steps, noisy_sine, sample, spiral, xor
from .preprocessing import DataWarning, MinMaxScaler, StandardScaler, batches, check_data, one_hot, split

__all__ = [
    "DataWarning", "MinMaxScaler", "Points", "StandardScaler", "batches", "blobs", "check_data", "circles", "digits",
    "gauss", "iris", "moons", "names", "next_steps", "noisy_sine", "one_hot", "sample", "spiral", "split", "xor",
]  # fmt: skip  # one name a line would be longer than the imports
