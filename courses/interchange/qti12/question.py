"""A QTI 1.2 item: its type in the words of Canvas, its texts, its lists of answers."""

from dataclasses import dataclass, field
from functools import cached_property

from courses.interchange.building import Asked
from courses.interchange.qti12.scoring import Condition
from courses.interchange.texts import HTML, PLAIN, Texts
from courses.interchange.xml_tree import XmlNode

_GENERAL = ("general_fb",)
_COMBINED = ("correct_fb", "general_incorrect_fb")


@dataclass
class QtiQuestion:
    """An item's node, its type in the words of Canvas, and the converter of its texts."""

    node: XmlNode
    texts: Texts
    fields: dict[str, str]
    conditions: list[Condition] = field(default_factory=list)

    @cached_property
    def type(self) -> str:
        """The type that its metadata name, or that its form shows."""
        named = self.fields.get("question_type") or self.fields.get("qmd_itemtype", "")
        if named:
            return named
        lists = self.lists
        if len(lists) == 1:
            is_multiple = lists[0].attrs.get("rcardinality", "").lower() == "multiple"
            return "multiple_answers_question" if is_multiple else "multiple_choice_question"
        if lists:
            return "matching_question"
        return (
            "essay_question"
            if list(self.presentation.deep("response_str"))
            else "text_only_question"
        )

    @property
    def presentation(self) -> XmlNode:
        return self.node.child("presentation")

    @cached_property
    def lists(self) -> list[XmlNode]:
        return list(self.presentation.deep("response_lid"))

    @cached_property
    def feedback(self) -> dict[str, str]:
        """The texts of all feedback by their names."""
        nodes = self.node.all("itemfeedback")
        return {node.attrs.get("ident", ""): self.text_of(node) for node in nodes}

    def text_of(self, node: XmlNode) -> str:
        """Return the texts of the materials in a node as Markdown."""
        texts = [self.markdown(one) for one in node.deep("mattext")]
        return "\n\n".join(filter(None, texts))

    def markdown(self, node: XmlNode) -> str:
        return self.texts.markdown(node.text, self.form(node))

    def form(self, node: XmlNode) -> str:
        return HTML if "html" in node.attrs.get("texttype", "text/plain") else PLAIN

    def plain(self, node: XmlNode) -> str:
        """Return the text of a material as one line."""
        return " ".join(self.texts.plain(one.text, self.form(one)) for one in node.deep("mattext"))

    @cached_property
    def stem_node(self) -> XmlNode:
        """The text of the question: the first material that belongs to no response."""
        found = [
            one
            for flow in (self.presentation, *self.presentation.all("flow"))
            for material in flow.all("material")
            for one in material.all("mattext")
        ]
        return found[0] if found else XmlNode("mattext", {}, self.node.line)

    def asked(self, prompt: str | None = None) -> Asked:
        """Return the text with the general feedback as its explanation."""
        stem = self.markdown(self.stem_node) if prompt is None else prompt
        explanation = [self.feedback.pop(name, "") for name in _GENERAL]
        for name, text in self.feedback.items():
            if text and name in _COMBINED:
                explanation.append(text)
                self.texts.lose("combined_feedback")
            elif text:
                self.texts.lose("feedback", text[:80])
        return Asked(stem, "\n\n".join(filter(None, explanation)))
