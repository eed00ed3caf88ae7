"""A child Python with limits: whatever its code does, the parent gets a plain outcome, and nothing is left over."""

import os
import sys
import time
from pathlib import Path

import pytest

from autograd.sandbox import MOST, run_limited

pytestmark = pytest.mark.skipif(sys.platform == "emscripten", reason="the browser's Python has no processes")
on_unix = pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of Unix")

DEEP = "def deep(n):\n    return deep(n + 1)\nimport sys\nsys.setrecursionlimit(10**9)\ndeep(0)"
TALE = "class Tale(Exception):\n    def __str__(self):\n        raise ValueError\nraise Tale"
BODIES = {  # what a function does: how its child ends, and a part of the detail
    "return 3": ("done", ""),
    "yield 1\nyield {'a': [2.5, None, 'x']}": ("done", ""),
    "import sys\nsys.exit(0)": ("exited", "SystemExit(0)"),
    "import sys\nsys.exit('gone')": ("exited", "SystemExit()"),
    "import os\nos._exit(3)": ("exited", "code 3"),
    "import os\nos._exit(0)": ("exited", "code 0 before it was done"),
    "import os\nos.closerange(3, 200)": ("exited", "code 1"),
    "raise KeyboardInterrupt": ("raised", "KeyboardInterrupt"),
    "raise NameError('no such thing')": ("raised", "raised NameError: no such thing (target.py, line 3)"),
    TALE: ("raised", "raised Tale (target.py, line"),
    "raise ValueError('x' * 10**6)": ("raised", "x" * 900),
    "return object()": ("raised", "JSON"),
    "return {1, 2}": ("raised", "JSON"),
    f"return 'x' * {MOST}": ("raised", "results of more than 16,000,000 bytes"),
    "input()": ("raised", "EOFError"),
    "while True: pass": ("time", "took longer than 1 s"),
    "import time\nwhile True:\n    try: time.sleep(100)\n    except BaseException: pass": ("time", "took longer"),
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(100)": ("time", "took longer"),
    "x = bytearray(10**11)": ("memory", "needed more than 512 MB"),
    "x = []\nwhile True: x.append(bytearray(10**7))": ("memory", "needed more than 512 MB"),
    "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)": ("crashed", "crashed with SIGSEGV"),
    "import sys\nsys.stdout.close()\nsys.stderr.close()\nreturn 1": ("done", ""),
    "import os\nos.close(1)\nos.close(2)\nreturn 1": ("done", ""),
    "import sys\nsys.stdout = None\nreturn 1": ("done", ""),
    "import threading, time\nthreading.Thread(target=time.sleep, args=[100]).start()\nreturn 1": ("done", ""),
    "import os\nos.fork()\nyield 1": ("done", ""),
    "import os, time\nos.fork() or time.sleep(100)\nyield 1": ("done", ""),
    "import os\nos.abort()": ("crashed", "SIGABRT"),
}
LIMITED = ("memory", "crashed")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the body of a function in a child."""
    monkeypatch.syspath_prepend(tmp_path)

    def run(body, *args, before="", **limits):
        lines = [before, "def target(*args):", *(f"    {line}" for line in body.splitlines())]
        Path("target.py").write_text("\n".join(lines), encoding="utf-8")
        return run_limited("target:target", *args, **{"seconds": 20, "megabytes": 512, **limits})

    return run


@on_unix
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_whatever_a_function_does_has_a_plain_outcome(run, body):
    ending, detail = BODIES[body]
    outcome = run(body, seconds=1 if ending == "time" else 20)
    if ending not in LIMITED or sys.platform == "linux":
        assert outcome.ending == ending, outcome
        assert detail in outcome.detail
        assert len(outcome.detail) < 1100
        assert bool(outcome.detail) == (ending != "done")


@on_unix
def test_recursion_to_a_crash_is_described(run):
    assert run(DEEP, megabytes=100).ending in ("crashed", "raised", "memory")  # as the Python is


def test_results_are_those_until_the_end(run):
    assert run("yield args\nyield 1\nraise ValueError", 2.5, None, ["x"]).results == [[2.5, None, ["x"]], 1]
    assert run("yield 1\nwhile True: pass", seconds=0.5).results == [1]
    assert run("return float('inf')").results == [float("inf")]


@on_unix
@pytest.mark.parametrize("fork", ["os.fork()", "os.fork() and os.fork()"])
def test_a_fork_reports_nothing_of_its_own(run, fork):
    assert run(f"import os\nyield 1\n{fork}\nyield 2\nyield 3").results in ([1, 2, 3], [1])  # or it was in the fork


def test_garbage_on_both_streams_is_never_read_as_a_result(run):
    before = "import os, sys\nprint('at import')\nos.write(1, bytes(range(256)))\nprint('[\"result\", 7]')"
    assert run("print('later', file=sys.stderr)\nreturn 1", before=before).results == [1]
    assert run("while True: print('x' * 1000)", seconds=1).ending == "time"


@on_unix
def test_what_the_function_started_ends_with_it(run):
    outcome = run("import os, time\npid = os.fork()\npid or time.sleep(100)\nreturn pid")
    for _ in range(200):
        try:
            os.kill(outcome.results[0], 0)
        except ProcessLookupError:
            break
        status = Path(f"/proc/{outcome.results[0]}/stat")
        if status.exists() and ") Z" in status.read_text():
            break  # ended, and not yet collected by the first process
        time.sleep(0.02)
    else:
        raise AssertionError("the fork still runs")


@on_unix
def test_a_grandchild_that_leaves_the_group_and_holds_the_streams_does_not_hold_the_parent(run):
    assert run("import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(3)\nreturn 1").results == [1]


@on_unix
def test_a_child_ends_by_itself_when_its_parent_is_gone(run):
    assert 20 < run("import signal\nreturn signal.alarm(0)").results[0] <= 25


def test_an_argument_must_be_plain_data():
    with pytest.raises(TypeError, match="JSON"):
        run_limited("math:sqrt", 2j)


def test_the_limits_and_streams_of_the_child(run):
    body = "import os, sys, threading\nreturn [sys.stdin.read(), os.environ['MPLBACKEND'], threading.active_count()]"
    assert run(body).results == [["", "Agg", 1]]


def test_modules_of_the_current_folder_are_not_imported_in_place_of_others(tmp_path, monkeypatch):
    Path("json.py").write_text("raise SystemExit(9)", encoding="utf-8")
    assert run_limited("math:sqrt", 4.0).results == [2.0]


@pytest.mark.parametrize(
    ("target", "detail"),
    [("nomodule:f", "ModuleNotFoundError"), ("math:no", "AttributeError"), ("math", "AttributeError")],
)
def test_a_target_that_does_not_exist_is_described(target, detail):
    outcome = run_limited(target)
    assert outcome.ending == "raised"
    assert detail in outcome.detail


@pytest.mark.parametrize("name", ["seconds", "megabytes"])
@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf")])
def test_a_limit_must_be_positive(name, limit):
    with pytest.raises(ValueError, match=f"^{name}: expected a positive number below 1e6, got "):
        run_limited("math:sqrt", 4.0, **{name: limit})
