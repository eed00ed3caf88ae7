"""Files of models: exact floats, whole files, and errors with the reason."""

import json
import math
import os
import random
import signal
import subprocess
import sys
import time

import pytest

import nn
from nn.training import checkpoint

WRITER = """
import sys
from nn.training import checkpoint

k = 0
while True:
    k += 1
    checkpoint.write_json(sys.argv[1], "model", parameters={str(i): k + i / 7 for i in range(2000)})
    print(k, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path):
    rng, path = random.Random(), tmp_path / "model.json"
    for _ in range(12):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(rng.random() * 0.02)
            process.send_signal(signal.SIGKILL)
        numbers = checkpoint.read_json(path, "model")["parameters"]
        assert len({round(x - int(i) / 7, 6) for i, x in numbers.items()}) == 1  # all from one write
        assert len(numbers) == 2000


def test_floats_are_restored_to_the_last_bit(tmp_path):
    model, other = nn.Neuron(6), nn.Neuron(6)
    exact = [0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf, math.pi, math.nan]
    for p, x in zip(model.parameters(), exact, strict=True):
        p.data = x
    nn.save(tmp_path / "m.json", model)
    nn.restore(tmp_path / "m.json", other)
    assert [p.data.hex() for p in other.parameters()] == [x.hex() for x in exact]


def test_a_failing_write_leaves_the_old_file(tmp_path, monkeypatch):
    path, model = tmp_path / "m.json", nn.Neuron(2)
    nn.save(path, model)
    path.chmod(0o640)
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, full)
            with pytest.raises(OSError, match="No space left"):
                nn.save(path, nn.Neuron(2))
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == ["m.json"]
    nn.save(path, nn.Neuron(2))
    assert path.read_bytes() != before
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o640


def change(**parts):
    return lambda text: json.dumps(json.loads(text) | parts)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda text: text[:-1], "not a glassgrad model: truncated"),
        (change(version=99), "this glassgrad reads models of version 1, not 99"),
        (change(parameters={}), "missing: 'w.0'"),
        (lambda text: json.dumps({"format": "glassgrad model", "version": 1}), "'parameters' is missing"),
    ],
)
def test_a_file_of_another_model_is_rejected(tmp_path, spoil, message):
    path, model = tmp_path / "m.json", nn.Neuron(2)
    nn.save(path, model)
    path.write_text(spoil(path.read_text()))
    before = model.state_dict()
    with pytest.raises(ValueError, match=message):
        nn.restore(path, model)
    assert model.state_dict() == before
    with pytest.raises(FileNotFoundError):
        nn.restore(tmp_path / "none.json", model)


def test_the_rest_of_a_killed_write_is_overwritten(tmp_path):
    model = nn.Neuron(1)
    (tmp_path / ".m.json.part").write_text("half a fi")
    nn.save(tmp_path / "m.json", model)
    assert os.listdir(tmp_path) == ["m.json"]
