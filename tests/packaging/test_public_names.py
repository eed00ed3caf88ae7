"""What users import stays where it is and what it is, whatever else is imported."""

import inspect
import pkgutil
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

import pytest

PROMISED = {
    "autograd.check": "Check GradientError Report Verdict assert_gradients derivative gradcheck",
    "autograd.diagnose": "Finding birth gradient_flow lint units",
    "autograd.engine": "Value",
    "autograd.oracles": "complex_step exact forward precise",
    "autograd.replay": "Compiled Flat Program compile",
    "autograd.strategies": "Expression arities expressions floats_in networks points",
    "autograd.teach": "Difference differences forget_zero_grad overwrite recurse",
    "nn.activations": "maxout noisy_relu sigmoid softmax threshold",
    "nn.classic": "AND NOT OR Adaline Circuit Formula McCullochPitts MulticlassPerceptron MultiplyGate Perceptron "
    "Region SigmoidGate SigmoidLayer approximate bumps greatest_error half_plane on_rows powers step tower",
    "nn.data": "blobs circles digits gauss iris moons names next_steps noisy_sine sample spiral xor",
    "nn.init": "scheme",
    "nn.metrics": "accuracy errors greatest",
    "nn.schedules": "exponential inverse_time linear step_decay",
    "viz.plots": "activation approximation curves decision_boundary descent functions histogram images surface "
    "templates",
}

#: Imports every module, and compares what each package offers with what it offered before.
EVERYTHING = """
import pkgutil, sys
import autograd, nn, viz
packages = autograd, nn, viz
names = [(p.__name__, name) for p in packages for name in sorted({*p.__all__, *dir(p)} - {"array", "compile"})]
public = {(package, name): getattr(sys.modules[package], name) for package, name in names}
missing = []
for package in packages:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        try:
            __import__(module.name)
        except ImportError as error:
            missing.append(f"{module.name}: {error}")
changed = [key for key, what in public.items() if getattr(sys.modules[key[0]], key[1]) is not what]
explained = "pip install -e", "named 'numpy'", "named 'torch'", "named 'jax'"
# NumPy of nn.training.compiled; autograd.replay explains it first
unexplained = [line for line in missing if not any(text in line for text in explained)]
assert len(public) > 150, len(public)
assert not changed and not unexplained, (changed, unexplained)
"""


def test_no_submodule_takes_the_place_of_a_public_name():
    run = subprocess.run([sys.executable, "-c", EVERYTHING], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_no_package_hides_a_module_behind_an_object_of_its_name():
    hidden, count = [], 0
    for package in map(import_module, ("autograd", "nn", "viz")):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            parent, _, name = found.name.rpartition(".")
            with suppress(ImportError):  # of an extra that is missing
                kept = getattr(import_module(parent), name, None)
                hidden += [found.name] * (kept is not None and not inspect.ismodule(kept))
                count += 1
    assert count > 150
    assert hidden == []


@pytest.mark.parametrize("path", PROMISED)
def test_a_public_module_has_what_it_promises(path):
    for needed, extra in (("autograd.replay", "numpy"), ("autograd.strategies", "hypothesis")):
        if path == needed and find_spec(extra) is None:
            pytest.skip(f"needs {extra}")
    module = import_module(path)
    assert [name for name in PROMISED[path].split() if not hasattr(module, name)] == []


def test_a_public_module_is_the_attribute_of_its_package():
    for path in PROMISED:
        package, _, name = path.partition(".")
        if name in import_module(package).__all__:
            assert getattr(import_module(package), name) is import_module(path)
