"""CairoSVG and svglib draw every picture as browsers do: each letter, and none over another."""

import io
import random
from collections import Counter

import pytest

import nn
import viz
from autograd import Value, trace
from autograd.teach import overwrite
from tests.helpers.browser import cut, fork, mlp, neuron
from tests.helpers.svg_geometry import texts

pdfium = pytest.importorskip("pypdfium2", reason='needs the extra "dev"')


def flow():
    random.seed(1)
    model = nn.MLP(2, [4, 4, 1])
    return model, (model([Value(1.0), Value(-2.0)]) - 1) ** 2


def paths():
    w = Value(-0.5, label="w")
    return viz.paths((w * w + w).tanh(), w)


PICTURES = {
    "graph": lambda: viz.graph(neuron()).svg(),
    "dark": lambda: viz.graph(fork(), theme="dark").svg(),
    "hidden": lambda: viz.graph(cut()).svg(),
    "folded": lambda: viz.graph(flow()[1], collapse=True).svg(),
    "step": lambda: viz.step(fork(), names=False).frames()[12],
    "first step": lambda: viz.step(mlp()).frames()[0],
    "neurons": lambda: viz.neurons(*flow()).svg(),
    "gradient flow": lambda: viz.gradient_flow(*flow()).svg(),
    "comparison": lambda: viz.compare(trace(fork()), overwrite(trace(fork()))).svg(),
    "paths": lambda: paths().svg(),
}


def by_cairosvg(svg):
    try:
        import cairosvg
    except (ImportError, OSError):  # the package, or the library cairo of the system
        pytest.skip('needs the extra "dev" and cairo')
    return cairosvg.svg2pdf(bytestring=svg.encode())


def by_svglib(svg):
    svglib = pytest.importorskip("svglib.svglib", reason='needs the extra "dev"')
    render = pytest.importorskip("reportlab.graphics.renderPDF")
    return render.drawToString(svglib.svg2rlg(io.BytesIO(svg.encode())))


@pytest.mark.parametrize("convert", [by_cairosvg, by_svglib])
@pytest.mark.parametrize("name", PICTURES)
def test_every_letter_is_drawn_and_none_over_another(name, convert):
    svg = PICTURES[name]()
    page = pdfium.PdfDocument(convert(svg))[0]
    text = page.get_textpage()
    letters = [text.get_text_range(i, 1) for i in range(text.count_chars())]
    drawn = {i: text.get_charbox(i) for i, letter in enumerate(letters) if letter.strip()}
    assert Counter(letters[i] for i in drawn) == Counter("".join("".join(texts(svg)).split()))
    width, height = page.get_size()
    for left, bottom, right, top in drawn.values():
        assert 0 <= left < right <= width
        assert 0 <= bottom < top <= height
    assert [pair for pair in overlaps(list(drawn.items())) if "∂" not in (letters[pair[0]], letters[pair[1]])] == []


def overlaps(boxes):
    """Return the pairs of letters of which one covers at least a fourth of the other."""
    found = []
    for k, (i, a) in enumerate(boxes):
        for j, b in boxes[:k]:
            across, along = (min(a[n + 2], b[n + 2]) - max(a[n], b[n]) for n in (0, 1))
            least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
            if across > 0 and along > 0 and across * along > least / 4:
                found.append((j, i))
    return found
