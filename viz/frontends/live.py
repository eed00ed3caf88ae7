"""A view in a notebook that is drawn anew in its place while a model is trained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MISSING = "a live view needs IPython, as notebooks have: pip install ipython, or save the pictures instead"


class Live:
    """Show what ``draw`` returns, and replace it each time that it is called, with the same arguments as ``draw``.

    It can be a callback of training: ``nn.fit(…, callbacks=[viz.Live(lambda history: …)])``. ``every`` leaves calls
    out. What is drawn is a picture of viz, the axes of a plot, or anything else that a notebook can show. Raises
    RuntimeError where there is no IPython.

    >>> Live(3)
    Traceback (most recent call last):
    TypeError: draw: expected a function that returns what to show, got int 3
    """

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
        """Draw, and show it in the place of what was shown before."""
        self.calls += 1
        if (self.calls - 1) % self.every:
            return
        try:
            import IPython.display  # notebooks have it
        except ImportError:
            raise RuntimeError(MISSING) from None
        shown = self.draw(*args)
        shown = getattr(shown, "figure", shown)  # axes are shown as their figure
        if self._handle is None:
            show: Any = IPython.display.display  # it has no types
            self._handle = show(shown, display_id=True)
        else:
            self._handle.update(shown)
        if hasattr(shown, "clear") and hasattr(shown, "savefig"):
            from matplotlib import pyplot

            pyplot.close(shown)  # or the notebook shows it once more at the end of the cell
