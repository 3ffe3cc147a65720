"""The one fence that all HTML from authors passes: an allow-list of tags, attributes, classes."""

import nh3

TAGS = frozenset(
    """p h2 h3 h4 h5 h6 ul ol li a em strong s code pre blockquote hr br table thead tbody tr th td
    img figure figcaption aside div span sup section audio video""".split()  # noqa: SIM905 (easier to read)
)
ATTRIBUTES = {
    "a": {"href", "id", "aria-label", "hreflang"},
    "aside": {"role"},
    "audio": {"src", "aria-label", "controls", "preload"},
    "div": {"role", "tabindex", "aria-label", "data-check", "data-figure", "data-math"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "h5": {"id"},
    "h6": {"id"},
    "img": {"src", "alt", "loading"},
    "li": {"id"},
    "ol": {"start"},
    "p": {"id"},
    "section": {"role", "aria-label"},
    "span": {"data-math"},
    "th": {"scope"},
    "video": {"src", "aria-label", "controls", "preload"},
}
_ALIGNED = {"align-start", "align-center", "align-end"}
CLASSES = {
    "a": {"term", "citation", "footnote-back"},
    "aside": {
        "callout",
        "callout-note",
        "callout-tip",
        "callout-important",
        "callout-warning",
        "callout-caution",
        "beat",
        "beat-monday",
    },
    "code": {"formula-source"},
    "div": {"table-scroll", "formula", "live-figure"},
    "h2": {"beat", "beat-predict", "beat-do", "beat-explain", "beat-vote"},
    "p": {"callout-title"},
    "section": {"footnotes"},
    "span": {"formula"},
    "sup": {"footnote-ref"},
    "td": _ALIGNED,
    "th": _ALIGNED,
}
SCHEMES = {"http", "https", "mailto", "cx"}
"""`cx:` is ours: it stands for an address that only the page knows (see `links`)."""

_cleaner = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    allowed_classes={tag: set(names) for tag, names in CLASSES.items()},
    url_schemes=set(SCHEMES),
    link_rel="noopener",
    strip_comments=True,
)


def clean(html: str) -> str:
    """Return the HTML without anything that is not on the lists above."""
    return _cleaner.clean(html)
