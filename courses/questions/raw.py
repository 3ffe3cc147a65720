"""A response on its way in: from a form or JSON to flat fields, and what is refused on the way."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Invalid, Problem
from courses.questions.texts import is_blank

Raw = Mapping[str, Sequence[str]]
"""What was sent, flat: field name → texts. `flatten` makes it from a form or from JSON."""

RAW_TEXT_LIMIT = 100_000
"""Characters in one text of a response; longer is refused, never cut."""
RAW_FIELDS_LIMIT = 500
RAW_DEPTH_LIMIT = 3
NAMES_LIMIT = 5
"""Unknown fields that a refusal names; a longer list helps nobody."""
NAME_LIMIT = 80
"""Characters of a field's name in a refusal."""


class ResponseError(Invalid):
    """What was sent is not a response to this question. Nothing was stored."""

    code = "unreadable_response"
    default = gettext_lazy("This response could not be read.")


class UnknownFields(ResponseError):
    """Fields were sent that the question does not have; `problems` name the first of them."""

    def __init__(self, names: Sequence[str]) -> None:
        shown = [name if len(name) <= NAME_LIMIT else f"{name[:NAME_LIMIT]}…" for name in names]
        text = _("This question has no such field.")
        problems = [Problem(name, text) for name in shown[:NAMES_LIMIT]]
        fields = {"fields": ", ".join(problem.path for problem in problems)}
        super().__init__(
            _("This question has no field %(fields)s; nothing was stored.") % fields, problems
        )


class Watched(Mapping[str, Sequence[str]]):
    """A response on its way to a type: remembers which of its fields were looked at."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._read: set[str] = set()

    def __getitem__(self, name: str) -> Sequence[str]:
        self._read.add(name)
        return self._raw[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    @property
    def unread(self) -> list[str]:
        return [name for name in self._raw if name not in self._read]


def flatten(raw: Mapping[str, Any]) -> dict[str, list[str]]:
    """Flatten nested JSON or form lists: `{"match": {"a": "x"}}` → `{"match.a": ["x"]}`.

    Raises ResponseError on anything that is neither text, number, list nor mapping, and on input
    beyond the limits: it is refused, never cut.
    """
    flat: dict[str, list[str]] = {}
    for name, value in raw.items():
        _flatten_into(flat, str(name), value, depth=0)
    if len(flat) > RAW_FIELDS_LIMIT or any(len(v) > RAW_FIELDS_LIMIT for v in flat.values()):
        raise ResponseError(_("This response contains more than the question asks for."))
    return flat


def _flatten_into(flat: dict[str, list[str]], name: str, value: Any, depth: int) -> None:
    if isinstance(value, Mapping) and depth < RAW_DEPTH_LIMIT:
        if not value:
            flat.setdefault(name, [])  # Its name can still be refused.
        for inner, part in value.items():
            _flatten_into(flat, f"{name}.{inner}", part, depth + 1)
    elif isinstance(value, list | tuple):
        flat.setdefault(name, [])
        for part in value:
            flat[name].append(_plain_text(part))
    elif value is None:
        flat.setdefault(name, [])
    else:
        flat.setdefault(name, []).append(_plain_text(value))


def _plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise ResponseError(_("Expected a text."))
    text = str(value)
    if len(text) > RAW_TEXT_LIMIT:
        limit = {"limit": RAW_TEXT_LIMIT}
        raise ResponseError(_("This text is longer than %(limit)d characters.") % limit)
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ResponseError(_("This text contains characters that cannot be stored."))
    return text


def one(raw: Raw, name: str) -> str:
    """Return the only text sent for a field, or "". Raises ResponseError when there are several."""
    texts = raw.get(name) or [""]
    if len(texts) > 1:
        raise ResponseError(_("Expected one value, but several were sent."))
    return texts[0]


def known(keys: Sequence[str], given: Sequence[str]) -> None:
    """Raise ResponseError unless every given key exists and none is repeated."""
    if len(set(given)) != len(given) or not set(given) <= set(keys):
        raise ResponseError(_("This response does not belong to this question."))


def keyed(
    raw: Raw, name: str, keys: Sequence[str], allowed: Collection[str] | None = None
) -> dict[str, str]:
    """Return the texts of the fields `name.<key>` by key, in the order of `keys`, without blanks.

    Raises ResponseError on several texts for one field, on a key that is not in `keys` and on a
    text that is not in `allowed`, if that is given.
    """
    prefix = f"{name}."
    given = {field[len(prefix) :]: one(raw, field) for field in raw if field.startswith(prefix)}
    unknown = [f"{prefix}{key}" for key in given if key not in keys]
    if unknown:
        raise UnknownFields(unknown)
    filled = {key: given[key] for key in keys if not is_blank(given.get(key, ""))}
    if allowed is not None:
        known(list(allowed), list(set(filled.values())))
    return filled
