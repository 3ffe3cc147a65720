"""What a question names but does not hold, kept for its attempt: the stimulus, files, terms.

An attempt shows these as they were when its item was made, whatever is edited, replaced or deleted
later and by whatever means. They are stored by their hash, so that many attempts share one row.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Q

from courses.coursefiles import mentions
from courses.errors import NotFound
from courses.file_store import hash_of
from courses.lru_cache import reported
from courses.models import Asset, AttemptItem, Enrolment, PinnedContent, Question, Stimulus, Term
from courses.models.pinned import JSON

OF_TRIAL = "trial"
"""How the name of a content begins that one trial has for itself; no hash does."""
KINDS = ("asset", "term")
"""What a text names by key and an attempt keeps; a lesson or a source is only linked."""

Pins = tuple[tuple[str, str, str], ...]
"""(kind, key, hash) of what an item's texts name."""

Key = TypeVar("Key")
Named = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ContentToPin:
    """Something to pin; a file has no `data` here, for the storage has it under the same hash."""

    hash: str
    content_type: str
    data: bytes = b""


def pin(
    items: Sequence[AttemptItem],
    *,
    enrolment: Enrolment | None = None,
    questions: Mapping[int, Question] | None = None,
) -> None:
    """Give new items what their questions name as it is now; the caller saves them.

    `questions` are theirs by key with their stimuli, where the caller has read them.

    The texts of a trial get rows of their own, so that they can go with it; its files are not
    pinned.

    At most seven queries, whatever the number of items; one when nothing is named.
    """
    if questions is None:
        questions = _questions(items)
    names = {id(item): _named(item, questions[item.version.question_id]) for item in items}
    files = _files(questions.values(), names.values())
    terms = _terms(questions.values(), names.values())
    stimuli = {
        row.stimulus_id: stimulus_content(row.stimulus)
        for row in questions.values()
        if row.stimulus is not None
    }
    if enrolment is not None and enrolment.is_trial:
        salt = str(enrolment.uuid)
        files, terms, stimuli = {}, _salted(terms, salt), _salted(stimuli, salt)
    pinned = _get_or_create([*files.values(), *terms.values(), *stimuli.values()])
    for item in items:
        question = questions[item.version.question_id]
        stimulus = stimuli.get(question.stimulus_id)
        item.stimulus = pinned[stimulus.hash] if stimulus else None
        item.pinned = []
        for kind, key in names[id(item)]:
            place = question.module_id if kind == "asset" else question.course_id
            found = (files if kind == "asset" else terms).get((place, key))
            if found is not None:
                item.pinned.append([kind, key, found.hash])


def hashes(items: Iterable[AttemptItem]) -> set[str]:
    """Return the hashes of all that is pinned for the items; their stimuli should be loaded."""
    named = {content_hash for item in items for _kind, _key, content_hash in item.pinned}
    return named | {item.stimulus.content_hash for item in items if item.stimulus is not None}


def _salted(contents: dict[Key, ContentToPin], salt: str) -> dict[Key, ContentToPin]:
    """Return the texts under names that they have in one trial alone."""
    salted = {key: hash_of(salt.encode() + one.data) for key, one in contents.items()}
    return {
        key: replace(one, hash=OF_TRIAL + salted[key][len(OF_TRIAL) :])
        for key, one in contents.items()
    }


def pins_of(item: AttemptItem) -> Pins:
    return tuple((kind, key, content_hash) for kind, key, content_hash in item.pinned)


def stimulus_content(row: Stimulus) -> ContentToPin:
    """Return the content to pin of a stimulus."""
    return _as_json({"key": row.key, "title": row.title, "body": row.body})


def stimulus_of(item: AttemptItem) -> dict[str, str] | None:
    """Return key, title and body of the stimulus that the item was made with."""
    if item.stimulus is None:
        return None
    values: dict[str, str] = json.loads(bytes(item.stimulus.content))
    return values


def find(*, content_hash: str) -> PinnedContent:
    """Return the pinned content with this hash. Raises NotFound."""
    # PostgreSQL takes no NUL, not even to look for one.
    rows = PinnedContent.objects.filter(content_hash=content_hash)
    found = rows.first() if content_hash.isalnum() else None
    if found is None:
        raise NotFound
    return found


def find_term(*, content_hash: str) -> dict[str, str] | None:
    """Return key, term and definition pinned under this hash, if a term was."""
    try:
        found = find(content_hash=content_hash)
    except NotFound:
        return None
    values = json.loads(bytes(found.content)) if found.content_type == JSON else {}
    return values if isinstance(values, dict) and "definition" in values else None


def _questions(items: Iterable[AttemptItem]) -> dict[int, Question]:
    wanted = {item.version.question_id for item in items}
    return Question.objects.select_related("stimulus").in_bulk(wanted)


def _named(item: AttemptItem, question: Question) -> Named:
    data = item.version.data
    texts = [text for _path, text in mentions.texts(data, "")]
    if question.stimulus is not None:
        texts.append(question.stimulus.body)
    found = [one for text in texts for one in _named_in(text)]
    picture = data.get("image") if isinstance(data, dict) else None
    if isinstance(picture, str):
        found.append(("asset", picture))
    return tuple(dict.fromkeys(found))


@reported("pins")
@lru_cache(maxsize=8192)
def _named_in(text: str) -> Named:
    findings = mentions.inspect(text)
    if findings is None:
        return ()
    return tuple((one.kind, one.key) for one in findings.mentions if one.kind in KINDS)


def _keys(kind: str, names: Iterable[Named]) -> set[str]:
    return {key for named in names for of, key in named if of == kind}


def _files(
    questions: Iterable[Question], names: Iterable[Named]
) -> dict[tuple[int | None, str], ContentToPin]:
    keys = _keys("asset", names)
    if not keys:
        return {}
    modules = {question.module_id for question in questions}
    rows = Asset.objects.filter(module__in=modules, name__in=keys)
    return {
        (row.module_id, row.name): ContentToPin(row.content_hash, row.content_type) for row in rows
    }


def _terms(
    questions: Iterable[Question], names: Iterable[Named]
) -> dict[tuple[int | None, str], ContentToPin]:
    keys = _keys("term", names)
    if not keys:
        return {}
    courses = {question.course_id for question in questions}
    rows = Term.objects.filter(course__in=courses, key__in=keys)
    return {
        (row.course_id, row.key): _as_json(
            {"key": row.key, "term": row.term, "definition": row.definition}
        )
        for row in rows
    }


def _get_or_create(contents: Iterable[ContentToPin]) -> dict[str, PinnedContent]:
    """Return hash → stored row of each; create those that are new."""
    by_hash = {one.hash: one for one in contents}
    if not by_hash:
        return {}
    rows = PinnedContent.objects.defer("content").filter(Q(content_hash__in=by_hash))
    found = {row.content_hash: row for row in rows}
    new = [
        PinnedContent(content_hash=key, content_type=one.content_type, content=one.data)
        for key, one in by_hash.items()
        if key not in found
    ]
    if new:
        # Another start may store the same at this moment; the row is the same either way.
        PinnedContent.objects.bulk_create(new, ignore_conflicts=True)
        found = {row.content_hash: row for row in rows.all()}
    return found


def _as_json(values: dict[str, Any]) -> ContentToPin:
    data = json.dumps(values, ensure_ascii=False, sort_keys=True).encode()
    return ContentToPin(hash_of(data), JSON, data)
