"""The user's line that is running: the innermost frame outside this project and Python's own modules."""

from __future__ import annotations

import linecache
import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

PACKAGES = [Path(__file__).parents[1] / name for name in ("autograd", "nn", "viz")]
RULES = str(PACKAGES[0] / "table" / "rules")
NOT_THE_USERS = (*(f"{path}{os.sep}" for path in (*PACKAGES, Path(os.__file__).parent)), "<frozen")


def is_intermediate() -> bool:
    """Return whether a rule or a sweep computes. It may mask a nan or an infinity; if not, its result has one."""
    frame: Any = sys._getframe(1)
    while frame and (code := frame.f_code).co_filename.startswith(NOT_THE_USERS):
        if code.co_filename.startswith(RULES) or code.co_name in ("_sweep", "_add_part"):
            return True
        frame = frame.f_back
    return False


def user_frame(frame: FrameType | None = None) -> tuple[int, FrameType]:
    """Return the innermost frame that runs the user's code, and how far up it is from the caller, who is at 1."""
    level, frame = 1, frame or sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith(NOT_THE_USERS):
        level, frame = level + 1, frame.f_back
    return level, frame


def source() -> tuple[str, int]:
    """Return file and number of the user's line that is running."""
    frame = user_frame()[1]
    return frame.f_code.co_filename, frame.f_lineno


def caller_line(frame: FrameType | None = None) -> str:
    """Return the user's line that is running, for a message."""
    frame = user_frame(frame)[1]
    return f"{frame.f_code.co_filename}, line {frame.f_lineno}"


def format_line(file: str, number: int) -> str:
    """Format a line of source for a message."""
    text = linecache.getline(file, number).strip()
    return f", at {os.path.basename(file)}:{number}" + (f": {text}" if text else "")
