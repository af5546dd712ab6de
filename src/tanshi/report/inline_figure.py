"""A paper figure set into the page, its words in the page's language.

Text in the SVG files stays text, so a figure is drawn once, in English, and its words are
replaced: a line as a whole where the catalogue has it, else the words in it that it has. What has
no translation, such as a number or a letter, stays.
"""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tanshi.report.drawing import MARGIN, paper_style
from tanshi.report.figures import draw_figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.report.drawing import Picture

    Translate = Callable[[str], str]

TEXT = re.compile(r"(<text\b[^>]*>)([^<]+)(</text>)")
WIDTH = re.compile(r'<svg [^>]*?width="([\d.]+)pt"')
PIXELS = 1.5  # by point of the figure
PAGE = 860  # wide, in pixels
# Letters between numbers and marks.
WORDS = re.compile(r"[^\W\d_](?:[\w' -]*[^\W\d_])?")
# What a Chinese page is set in; matplotlib names only the fonts that it measured with.
FONTS = re.compile(r"font-family: [^;\"]*")
FAMILY = (
    "font-family: 'DejaVu Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
)


@dataclass(frozen=True, slots=True)
class InlineFigure:
    """A figure in the page.

    Parameters
    ----------
    address : str
        Of an image that lies inside the page.
    width : int
        Pixels at which its letters have the size of the page's small print.
    """

    address: str
    width: int


def inline_figure(picture: Picture, words: Translate, *, synthetic: bool = False) -> InlineFigure:
    """Return a figure as an image that lies inside the page.

    Parameters
    ----------
    picture : Picture
    words : callable
        From English to the page's language; texts without a translation come back as they are.
    synthetic : bool, default False
        Whether the figure says that its data are synthetic.
    """
    text = translated(svg_of(picture, synthetic=synthetic), words)
    address = "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()
    points = WIDTH.search(text)
    return InlineFigure(address, round(PIXELS * float(points[1])) if points else PAGE)


def svg_of(picture: Picture, *, synthetic: bool = False) -> str:
    """Return a figure as SVG."""
    figure = draw_figure(picture, synthetic=synthetic)
    text = io.StringIO()
    with paper_style(picture.data):
        figure.savefig(text, format="svg", metadata={"Date": None}, **MARGIN)
    return text.getvalue()


def texts_of(svg: str) -> list[str]:
    """Return the lines of text in a figure."""
    return [html.unescape(text) for _, text, _ in TEXT.findall(svg)]


def by_words(text: str, words: Translate) -> str:
    """Return a text as a whole in another language, or else what is known of its words."""
    whole = words(text)
    return whole if whole != text else WORDS.sub(lambda part: words(part[0]), text)


def translated(svg: str, words: Translate) -> str:
    """Return a figure with every line of text put through `words`."""

    def changed(found: re.Match[str]) -> str:
        text = by_words(html.unescape(found[2]), words)
        return FONTS.sub(FAMILY, found[1]) + html.escape(text, quote=False) + found[3]

    return TEXT.sub(changed, svg)
