"""NumPy, which is an optional extra: a test that uses it is skipped where it is missing."""

from typing import Any

import pytest


class _NumPy:
    def __getattr__(self, name: str) -> Any:
        return getattr(pytest.importorskip("numpy"), name)


np: Any = _NumPy()
