"""A piece of a page loads nothing, holds data that stays data, and scripts without waste."""

import json
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.foreign import HOSTILE
from viz.drawing.html import data_url, format_page, format_piece, inert_json, minify, read_asset

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text() | st.sampled_from(HOSTILE),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(), parts, max_size=3),
    max_leaves=9,
)


@given(PLAIN)
def test_data_is_json_that_ends_no_element(data):
    text = inert_json(data)
    assert json.loads(text) == data
    assert not {"<", "\u2028", "\u2029"} & set(text)


def test_a_number_that_javascript_cannot_read_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        inert_json([float("nan")])


@given(st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"])))
def test_a_picture_survives_in_its_url(svg):
    url = data_url(svg)
    assert unquote(url.removeprefix("data:image/svg+xml,")) == svg
    assert not {"'", "<", "#", "&"} & set(url)


class Reader(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_has_its_own_elements_alone_whatever_the_texts(text):
    svg = '<svg role="img">\n<title>t</title>\n</svg>'
    page = Reader(format_page(format_piece("scenes", svg, text, {"a": text}, theme="dark", height=7.4), text))
    tags = [tag for tag, _ in page.found if tag not in ("meta",)]
    assert tags == ["html", "title", "style", "main", "h1", "div", "style", "img", "script", "script"]
    piece, image = page.found[tags.index("div") + 3][1], next(a for tag, a in page.found if tag == "img")
    assert piece["style"] == "min-height:7px;color-scheme:dark"
    assert image["alt"] == text
    assert "title" not in image["src"]
    assert not any("id" in attributes for _, attributes in page.found)


def test_a_script_loses_comments_and_spaces_but_no_text():
    code = '// note\nconst a = [1, 2,];\nif (a) {\n  f("  // x ; ", `b  ${c}`);\n}\n'
    assert minify(code) == 'let a=[1,2];if(a){f("  // x ; ",`b  ${c}`)}'
    assert all(len(minify(read_asset(name))) < len(read_asset(name)) for name in ("page.js", "player.js", "scenes.js"))
