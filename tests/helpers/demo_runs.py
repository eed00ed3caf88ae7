"""Runs of ``python -m nn`` in process."""

import importlib.util
import re

import pytest

from nn import __main__ as cli

NO_DIGITS = importlib.util.find_spec("sklearn") is None
needs_digits = pytest.mark.skipif(NO_DIGITS, reason='needs the extra "data"')


def run(capsys, *argv):
    """Return what a task prints."""
    assert cli.main(argv) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def without_seconds(text):
    """Return a text without the time that training took."""
    return re.sub(r"\d+\.\d s", "", text)
