"""GPT: rows depend on earlier tokens only, and names are learned."""

import runpy
import statistics
from pathlib import Path

import pytest

import nn


def test_microgpt_on_names_learns_and_invents(capsys):
    pytest.importorskip("numpy")
    path = Path(nn.__path__[0]).parent / "examples" / "train_a_small_gpt.py"
    history = runpy.run_path(str(path))["main"](["--names", "5", "--epochs", "6"])
    assert history["loss"][-1] < history["loss"][0] < 3.4  # ln 27 = 3.3
    assert "invented: " in capsys.readouterr().out


def test_scores_depend_on_earlier_tokens_only_and_on_places():
    model = nn.GPT(tokens=5, context=4, width=4, heads=2)
    scores = [[v.data for v in row] for row in model([0, 4, 2])]
    assert [len(row) for row in scores] == [5, 5, 5]
    assert [[v.data for v in row] for row in model([0, 4, 3])[:2]] == scores[:2]
    assert [v.data for v in model([0, 4, 3])[2]] != scores[2]
    assert [v.data for v in model([4, 0])[1]] != scores[0]  # the same token elsewhere, after another
    with pytest.raises(ValueError, match="symbol: expected a whole number from 0 to 3, got 4"):
        model([0] * 5)


def test_the_weights_are_those_of_microgpt():
    model = nn.GPT(tokens=27, context=16)
    sizes = 2 * 27 * 16 + 16 * 16 + 4 * 16 * 16 + 2 * 16 * 64  # embeddings and head, places, attention, up and down
    assert len(model.parameters()) == sizes == 4192
    assert statistics.pstdev(p.data for p in model.parameters()) == pytest.approx(0.08, rel=0.05)


def test_the_size_of_embeddings_does_not_matter():
    model, scores = nn.GPT(tokens=5, context=3, width=4, heads=2), []
    for _ in range(2):
        for p in (*model.token.parameters(), *model.position.parameters()):
            p.data *= 1e4
        scores.append([v.data for row in model([0, 4, 2]) for v in row])
    assert scores[0] == pytest.approx(scores[1], rel=1e-6)
