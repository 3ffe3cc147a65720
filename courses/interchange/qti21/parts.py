"""What a QTI 2.1 item is put together from."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from courses.interchange.losses import Loss
from courses.interchange.moodle_xml.writing import tag
from courses.interchange.outgoing import OutgoingQuestion
from courses.interchange.qti21.bodies import block, inline
from courses.questions.base import Item


@dataclass
class ItemParts:
    """What an item is put together from, in the order of the standard."""

    question: OutgoingQuestion
    losses: list[Loss]
    declarations: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)
    template: str = ""
    files: set[str] = field(default_factory=set)

    @property
    def item(self) -> Item:
        return self.question.item

    def block(self, text: str) -> str:
        return block(text, self.files)

    def inline(self, text: str) -> str:
        return inline(text, self.files)

    def stem(self) -> None:
        self.body.append(tag("div", self.block(self.item.prompt)))

    def declare(
        self, cardinality: str, base: str, right: Iterable[str], mapping: str = "", name: str = ""
    ) -> None:
        """Declare a response, what is right, and what each value earns."""
        values = "".join(tag("value", one) for one in right)
        self.declarations.append(
            tag(
                "responseDeclaration",
                tag("correctResponse", values) if values else "",
                mapping,
                identifier=name or "RESPONSE",
                cardinality=cardinality,
                baseType=base,
            )
        )


def modal(outcome: str, identifier: str, text: str) -> str:
    """Return a feedback that is shown while the outcome holds the identifier."""
    return tag(
        "modalFeedback", text, outcomeIdentifier=outcome, identifier=identifier, showHide="show"
    )
