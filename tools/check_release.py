"""Build and try glassgrad in clean environments: ``tools/check_release.py PYTHON …``.

Each PYTHON is an interpreter, the oldest first. On each of them the wheel is installed with its extras, and the sdist
by itself, with the lowest and with the newest releases of what they need. The version, the imports and the README's
command are tried there, outside the checkout. The core's tests run on the oldest interpreter with the lowest releases,
and on the newest with the newest. mypy and pyright must find an editable install. Needs the extra ``dev``.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd", "nn", "viz")
EXTRAS = ("data", "export", "plots", "replay", "test")  # the others need a compiler or a browser, or are for developers
RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}
CORE = ("tests/autograd/table", "tests/autograd/engine")
TESTED = ("tests", "conftest.py", "pyproject.toml")  # what the core's tests need, except the packages
VERSIONS = """
import autograd, importlib.metadata, nn, sys, viz
assert all(package.__file__.startswith(sys.prefix) for package in (autograd, nn, viz)), autograd.__file__
assert importlib.metadata.version("glassgrad") == autograd.__version__
print("glassgrad", autograd.__version__, "on Python", sys.version.split()[0])
"""
TYPES = """
import autograd
import nn
import viz
reveal_type(autograd.Value(1.0))
reveal_type(nn.MLP(2, [1]))
reveal_type(viz.graph(autograd.Value(1.0)))
"""
TYPE_CHECKERS = {  # by their packages: the option that names an interpreter, and what they print
    "mypy": ("--python-executable", r'Revealed type is "[\w.]*\b(\w+)"'),
    "pyright": ("--pythonpath", r'Type of ".*" is "(\w+)"'),
}


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command outside the checkout; return its output, or exit with it at failure."""
    hidden = ("PYTHONPATH", "VIRTUAL_ENV")
    environment = {name: text for name, text in os.environ.items() if name not in hidden} | {
        "PYTHONIOENCODING": "utf-8"
    }
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n{shlex.join(map(str, command))}: exit code {done.returncode}")
    return done.stdout


def build(home: Path) -> tuple[Path, Path]:
    """Build wheel and sdist from a copy of the checkout, and check their metadata."""
    source = home / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist"))
    run(sys.executable, "-m", "build", "--outdir", home / "dist", source, cwd=home)
    (wheel,), (sdist,) = (home / "dist").glob("*.whl"), (home / "dist").glob("*.tar.gz")
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist, cwd=home)
    return wheel, sdist


def check_contents(wheel: Path, sdist: Path) -> None:
    """Compare the files in wheel and sdist with the checkout, and exit if they differ."""
    names = [path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*")]
    wanted = {path.as_posix() for path in names if path.suffix in (".py", ".pyi", ".js", ".css", ".typed")}
    wanted |= {"glassgrad_pytest.py"}
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    packed = {name for name in in_wheel if ".dist-info/" not in name}
    if packed != wanted:
        sys.exit(f"{wheel.name}: expected the files of the packages, these differ: {sorted(packed ^ wanted)}")
    if missing := (wanted | {"LICENSE", "README.md", "pyproject.toml"}) - in_sdist:
        sys.exit(f"{sdist.name}: {sorted(missing)} are missing")
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in in_wheel):
        sys.exit(f"{wheel.name}: LICENSE is missing")


def install(home: Path, python: str, releases: str, what: Path, extras: Sequence[str] = ()) -> Path:
    """Install a build with the lowest or newest dependencies, and return its interpreter."""
    folder = Path(tempfile.mkdtemp(dir=home))
    uv = (sys.executable, "-m", "uv")
    run(*uv, "venv", "--python", python, folder, cwd=home)
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = (*uv, "pip", "install", "--python", inside)
    wanted = [word for extra in extras for word in ("--extra", extra)]
    bounds = (
        "--resolution",
        RESOLUTIONS[releases],
        "--only-binary",
        ":all:",
        "--requirements",
        ROOT / "pyproject.toml",
    )
    run(*pip, *bounds, *wanted, cwd=home)
    run(*pip, "--no-deps", *(("--editable",) if what.is_dir() else ()), what, cwd=home)
    return inside


def try_out(home: Path, python: Path) -> None:
    """Import the packages and run the README's command in a folder of its own."""
    folder = Path(tempfile.mkdtemp(dir=home))
    print(run(python, "-c", VERSIONS, cwd=folder), end="")
    (command,) = re.findall(
        r"^pip install .*&& python (-m viz .*)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    run(python, *shlex.split(command), cwd=folder)
    if not (folder / "neuron.svg").read_text("utf-8").startswith("<svg"):
        sys.exit(f"{command}: wrote no picture")


def test_core(home: Path, python: Path, releases: str) -> None:
    """Run the core's tests on what is installed, where old releases may warn."""
    folder = Path(tempfile.mkdtemp(dir=home))
    for name in TESTED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    warnings = ("-o", "filterwarnings=default") if releases == "lowest" else ()
    print(run(python, "-m", "pytest", "-q", "-x", *warnings, *CORE, cwd=folder).splitlines()[-1])


def check_types(home: Path, python: str) -> None:
    """Install the checkout as editable, and exit unless each type checker finds its types."""
    inside = install(home, python, "newest", home / "source")
    run(sys.executable, "-m", "uv", "pip", "install", "--python", inside, *TYPE_CHECKERS, cwd=home)
    folder = Path(tempfile.mkdtemp(dir=home))
    (folder / "use.py").write_text(TYPES, "utf-8")
    for checker, (option, pattern) in TYPE_CHECKERS.items():
        found = re.findall(pattern, run(inside, "-m", checker, option, inside, "use.py", cwd=folder))
        if found != ["Value", "MLP", "Figure"]:
            sys.exit(f"{checker}: expected the types of an editable install, got {found}")
        print(f"{checker} finds the editable install")


def main() -> None:
    """Check what would be released on each interpreter."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("python", nargs="+", help="an interpreter, such as python3.11; the oldest first")
    pythons = parser.parse_args().python
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        wheel, sdist = build(home)
        check_contents(wheel, sdist)
        print(f"built {wheel.name} and {sdist.name}")
        for python in pythons:
            for releases in RESOLUTIONS:
                print(f"== {python}, {releases} releases")
                try_out(home, install(home, python, releases, sdist))
                inside = install(home, python, releases, wheel, EXTRAS)
                try_out(home, inside)
                if python == (pythons[0] if releases == "lowest" else pythons[-1]):
                    test_core(home, inside, releases)
        check_types(home, pythons[-1])


if __name__ == "__main__":
    main()
