"""The recorder for HIPS autograd, in an environment that has it: values and gradients are those of that package."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from autograd.graph import Trace

ROOT = Path(__file__).parents[2]
PYTHON = os.environ.get("HIPS_PYTHON", "")
SCRIPT = """
import json, sys
import autograd, autograd.numpy as np
import record_hips_autograd as recorder

def network(w, b, x):
    h = np.tanh(np.dot(w, x) + b)
    return np.sum(h**2) / 2 + np.max(h) * np.where(x[0] > 0, x[0], 0.0)

def softmax_loss(z):
    return np.log(np.sum(np.exp(z))) - z[1]

functions = [
    (lambda x, w: -x * w + 3 / x - w**x, (2.0, 3.0)),
    (lambda x: np.exp(x) * np.log(x) + np.sin(x) * x, (0.5,)),
    (lambda x: x + 0.0 * x, (1.5,)),
    (lambda x: np.array([x, 2 * x, x * x])[::-1][0] + x, (1.5,)),
    (lambda a: np.linalg.det(a) + np.trace(np.linalg.inv(a)), (np.array([[2.0, 1.0], [0.5, 3.0]]),)),
    (lambda x: np.sum(np.maximum(x, 0.0)), (np.array([-1.0, 2.0]),)),
    (network, (np.array([[0.1, 0.2], [0.3, -0.4], [1.0, 0.7]]), np.array([0.5, -0.1, 0.2]), np.array([0.5, -1.0]))),
    (softmax_loss, (np.array([0.5, -1.0, 2.0]),)),
]
found = []
for f, inputs in functions:
    grads = [np.ravel(autograd.grad(f, k)(*inputs)).tolist() for k in range(len(inputs))]
    found.append([recorder.record(f, *inputs), float(f(*inputs)), sum(grads, [])])
refused = []
for f, inputs in [(lambda x: 3.0, (1.0,)), (lambda x: x * 2, (np.ones(2),)), (lambda x: np.sum(x), (np.ones(3000),))]:
    try:
        recorder.record(f, *inputs)
    except (TypeError, ValueError) as error:
        refused.append(str(error))
json.dump([found, refused], sys.stdout)
"""


@pytest.fixture(scope="module")
def answers():
    run = [PYTHON, "-c", SCRIPT]
    result = subprocess.run(run, cwd=ROOT / "examples", env={"PATH": ""}, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.peer
@pytest.mark.skipif(not PYTHON, reason="HIPS_PYTHON is no Python that has HIPS autograd")
class TestRecorder:
    """What the other environment wrote."""

    def test_values_and_gradients_are_those_of_hips_autograd(self, answers):
        for text, value, grads in answers[0]:
            trace = Trace.from_json(text)
            found = [grad for row, grad in zip(trace.graph.rows, trace.grads, strict=True) if row.op is None]
            assert trace.data[-1] == pytest.approx(value, rel=1e-12)
            assert found == pytest.approx(grads, rel=1e-12)

    def test_each_trace_is_drawn(self, answers):
        import viz

        for text, *_ in answers[0]:
            trace = Trace.from_json(text)
            assert str(viz.explain(trace)).count("∂L/∂") >= len(trace.graph.rows)
            assert "<svg" in viz.step(trace).svg()

    def test_what_is_no_trace_is_refused_in_words(self, answers):
        independent, array, large = answers[1]
        assert "depends on its inputs, got 3.0" in independent
        assert "return its sum" in array
        assert "at most 2000 numbers" in large
