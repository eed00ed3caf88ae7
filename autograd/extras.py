"""Name the optional extra that a missing package comes with."""

from collections.abc import Iterator
from contextlib import contextmanager


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
