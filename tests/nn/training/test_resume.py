"""Runs that resume from a checkpoint, also after a kill at any moment."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

import nn

RUN = """
import random, sys, time
import nn

random.seed(3)
model = nn.MLP(2, [6, 1], activation="tanh", dropout=0.2)
average = nn.WeightAverage(model.parameters(), decay=0.9)

def report(history):
    print(len(history), flush=True)
    time.sleep(float(sys.argv[2]))

history = nn.fit(
    model, nn.data.moons(20), loss=lambda scores, labels: nn.bce_with_logits(scores, labels),
    validation=nn.data.moons(10, seed=1), optimizer=lambda ps: nn.Adam(ps, lr=0.02), epochs=30, batch_size=4,
    schedule=nn.schedules.exponential(0.02, 0.01), callbacks=[average, report], seed=7,
    checkpoint=sys.argv[1], resume=True, keep=False,
)
print(*(p.data.hex() for p in model.parameters()), *(m.hex() for m in average.mean), history["loss"][-1].hex())
"""


def start(path, pause=0.0):
    command = [sys.executable, "-c", RUN, str(path), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_a_run_killed_many_times_equals_one_never_killed(tmp_path):
    rng = random.Random()
    path, kills = tmp_path / "run.json", 0
    with start(tmp_path / "whole.json") as whole:
        expected = whole.stdout.readlines()[-1]
    assert len(expected.split()) == 2 * 25 + 1
    for _ in range(40):
        with start(path, pause=0.002) as process:
            line, far = "", rng.randint(1, 6)
            for seen, line in enumerate(process.stdout):
                if seen == far and not line.startswith("30"):
                    time.sleep(rng.random() * 0.01)  # in the middle of an epoch or a write
                    process.send_signal(signal.SIGKILL)
        kills += process.returncode == -signal.SIGKILL
        if process.returncode == 0:
            break
    assert kills >= 3
    assert line == expected
    assert json.loads(path.read_text())["rows"] == json.loads((tmp_path / "whole.json").read_text())["rows"]


TWO = ([[1.0], [2.0]], [1.0, 3.0])


def fit(path, **options):
    model = nn.Neuron(1, nonlin=False)
    settings = {"loss": nn.mse, "optimizer": nn.Adam, "epochs": 3, "progress": False, "resume": True}
    return nn.fit(model, TWO, checkpoint=path, **{**settings, **options})


def change(**parts):
    return lambda text: json.dumps(json.loads(text) | parts)


def change_within(part, **values):
    return lambda text: json.dumps((content := json.loads(text)) | {part: content[part] | values})


REFUSED = [
    (lambda text: text[: len(text) // 2], "not a glassgrad checkpoint: truncated, or not JSON"),
    (lambda text: "", "not a glassgrad checkpoint: truncated, or not JSON"),
    (lambda text: "[1, 2]", "its format is not 'glassgrad checkpoint'"),
    (change(format="glassgrad model"), "its format is not 'glassgrad checkpoint'"),
    (change(version=2), "this glassgrad reads checkpoints of version 1, not 2"),
    (lambda text: json.dumps({k: v for k, v in json.loads(text).items() if k != "random"}), "'random' is missing"),
    (change(random=[3, [1, 2], None]), "state vector"),
    (change(random="no"), "unpack"),
    (change_within("parameters", more=1.0), "unknown: 'more'"),
    (change_within("parameters", b="x"), r"state\['b'\]: expected a number, got str 'x'"),
    (change(parameters=[1.0]), "parameters"),
    (change_within("optimizer", kind="SGD"), "state: expected one of Adam, got one of 'SGD'"),
    (change_within("optimizer", memory={"means": [0.0]}), "expected steps and"),
    (change_within("optimizer", memory={"means": [0.0], "squares": [0.0, 0.0]}), "state: expected 2 of means, got 1"),
    (change_within("optimizer", memory={"means": [0.0, "x"], "squares": [0.0, 0.0]}), "memory: expected a number"),
    (change_within("settings", samples=5), "it is of another run: expected"),
    (change(best=[1]), "unpack"),
    (change(rows="none"), "no attribute 'items'"),
    (change(callbacks=[None, None]), "callbacks: expected the 2 of the run, got 0"),
    (change(settings=None), "settings: expected a table, got None"),
    (change(callbacks=None), "expected a list, got None"),
    (change(best=[1, 1.0, [0.0]]), "best: expected 2 weights, got 1"),
    (change(rows=[{"loss": 1.0}, {"lr": 1.0}]), "rows: expected one of the same names for each epoch"),
    (change(random=[3, [-1] * 625, None]), "random: expected words of 32 bits"),
    (change_within("optimizer", steps=-5), "steps: expected a whole number of at least 0, got -5"),
    (change_within("optimizer", memory={"means": [10**400, 0.0], "squares": [0.0, 0.0]}), "int too large|range"),
]


@pytest.mark.parametrize(("damage", "message"), REFUSED)
def test_a_file_that_does_not_fit_is_rejected_and_kept(tmp_path, damage, message):
    path = tmp_path / "run.json"
    fit(path, seed=1)
    path.write_text(damaged := damage(path.read_text()))
    model = nn.Neuron(1, nonlin=False)
    before, state = model.state_dict(), random.getstate()
    optimizer = nn.Adam(model.parameters())
    with pytest.raises(ValueError, match=message) as caught:
        nn.fit(model, TWO, loss=nn.mse, optimizer=optimizer, epochs=9, checkpoint=path, resume=True, seed=1)
    assert str(caught.value).startswith(str(path))
    assert path.read_text() == damaged
    assert (model.state_dict(), random.getstate(), optimizer.steps) == (before, state, 0)


def test_a_run_resumes_where_it_was_and_a_finished_run_stays_finished(tmp_path):
    random.seed(2)
    whole = fit(tmp_path / "a.json", epochs=6)
    random.seed(2)
    fit(tmp_path / "b.json", epochs=2)
    rest = fit(tmp_path / "b.json", epochs=6)
    assert rest.weights() == whole.weights()
    assert rest.rows == whole.rows
    again = fit(tmp_path / "b.json", epochs=6)
    assert (again.weights(), again.stopped, len(again)) == (whole.weights(), "epochs", 6)
    anew = fit(tmp_path / "b.json", epochs=1, resume=False)
    assert len(anew) == 1


def test_a_run_on_other_data_is_another_run(tmp_path):
    fit(tmp_path / "a.json")
    other = nn.Neuron(1)
    with pytest.raises(ValueError, match="it is of another run"):
        nn.fit(other, ([[1.0], [2.0]], [1.0, 3.5]), loss=nn.mse, optimizer=nn.Adam, checkpoint="a.json", resume=True)


def test_patience_is_kept_over_a_resume(tmp_path):
    held_out = ([[1.0], [2.0]], [-1.0, -3.0])
    random.seed(2)
    options = {"validation": held_out, "patience": 3, "optimizer": lambda ps: nn.SGD(ps, lr=0.2), "epochs": 50}
    whole = fit(tmp_path / "a.json", **options)
    random.seed(2)
    for epochs in (2, 4, 50):
        parts = fit(tmp_path / "b.json", **{**options, "epochs": epochs})
    assert (parts.stopped, parts.best_epoch, len(parts)) == (whole.stopped, whole.best_epoch, len(whole))
    assert whole.stopped == "patience"
    assert parts.weights() == whole.weights()


def test_second_order_state_is_kept(tmp_path):
    def run(path, epochs):
        model = nn.MLP(1, [2, 1], activation="tanh")
        data = nn.data.sample(lambda x: x * x, n=6)
        options = {"loss": nn.mse, "optimizer": nn.LBFGS, "checkpoint": path, "resume": True, "progress": False}
        return nn.fit(model, data, epochs=epochs, **options).weights()

    random.seed(1)
    whole = run(tmp_path / "a.json", 8)
    random.seed(1)
    run(tmp_path / "b.json", 3)
    assert run(tmp_path / "b.json", 8) == whole


def mean_squares(outputs, targets):
    return nn.mse(outputs, targets)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"optimizer": lambda ps: nn.Adam(ps, lr=0.5)}, "optimizer"),
        ({"optimizer": lambda ps: nn.Adam(ps, betas=(0.8, 0.999))}, "optimizer"),
        ({"optimizer": lambda ps: nn.Adam(ps, weight_decay=0.1)}, "optimizer"),
        ({"loss": mean_squares}, "loss"),
        ({"seed": 2}, "seed"),
        ({"penalty": lambda ps: nn.l2(ps, 1.0)}, "penalty"),
        ({"clip_norm": 1.0}, "clip_norm"),
        ({"clip_value": 1.0}, "clip_value"),
        ({"validation": TWO}, "validation"),
        ({"metrics": {"error": lambda p, t: 1.0}}, "metrics"),
        ({"schedule": lambda epoch: 0.1}, "schedule"),
    ],
)
def test_a_run_with_other_options_is_another_run(tmp_path, options, name):
    fit(tmp_path / "a.json")
    with pytest.raises(ValueError, match=f"it is of another run: expected {name}"):
        fit(tmp_path / "a.json", **options)
    fit(tmp_path / "a.json", epochs=5)


def test_a_schedule_is_identified_by_its_rates(tmp_path):
    fit(tmp_path / "a.json", schedule=nn.schedules.linear(1.0, 0.0, 40))
    with pytest.raises(ValueError, match=r"it is of another run: its schedule gave 0.975 in epoch 1, this one 0.9875"):
        fit(tmp_path / "a.json", schedule=nn.schedules.linear(1.0, 0.0, 80), epochs=6)


def test_each_restart_and_each_pair_has_a_checkpoint_of_its_own(tmp_path):
    def make():
        return nn.Neuron(1, nonlin=False)

    options = {"loss": nn.mse, "optimizer": nn.Adam, "epochs": 3, "progress": False, "resume": True}
    scores = {
        nn.restarts(2, make, TWO, seed=5, checkpoint=tmp_path / "run.json", **options).best_score for _ in range(2)
    }
    assert sorted(os.listdir(tmp_path)) == ["run-0.json", "run-1.json"]
    assert scores == {nn.restarts(2, make, TWO, seed=5, **{**options, "resume": False}).best_score}
    model, X = nn.Autoencoder(2, [2, 1]), [[0.0, 1.0], [1.0, 0.0]]
    model.pretrain(X, optimizer=nn.Adam, epochs=1, progress=False, checkpoint=tmp_path / "pair.json")
    assert {"pair-0.json", "pair-1.json"} < set(os.listdir(tmp_path))
