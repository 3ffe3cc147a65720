"""What a reading of a file came to, as plain JSON for programs."""

from collections.abc import Mapping, Sequence

from courses.interchange.found import Found
from courses.questions.base import Json


def report_of(found: Sequence[Found], statuses: Mapping[int, str] | None = None) -> Json:
    """Return how many questions were found and what becomes of each.

    `statuses` say of the question at a place whether it is new, changed or identical.
    """
    supported = [(place, one) for place, one in enumerate(found) if one.item is not None]
    return {
        "found": len(found),
        "supported": len(supported),
        "unsupported": [
            {"line": one.line, "type": one.type, "title": one.title, "reason": one.reason}
            for one in found
            if one.item is None
        ],
        "questions": [_question(one, (statuses or {}).get(place, "")) for place, one in supported],
    }


def _question(found: Found, status: str) -> Json:
    assert found.item is not None  # noqa: S101 (the caller chose those)
    row: Json = {
        "type": found.item.type_key,
        "title": found.title,
        "line": found.line,
        "format_type": found.type,
        "losses": [
            {"field": loss.field, "code": loss.code, "text": loss.text} for loss in found.losses
        ],
    }
    return row | ({"status": status} if status else {})
