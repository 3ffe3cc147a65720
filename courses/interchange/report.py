"""What a reading of a file came to, as plain JSON for programs."""

from collections.abc import Mapping, Sequence

from courses.interchange.found import TEXT, Found
from courses.questions.base import Json


def report_of(found: Sequence[Found], statuses: Mapping[int, str] | None = None) -> Json:
    """Return how many questions were found and what becomes of each.

    `statuses` say of the question at a place whether it is new, changed or identical.
    """
    supported = [(place, one) for place, one in enumerate(found) if one.is_supported]
    return {
        "found": len(found),
        "supported": len(supported),
        "unsupported": [
            {"line": one.line, "type": one.type, "title": one.title, "reason": one.reason}
            for one in found
            if not one.is_supported
        ],
        "questions": [_question(one, (statuses or {}).get(place, "")) for place, one in supported],
    }


def _question(found: Found, status: str) -> Json:
    row: Json = {
        "type": TEXT if found.item is None else found.item.type_key,
        "title": found.title,
        "line": found.line,
        "format_type": found.type,
        "losses": [
            {"field": loss.field, "code": loss.code, "text": loss.text} for loss in found.losses
        ],
    }
    return row | ({"status": status} if status else {})
