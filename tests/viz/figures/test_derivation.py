"""An explanation is printed, typeset and saved, and cut only in a notebook."""

import pytest

import viz
from autograd import Value


def test_a_long_explanation_is_cut_in_a_notebook_and_nowhere_else(tmp_path):
    y = Value(1.0, label="x")
    for _ in range(150):
        y = y * 1.01
    derived = viz.explain(y, names=False)
    bundle = derived._repr_mimebundle_()
    lines = str(derived).splitlines()
    assert bundle == {"text/plain": "\n".join([*lines[:200], f"… {len(lines) - 200} more lines: print it, or save it"])}
    derived.save(tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").splitlines() == lines


def test_an_explanation_is_text_and_latex(tmp_path):
    w = Value(2.0, label="w")
    derived = viz.explain(w * w)
    bundle = derived._repr_mimebundle_()
    assert bundle["text/latex"] == f"$$\n{derived.latex()}\n$$"
    assert str(derived) == bundle["text/plain"]
    derived.save(tmp_path / "a.txt", tmp_path / "a.tex")
    assert (tmp_path / "a.tex").read_text(encoding="utf-8") == derived.latex() + "\n"
    with pytest.raises(ValueError, match=r"a.svg: expected a file ending of .txt or .tex"):
        derived.save(tmp_path / "a.svg")
