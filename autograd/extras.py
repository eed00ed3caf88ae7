"""Name what to install: the extra of a missing package, or this package anew."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

if getattr(sys.modules["autograd"], "__distribution__", "") != "glassgrad":
    raise ImportError(
        "PyPI's project 'autograd' has overwritten glassgrad's package of the same name; to repair it, run "
        "'pip uninstall autograd glassgrad', and then 'pip install .' in the checkout of glassgrad"
    )


@contextmanager
def explain_missing(what: str, extra: str, error: type[Exception] = ImportError) -> Iterator[None]:
    """Raise an error that says how to add an extra if an import in the block fails.

    No index has glassgrad, so the command runs in a checkout.

    >>> with explain_missing("the example needs a missing package", "replay"):
    ...     import missing
    Traceback (most recent call last):
    ImportError: the example needs a missing package: pip install -e ".[replay]" in a checkout of glassgrad
    """
    try:
        yield
    except ImportError as missing:
        raise error(f'{what}: pip install -e ".[{extra}]" in a checkout of glassgrad') from missing
