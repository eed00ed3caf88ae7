"""Real data: names, handwritten digits and iris flowers."""

from __future__ import annotations

import importlib
import random
from typing import Any

from autograd.extras import explain_missing

from .generators import Points

NAMES = """
ada adele agnes alan alba alice amelie amir anna anton arthur astrid aurora ben bruno carla cecile clara conrad dalia
daniel diana edith elena elias elisa emil emma erik eva fatima felix flora frida gina greta hanna hector helena hugo ida
igor ines irene iris ivan jana jonas julia karim karin klara lara laura lea lena leon lina lisa lucia luis maria marie
marta maya mila mina mona nadia nina noa nora olga oscar otto paul petra rania rosa samir sara simon sofia stella tara
theo tina vera victor viola yara zoe
"""


def names() -> list[str]:
    """Return given names in lower case, collected for this project.

    >>> names()[:3], {letter for name in names() for letter in name} <= set("abcdefghijklmnopqrstuvwxyz")
    (['ada', 'adele', 'agnes'], True)
    """
    return NAMES.split()


def digits() -> Points:
    """Return 1,797 handwritten digits of 64 pixels, and their labels 0 to 9.

    The pixels are numbers from 0 to 1, row by row.

    They are the test set of Alpaydin and Kaynak (1998), Optical recognition of handwritten digits, from the
    UCI repository, as distributed with scikit-learn.

    Raises:
        ImportError: If scikit-learn is not installed.
    """
    images, labels = _import_sklearn_datasets("digits").load_digits(return_X_y=True)
    return (images / 16).tolist(), labels.tolist()


def iris() -> Points:
    """Return 150 iris flowers, four lengths in cm each, and their species, 0 to 2.

    The lengths are length and width of sepal and petal.

    Collected by Anderson and published by Fisher (1936), as distributed with scikit-learn.

    Raises:
        ImportError: If scikit-learn is not installed.
    """
    flowers, species = _import_sklearn_datasets("flowers").load_iris(return_X_y=True)
    return flowers.tolist(), species.tolist()


def _import_sklearn_datasets(what: str) -> Any:
    """Return sklearn.datasets, and restore ``random``, which its import changes."""
    state = random.getstate()
    try:
        with explain_missing(f"the {what} need scikit-learn", "data"):
            return importlib.import_module("sklearn.datasets")
    finally:
        random.setstate(state)
