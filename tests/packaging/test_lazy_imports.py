"""NumPy and replay are loaded when they are asked for."""

import subprocess
import sys

import autograd


def _root():
    return autograd.__path__[0] + "/.."


def test_importing_autograd_loads_neither_numpy_nor_replay():
    code = "import sys, autograd; print([m for m in sys.modules if m.split('.')[0] == 'numpy' or 'replay' in m])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_root())
    assert run.stdout.strip() == "[]"


def test_without_numpy_the_error_names_the_extra():
    code = "import sys; sys.modules['numpy'] = None; import autograd; autograd.compile"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=_root())
    assert 'ImportError: autograd.compile needs NumPy: pip install -e ".[replay]"' in run.stderr
