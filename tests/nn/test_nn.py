"""The package as a whole."""

import subprocess
import sys


def test_nn_does_not_load_viz():
    code = "import nn, sys; sys.exit('viz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
