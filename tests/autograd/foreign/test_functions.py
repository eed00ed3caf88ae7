"""A function of arrays is known by its inputs, or by what it reads; its names label the leaves."""

import pytest

from autograd import adopt
from autograd.foreign.functions import argument_names, libraries, names_in

OUTSIDE = 3


class Model:
    def forward(self, x, y):
        return x + y + OUTSIDE

    def __call__(self, *args):
        return self.forward(*args)


def test_names_are_those_of_closures_globals_and_the_object_itself():
    inside = 2
    assert names_in(lambda x: x + inside + OUTSIDE) == {"inside": 2, "OUTSIDE": 3}
    model = Model()
    assert names_in(model) == {"": model}
    assert names_in(model.forward) == {"self": model, "OUTSIDE": 3}
    assert names_in(lambda: later) == {}
    later = 1
    assert names_in(lambda: later) == {"later": 1}


def test_arguments_have_the_names_of_parameters():
    assert argument_names(lambda a, /, b, *rest: a, 4) == ["a", "b", "x2", "x3"]
    assert argument_names(Model(), 2) == ["x", "y"]
    assert argument_names(max, 1) == ["x0"]


def test_plain_numbers_are_of_no_library():
    assert list(libraries(({"a": [1.0, (2,)]}, "text"))) == []
    with pytest.raises(TypeError, match="inputs: expected tensors of PyTorch or arrays of JAX, got float 2"):
        adopt(lambda x: x, 2.0)
    with pytest.raises(TypeError, match="f: expected a function of the inputs, got int 3"):
        adopt(3, (2.0,))
