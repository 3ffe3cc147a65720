"""What all questions of Moodle have: name, text, feedback, hints, files, tags."""

import base64
import binascii
import re
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.interchange.building import Asked
from courses.interchange.found import Unsupported
from courses.interchange.texts import HTML, MARKDOWN, MOODLE, PLAIN, Texts
from courses.interchange.xml_tree import XmlNode

FORMATS = {
    "html": HTML,
    "markdown": MARKDOWN,
    "plain_text": PLAIN,
    "moodle_auto_format": MOODLE,
    "": MOODLE,
}
COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_STANDARD = frozenset(
    f"Your answer is {word}." for word in ("correct", "partially correct", "incorrect")
)
_SHARE = re.compile(r"[+-]?\d{1,3}(?:\.\d{0,12})?(?:[eE][+-]?\d)?", re.ASCII)
_TRUE = frozenset(("1", "true", "yes"))


@dataclass(frozen=True)
class MoodleQuestion:
    """A question's node and the converter of its texts."""

    node: XmlNode
    texts: Texts

    def markdown(self, node: XmlNode) -> str:
        """Return a text with its format as Markdown."""
        return self.texts.markdown(node.child("text").text, form_of(node))

    def plain(self, node: XmlNode) -> str:
        """Return a text that learners type, as one line."""
        return self.texts.plain(node.child("text").text, form_of(node))

    def feedback(self, node: XmlNode) -> str:
        """Return the reason that stands in an answer."""
        return self.markdown(node.child("feedback"))

    def flag(self, tag: str, *, default: bool = False) -> bool:
        """Return whether a setting is on."""
        text = self.node.string(tag).casefold()
        return text in _TRUE if text else default

    def asked(self, prompt: str | None = None) -> Asked:
        """Return the text, explanation and hints; `prompt` in place of the question's text."""
        texts = self.texts
        if prompt is None:
            prompt = _with_old_picture(self, self.markdown(self.node.child("questiontext")))
        explanation = [self.markdown(self.node.child("generalfeedback"))]
        for tag in COMBINED:
            text = self.markdown(self.node.child(tag))
            if text in _STANDARD:
                texts.lose("standard_feedback")
            elif text:
                texts.lose("combined_feedback")
                explanation.append(text)
        hints = []
        for hint in self.node.all("hint"):
            hints.append(self.markdown(hint))
            if any(hint.all(tag) for tag in ("shownumcorrect", "clearwrong", "options")):
                texts.lose("hint_options")
        return Asked(prompt, "\n\n".join(filter(None, explanation)), tuple(filter(None, hints)))

    def order(self) -> dict[str, bool]:
        """Return what an item says of the order of options."""
        return {} if self.flag("shuffleanswers", default=True) else {"shuffle": False}


def form_of(node: XmlNode) -> str:
    """Return the format of a text."""
    return FORMATS.get(node.attrs.get("format", ""), HTML)


def share_of(node: XmlNode, *, default: str = "0") -> Fraction:
    """Return the share of the points that an answer earns. Raises Unsupported."""
    text = node.attrs.get("fraction", default).strip() or default
    if not _SHARE.fullmatch(text):
        message = _("“%(text)s” is no share of the points in per cent.")
        raise Unsupported(message % {"text": text[:40]})
    return max(Fraction(-1), min(Fraction(text) / 100, Fraction(1)))


def stored_files(node: XmlNode) -> dict[str, bytes]:
    """Return the files within a question by the names that its texts use."""
    stored: dict[str, bytes] = {}
    for file in node.deep("file"):
        name = (file.attrs.get("path", "/").strip("/") + "/" + file.attrs.get("name", "")).lstrip(
            "/"
        )
        stored[name] = _decoded(file.text)
    if node.all("image_base64"):
        stored[node.string("image")] = _decoded(node.string("image_base64"))
    return stored


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _with_old_picture(source: MoodleQuestion, prompt: str) -> str:
    """Put the picture that old files have beside the text into it."""
    name = source.node.string("image")
    if not name:
        return prompt
    shown = source.texts.picture(name)
    return f"{prompt}\n\n{shown}" if shown else prompt
