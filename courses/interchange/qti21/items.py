"""One question as a QTI 2.1 item: declarations, body, processing, feedback."""

from courses.interchange.losses import Loss
from courses.interchange.moodle_xml.writing import tag
from courses.interchange.outgoing import OutgoingQuestion, no_place
from courses.interchange.qti21.interactions import MAKERS
from courses.interchange.qti21.parts import ItemParts, modal

NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"


def item_xml(question: OutgoingQuestion, losses: list[Loss]) -> tuple[str, set[str]]:
    """Return an item, and the names of pictures in it. Raises CannotWrite."""
    make = MAKERS.get(question.item.type_key)
    if make is None:
        raise no_place(question.item)
    parts = ItemParts(question, losses)
    make(parts)
    if question.item.hints:
        losses.append(Loss("hints"))
    processing = "".join(parts.rules)
    if parts.template:
        response = f'<responseProcessing template="{_TEMPLATES}/{parts.template}"/>'
    else:
        response = tag("responseProcessing", processing) if processing else ""
    outcomes = tag("outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    if parts.feedback:
        cardinality = "multiple"
        outcomes += tag(
            "outcomeDeclaration",
            identifier="FEEDBACK",
            cardinality=cardinality,
            baseType="identifier",
        )
    explanation = _explanation(parts)
    outcomes += explanation[0]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + tag(
            "assessmentItem",
            *parts.declarations,
            outcomes,
            tag("itemBody", *parts.body),
            response,
            *parts.feedback,
            explanation[1],
            xmlns=NAMESPACE,
            identifier=f"q-{question.key}",
            title=question.key,
            adaptive="false",
            timeDependent="false",
        ),
        parts.files,
    )


def _explanation(parts: ItemParts) -> tuple[str, str]:
    """Return the outcome that always shows the explanation, and the explanation."""
    if not parts.item.explanation:
        return "", ""
    name = "EXPLANATION"
    shown = tag("defaultValue", tag("value", "always"))
    outcome = tag(
        "outcomeDeclaration", shown, identifier=name, cardinality="single", baseType="identifier"
    )
    text = parts.block(parts.item.explanation)
    return outcome, modal(name, "always", text)
