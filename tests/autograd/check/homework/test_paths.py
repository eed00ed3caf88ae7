"""Paths to the numbers in a layer, their names, and what they set."""

from types import SimpleNamespace

from autograd.check.homework.paths import floats_in, get_part, key_of, set_part


def layer():
    return SimpleNamespace(
        w=0.5, n=3, params={"W": 1.5}, inner=SimpleNamespace(grads=[2.5, "text"], deep={"a": {"b": 1.0}})
    )


def test_floats_are_found_up_to_three_levels_deep_and_set():
    own = layer()
    found = dict(floats_in(own))
    assert found == {("w",): 0.5, ("params", "W"): 1.5, ("inner", "grads", 0): 2.5}
    for k, path in enumerate(found):
        set_part(own, path, float(k))
        assert get_part(own, path) == k


def test_a_key_has_no_boxes_and_no_marks_of_gradients():
    assert key_of(("params", "W")) == (("W",), ("W",), False)
    assert key_of(("dW",)) == (("dW",), ("W",), False)
    assert key_of(("gain", "grad")) == (("gain",), ("gain",), True)
    assert key_of(("grads", 0)) == (("0",), ("0",), True)
