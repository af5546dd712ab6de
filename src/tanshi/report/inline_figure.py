"""A paper figure set into the page, its words in the page's language.

Text in the SVG files stays text, so a figure is drawn once, in English, and its words are
replaced line by line. What has no translation, such as a number or a letter, stays.
"""

from __future__ import annotations

import base64
import html
import io
import re
from typing import TYPE_CHECKING

from tanshi.report.drawing import MARGIN, paper_style
from tanshi.report.figures import draw_figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.report.drawing import Picture

    Translate = Callable[[str], str]

TEXT = re.compile(r"(<text\b[^>]*>)([^<]+)(</text>)")
# What a Chinese page is set in; matplotlib names only the fonts that it measured with.
FONTS = re.compile(r"font-family: [^;\"]*")
FAMILY = (
    "font-family: 'DejaVu Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
)


def inline_figure(picture: Picture, words: Translate, *, synthetic: bool = False) -> str:
    """Return a figure as the address of an image that lies inside the page.

    Parameters
    ----------
    picture : Picture
    words : callable
        From English to the page's language; texts without a translation come back as they are.
    synthetic : bool, default False
        Whether the figure says that its data are synthetic.
    """
    text = translated(svg_of(picture, synthetic=synthetic), words)
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


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


def translated(svg: str, words: Translate) -> str:
    """Return a figure with every line of text put through `words`."""

    def changed(found: re.Match[str]) -> str:
        text = words(html.unescape(found[2]))
        return FONTS.sub(FAMILY, found[1]) + html.escape(text, quote=False) + found[3]

    return TEXT.sub(changed, svg)
