"""Find the user's line that is running, the innermost outside this project."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

ROOT = __file__.rpartition("autograd")[0]  # pathlib takes 3 ms of an import of 42
PACKAGES = [os.path.join(ROOT, name, "") for name in ("autograd", "nn", "viz")]
RULES = os.path.join(PACKAGES[0], "table", "rules")
NOT_THE_USERS = (*PACKAGES, os.path.join(os.path.dirname(os.__file__), ""), "<frozen")


def is_intermediate() -> bool:
    """Return whether a rule or a sweep computes, which may mask an infinity."""
    frame: Any = sys._getframe(1)
    while frame and (code := frame.f_code).co_filename.startswith(NOT_THE_USERS):
        if code.co_filename.startswith(RULES) or code.co_name in ("_sweep", "_add_part"):
            return True
        frame = frame.f_back
    return False


def user_frame(frame: FrameType | None = None) -> tuple[int, FrameType]:
    """Return the innermost frame of the user's code, and its distance from the caller, at 1."""
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


def find_line(moved: Callable[[], Any], run: Callable[[], Any]) -> str:
    """Run a function; return the user's line after which something has moved, or ""."""
    before, last, found = sys.gettrace(), "", ""

    def watch(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal last, found
        if found or frame.f_code.co_filename.startswith(NOT_THE_USERS):
            return None
        found, last = last if moved() else "", caller_line(frame.f_back if event == "return" else frame)
        return watch

    sys.settrace(watch)
    try:
        with suppress(Exception):
            run()
    finally:
        sys.settrace(before)
    return found
