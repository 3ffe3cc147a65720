"""The enemies of a question on its page: found by their words, added and removed by a button."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict

from courses.admin.studio.about import AboutForm
from courses.domain.authoring import bank_search
from courses.domain.authoring.bank_search import BankQuery
from courses.models import Course, Question

FIND, ADD, REMOVE = "find", "pair", "unpair"
VERBS = frozenset((FIND, ADD, REMOVE))
SEARCH = "find_enemies"
FEW = 8


@dataclass(frozen=True)
class EnemyRow:
    """A question that is an enemy, or may become one. A key without a row has no number."""

    key: str
    stem: str
    pk: int | None = None


def sent_data(data: QueryDict, verb: str, key: str) -> QueryDict:
    """Return what was sent, with the enemy that a button adds or removes."""
    if verb not in (ADD, REMOVE):
        return data
    changed = data.copy()
    keys = [one for one in keys_of(changed.get("enemies", "")) if one != key]
    changed["enemies"] = ", ".join([*keys, *([key] if verb == ADD else [])])
    return changed


def keys_of(text: str) -> list[str]:
    """Return the keys that the hidden field holds."""
    return list(dict.fromkeys(text.replace(",", " ").split()))


class Enemies:
    """What the page shows: the enemies, who names this question as one, and what was found."""

    def __init__(self, about: AboutForm, *, course: Course, question: Question | None) -> None:
        self._course, self._question = course, question
        self.field = about["enemies"]
        value = self.field.value()
        self.keys = list(value) if isinstance(value, list | tuple) else keys_of(str(value or ""))
        self.words = str(about.data.get(SEARCH, ""))[:200].strip() if about.is_bound else ""

    @cached_property
    def chosen(self) -> list[EnemyRow]:
        """The enemies that this question names, in their order."""
        rows = Question.objects.filter(course=self._course, key__in=self.keys) if self.keys else ()
        known = {row.key: row for row in self._rows(rows)}
        return [known.get(key, EnemyRow(key, "")) for key in self.keys]

    @cached_property
    def naming(self) -> list[EnemyRow]:
        """The questions that name this one as their enemy."""
        if self._question is None:
            return []
        rows = bank_search.naming_as_enemy(question=self._question)
        return [row for row in self._rows(rows) if row.key not in self.keys]

    @cached_property
    def found(self) -> list[EnemyRow]:
        """The first questions that have the words looked for."""
        if not self.words:
            return []
        rows = bank_search.find(course=self._course, query=BankQuery(words=self.words))
        own = [self._question.pk] if self._question else []
        rows = rows.exclude(key__in=self.keys).exclude(pk__in=own)
        return self._rows(rows[:FEW])

    @property
    def is_open(self) -> bool:
        return bool(self.keys or self.words or self.naming or self.field.errors)

    def _rows(self, questions: Iterable[Question]) -> list[EnemyRow]:
        rows = list(questions)
        texts = bank_search.texts(questions=rows) if rows else {}
        return [EnemyRow(row.key, texts.get(row.pk, ""), row.pk) for row in rows]
