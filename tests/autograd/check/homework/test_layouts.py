"""Arguments are invented from the names of parameters: shapes that fit, sizes that differ, and values as stated."""

import pytest

from autograd.check.homework.layouts import (
    IMAGES,
    LAYOUTS,
    LINEAR,
    ROWS,
    SCALARS,
    SEQUENCES,
    Draw,
    Layout,
    invent,
    trials,
)

WORDS = {
    "affine": ROWS.x,
    "conv": IMAGES.x,
    "conv2d": IMAGES.x,
    "maxpool": IMAGES.x,
    "rnn": SEQUENCES.x,
    "attention": SEQUENCES.x,
    "embedding": SEQUENCES.x,
}


@pytest.mark.parametrize("word", WORDS)
def test_the_name_of_a_pair_chooses_the_first_layout(word):
    assert next(trials([word, "forward"], True))[0].x == WORDS[word]
    assert next(trials([word, "step", "forward"], True))[0].x in (ROWS.x, WORDS["embedding"])


def test_every_layout_is_tried_with_both_labels_and_signs_and_only_numbers_without_arrays():
    tried = list(trials(["affine"], True))
    assert {layout for layout, _, _ in tried} == {*LAYOUTS, LINEAR}
    assert len(tried) == len(set(tried)) == 4 * len(LAYOUTS) + 2
    assert {layout for layout, _, _ in trials(["conv"], False)} == {SCALARS}


def test_the_sizes_of_a_layout_differ_so_a_transposition_shows():
    for layout in LAYOUTS:
        for shape in (layout.x, layout.weight[-2:] if len(layout.weight) == 2 else ()):
            assert len(set(shape)) == len(shape)


def shapes(function, layout=ROWS, labels="whole", words=(), constructs=False, **row):
    """Return the shapes of inputs, and the constants."""
    numpy = pytest.importorskip("numpy")
    inputs, constants = invent(layout, labels, Draw(1, numpy, False), row, words, function, constructs)
    return {name: numpy.shape(value) for name, value in inputs.items()} | constants


FUNCTIONS = {  # a function, and the shapes of its parameters
    "affine": (lambda x, w, b: 0, {"x": (3, 4), "w": (4, 5), "b": (5,)}),
    "capitals": (lambda X, W, B: 0, {"X": (3, 4), "W": (4, 5), "B": (5,)}),
    "words": (lambda inputs, weights, bias: 0, {"inputs": (3, 4), "weights": (4, 5), "bias": (5,)}),
    "norm": (lambda x, gamma, beta, eps: 0, {"x": (3, 4), "gamma": (4,), "beta": (4,), "eps": 1e-5}),
    "gate": (lambda a, b: 0, {"a": (3, 4), "b": (3, 4)}),
    "labels": (lambda x, y: 0, {"x": (3, 4), "y": (3,)}),
    "two labels": (lambda y, t: 0, {"y": (3, 4), "t": (3,)}),
    "no weights": (lambda p, y: 0, {"p": (3, 4), "y": (3,)}),
    "hidden": (lambda x, prev_h, Wx, Wh, b: 0, {"x": (3, 4), "prev_h": (3, 5), "Wx": (4, 5), "Wh": (5, 5), "b": (5,)}),
    "no hidden": (lambda h, c: 0, {"h": (3, 4), "c": (3, 4)}),
    "defaults": (lambda x, slope=0.1, *rest, train=True, **options: 0, {"x": (3, 4)}),
    "numbers": (lambda x, stride, alpha, p: 0, {"x": (3, 4), "stride": 1, "alpha": 0.1, "p": (3, 4)}),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_names_of_parameters_give_their_shapes(name):
    function, found = FUNCTIONS[name]
    assert shapes(function) == found


def test_what_the_words_of_a_pair_change():
    assert shapes(lambda a, b: 0, words=["matmul"]) == {"a": (3, 4), "b": (4, 5)}
    assert shapes(lambda x, w, b: 0, words=["layernorm"]) == {"x": (3, 4), "w": (4,), "b": (4,)}
    assert shapes(lambda x, p: 0, words=["dropout"]) == {"x": (3, 4), "p": 0.5}
    assert shapes(lambda x, pool_param: 0, words=["max", "pool"])["pool_param"]["pool_height"] == 2
    (layout, _, _) = next(trials(["lstm", "step"], True))
    assert shapes(lambda x, prev_h, Wx, Wh, b: 0, layout)["Wx"] == (4, 20)


def test_the_parameters_of_a_class_may_be_sizes():
    def dense(in_features, out_features):
        pass

    assert shapes(dense, constructs=True) == {"in_features": 4, "out_features": 5}
    assert shapes(dense, IMAGES, constructs=True) == {"in_features": 2, "out_features": 5}
    assert shapes(lambda W, b: 0, constructs=True) == {"W": (4, 5), "b": (5,)}
    assert shapes(lambda input_size, hidden_size: 0, constructs=True) == {"input_size": 4, "hidden_size": 5}


def test_a_row_of_the_table_states_shapes_as_tuples_and_values_as_they_are():
    numpy = pytest.importorskip("numpy")
    row = {"x": (2, 7), "y": [1, 0], "reg": 0.5, "mode": "test", "z": numpy.ones((2, 2)), "s": ()}
    found = shapes(lambda x, y, reg, mode, z, s, w=None: 0, **row)
    assert found == {"x": (2, 7), "y": (2,), "z": (2, 2), "s": (), "reg": 0.5, "mode": "test"}
    assert shapes(lambda x, w=None: 0, w=(2,)) == {"x": (3, 4), "w": (2,)}


def test_numbers_are_floats_without_arrays_and_positive_if_asked():
    inputs, _ = invent(SCALARS, "floats", Draw(1, None, True), {}, [], lambda a, b, c: 0)
    assert len({type(x) for x in inputs.values()} & {float}) == 1
    assert all(0.2 <= x <= 0.8 for x in inputs.values())
    numbers = Draw(1, None, False).numbers(100)
    assert min(map(abs, numbers)) >= 0.2
    assert min(numbers) < 0 < max(numbers)
    assert isinstance(ROWS, Layout)


def test_labels_that_are_floats_have_the_shape_of_the_result():
    assert shapes(lambda X, y, theta: 0, LINEAR, "floats") == {"X": (3, 4), "y": (3,), "theta": (4,)}
    with pytest.raises(ValueError, match="no regression"):
        shapes(lambda x, w, b: 0, LINEAR)
    assert shapes(lambda X, Y, W: 0, ROWS, "floats") == {"X": (3, 4), "Y": (3, 5), "W": (4, 5)}
    assert shapes(lambda pred, target: 0, ROWS, "floats") == {"pred": (3, 4), "target": (3, 4)}
