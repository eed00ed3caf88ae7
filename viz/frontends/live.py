"""Update a picture in place in a notebook while a model is trained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MISSING = "a live view needs IPython, as notebooks have: pip install ipython, or save the pictures instead"


class Live:
    """Draw a picture at each call, in place of the one before.

    It is a callback of training, ``nn.fit(…, callbacks=[viz.Live(lambda history: …)])``.

    Args:
        draw: A function that returns a picture of viz, the axes of a plot, or anything that a notebook can show. It
            gets the arguments of the call.
        every: Draw only at each such call, from the first.

    Raises:
        TypeError: If draw is not callable.
        ValueError: If every is not a whole number of at least 1.
        RuntimeError: If IPython is missing, at the first call.

    >>> Live(3)
    Traceback (most recent call last):
    TypeError: draw: expected a function that returns what to show, got int 3
    """

    draw: Callable[..., Any]
    every: int
    calls: int

    def __init__(self, draw: Callable[..., Any], every: int = 1) -> None:
        if not callable(draw):
            raise TypeError(
                f"draw: expected a function that returns what to show, got {type(draw).__name__} {draw!r:.40}"
            )
        if not isinstance(every, int) or every < 1:
            raise ValueError(f"every: expected a whole number of at least 1, got {every!r:.40}")
        self.draw, self.every, self.calls = draw, every, 0
        self._handle: Any = None

    def __call__(self, *args: Any) -> None:
        """Draw, and replace what was shown before."""
        self.calls += 1
        if (self.calls - 1) % self.every:
            return
        try:
            import IPython.display  # an extra that notebooks have
        except ImportError:
            raise RuntimeError(MISSING) from None
        shown = self.draw(*args)
        shown = getattr(shown, "figure", shown)  # a notebook shows axes by their figure
        if self._handle is None:
            show: Any = IPython.display.display  # IPython has no types
            self._handle = show(shown, display_id=True)
        else:
            self._handle.update(shown)
        if hasattr(shown, "clear") and hasattr(shown, "savefig"):
            from matplotlib import pyplot

            pyplot.close(shown)  # else the notebook shows it again at the end of the cell
