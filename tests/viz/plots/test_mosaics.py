"""Mosaics of images and weights, with captions."""

from viz import plots


def test_captions_stand_below_their_images(ax):
    plots.templates([[0.5] * 4] * 3, ax=ax, columns=2, captions=["a", "b", 3])
    written = [(text.get_text(), *text.get_position()) for text in ax.texts]
    assert written == [("a", 0.5, 1.8), ("b", 3.5, 1.8), ("3", 0.5, 6.8)]


def test_ink_is_black_and_paper_is_seen(ax):
    image = plots.images([[0.0, 0.5, 0.5, 2.0]], ax=ax).images[0]
    paper, ink = (image.cmap(image.norm(x))[0] for x in (0.0, 2.0))
    assert 0.9 < paper < 1
    assert ink == 0
