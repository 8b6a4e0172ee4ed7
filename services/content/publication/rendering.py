"""The town's texts as safe HTML: paragraphs, lists, bold, italics, links; nothing else survives. Pure.

Rendered once, when the text is published, and stored: pages only show it.
"""

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "ul", "ol", "li", "strong", "em", "br", "a"}
SCHEMES = {"https", "mailto", "tel"}

# Raw HTML is shown as it was typed, titles and images are left to the pages.
_markdown = MarkdownIt("commonmark", {"html": False}).disable(
    ["html_block", "html_inline", "image", "heading", "lheading", "code", "fence", "hr", "blockquote", "backticks"]
)


def render(markdown: str) -> str:
    """HTML of the allowed tags only; links lead to https, mail or phone, and give the other site no referrer."""
    return nh3.clean(
        f"{_markdown.render(markdown)}",
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    ).strip()
