"""Free deep graphs in the browser's Python, where a few thousand Values would crash it.

Python frees what an object refers to by recursion in C, and puts it off before the stack is full. In WebAssembly it
watches the stack in memory, but JavaScript's own is full first, after about 2,300 Values in a worker. So there, and
nowhere else, a node that is freed hands its arguments to a loop, which makes a step of training a fifth slower.
"""

from __future__ import annotations

import sys
from typing import Any

from .engine import Node

waiting: list[Any] = []  # arguments of nodes that are freed
running: bool = False  # whether a loop drops them


def release(node: Node) -> None:
    """Keep the arguments of freed nodes, which the first of them drops in a loop."""
    global running
    if getattr(node, "op", None) is None:
        return  # a leaf, or a Value that was refused when it was made
    waiting.append(node.arg0)
    waiting.append(node.arg1)
    if not running:
        running = True
        node.arg0 = node.arg1 = None
        try:
            while waiting:
                waiting.pop()  # a node whose last reference this was calls release
        finally:
            running = False


if sys.platform == "emscripten":
    Node.__del__ = release  # type: ignore[attr-defined]  # a finaliser takes time, so no other platform has one
