"""A package that is missing is named with the extra that has it."""

import pytest

from autograd.extras import explain_missing


def test_a_missing_package_is_named_with_its_command():
    message = r'^drawing: pip install -e "\.\[plots\]" in a checkout of glassgrad$'
    for kind in (ImportError, RuntimeError):
        with pytest.raises(kind, match=message) as raised, explain_missing("drawing", "plots", kind):
            import missing  # noqa: F401
        assert isinstance(raised.value.__cause__, ModuleNotFoundError)


def test_any_other_error_passes():
    with pytest.raises(ZeroDivisionError), explain_missing("drawing", "plots"):
        1 / 0
