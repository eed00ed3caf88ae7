"""Run someone's code in a Python of its own, with limits of time and memory.

This is no security boundary: the code may use every file and the network, as its user may. The limits stop accidents,
such as an endless loop. What the code returns comes back as JSON, never as a pickle.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from math import ceil
from pathlib import Path
from typing import Any, Literal, cast

SERIAL = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # each thread reserves memory
GRACE = 5  # seconds after which a child ends itself if its parent is gone
Ending = Literal["done", "raised", "exited", "crashed", "time", "memory"]
MOST = 16_000_000  # bytes of results


@dataclass(frozen=True)
class Outcome:
    """The end of a child, and its results until then.

    Attributes:
        ending: "done", "raised" an error, "exited" early, "crashed" by a signal, out of "time" or out of "memory".
        detail: The same in words, for a message; "" if it is done.
        results: What the function yielded or returned until then.
    """

    ending: Ending
    detail: str = ""
    results: list[Any] = field(default_factory=list)


def run_limited(target: str, *args: Any, seconds: float = 60.0, megabytes: int = 4096) -> Outcome:
    """Return what happened when a child ran a function.

    The child has no input or output, imports from the folders that this process does, and is killed with its children.

    Args:
        target: A function as "package.module:function", which may be a generator.
        *args: Its arguments, plain data.
        seconds: How long it may run.
        megabytes: How much address space it may have; not limited on Windows, and not always on macOS.

    Raises:
        TypeError: If an argument is not plain data.
        ValueError: If a limit is not a positive number below 1e6.

    >>> run_limited("math:sqrt", 2.25).results
    [1.5]
    >>> run_limited("math:sqrt", -1.0).ending
    'raised'
    """
    for name, limit in (("seconds", seconds), ("megabytes", megabytes)):
        if not 0 < limit < 1e6:
            raise ValueError(f"{name}: expected a positive number below 1e6, got {limit!r:.40}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        request = {"target": target, "args": args, "path": sys.path, "seconds": seconds, "megabytes": megabytes}
        Path(folder, "request").write_text(json.dumps(request), encoding="utf-8")
        child = subprocess.Popen(
            [sys.executable, "-P", __file__, folder],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict.fromkeys(SERIAL, "1") | {"MPLBACKEND": "Agg"} | os.environ | {"PYTHONIOENCODING": "utf-8:replace"},
            start_new_session=True,
        )
        try:
            code: int | None = child.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _kill_group(child)
        return _read_report(Path(folder, "report"), code, seconds)


def describe_error(error: BaseException) -> str:
    """Return the kind and text of an error in one printable line, whatever its own methods do."""
    try:
        text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in " ".join(str(error).split())[:1000])
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}".removesuffix(": ")


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """End a child and the processes that it started, in as far as they stayed in its group."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _read_report(file: Path, code: int | None, seconds: float) -> Outcome:
    """Return the outcome that a report and an exit code show; None is a child out of time."""
    found: list[Any] = []
    for line in file.read_bytes().splitlines() if file.exists() else []:
        with suppress(ValueError):  # it is cut short
            found.append(json.loads(line))
    if endings := [pair for pair in found if pair[0] != "result"]:
        ending, detail = endings[0]
    elif code is None:
        ending, detail = "time", f"took longer than {seconds:g} s"
    elif code < 0:
        names = {number.value: number.name for number in signal.Signals}
        ending, detail = "crashed", f"crashed with {names.get(-code, -code)}"
    else:
        ending, detail = "exited", f"exited with code {code} before it was done"
    return Outcome(cast(Ending, ending), detail, [value for kind, value in found if kind == "result"])


def _serve(folder: str) -> None:
    """Run the request in a folder, write its results and its end there, and exit."""
    request = json.loads(Path(folder, "request").read_bytes())
    sys.path[:] = request["path"]
    me, file = os.getpid(), Path(folder, "report").open("wb", buffering=0)  # noqa: SIM115  # until this process ends

    def report(kind: str, value: Any) -> None:
        if os.getpid() != me:  # in a fork that the target made and did not end
            os._exit(0)
        line = json.dumps([kind, value]).encode() + b"\n"
        if kind == "result" and file.tell() + len(line) > MOST:
            raise ValueError(f"results of more than {MOST:,} bytes")
        file.write(line)

    _limit(request["seconds"], request["megabytes"])
    ending = ("done", "")
    try:
        module, _, name = request["target"].partition(":")
        found = getattr(import_module(module), name)(*request["args"])
        for result in found if isinstance(found, Iterator) else [found]:
            report("result", result)
    except MemoryError:
        ending = ("memory", f"needed more than {request['megabytes']} MB")
    except SystemExit as error:
        ending = ("exited", f"raised SystemExit({error.code if isinstance(error.code, int) else ''})")
    except BaseException as error:
        where, frame = "", error.__traceback__
        while frame and not isinstance(error, SyntaxError):  # whose text has the place
            where, frame = f" ({Path(frame.tb_frame.f_code.co_filename).name}, line {frame.tb_lineno})", frame.tb_next
        ending = ("raised", f"raised {describe_error(error)}{where}")
    report(*ending)
    os._exit(0)  # whatever threads and handlers the target has left


def _limit(seconds: float, megabytes: int) -> None:
    """Limit this process, where the system can."""
    if sys.platform != "win32":
        import resource

        signal.alarm(ceil(seconds) + GRACE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no file
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = megabytes << 20 if hard == resource.RLIM_INFINITY else min(megabytes << 20, hard)
        with suppress(ValueError, OSError):  # where the system does not know this limit
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    _serve(sys.argv[1])
