"""A gap in a text, typed or chosen from a list, and the words of a text that become gaps."""

import itertools
import re
from dataclasses import dataclass, field
from functools import partial

from django.utils.translation import gettext_lazy

from courses.questions.base import Json
from courses.questions.presentation import LINE, MARKDOWN, ui
from courses.questions.texts import ANY_LANGUAGE, normalised

GAP = re.compile(r"\[\[([A-Za-z0-9_-]+)\]\]")
_MARKED = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_OF_COURSE = re.compile(r"\w+:")
"""How a mark begins that leads to a term, a lesson and so on."""


@dataclass(frozen=True, kw_only=True)
class Blank:
    key: str = field(
        metadata=ui(
            gettext_lazy("Gap"),
            widget=LINE,
            help=gettext_lazy("What stands between [[ and ]] in the text."),
            generated="1",
        )
    )
    accept: tuple[str, ...] = field(
        metadata=ui(
            gettext_lazy("Accepted texts"), item=gettext_lazy("Accepted text"), widget=LINE, least=1
        )
    )
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))
    label: str = field(
        default="",
        metadata=ui(
            gettext_lazy("Name of the gap"),
            help=gettext_lazy(
                "For screen readers and in the review. Left empty, the gaps are numbered."
            ),
            widget=LINE,
            is_advanced=True,
        ),
    )
    options: tuple[str, ...] = field(
        default=(),
        metadata=ui(
            gettext_lazy("Choose from a list"),
            help=gettext_lazy(
                "Left empty, learners type. Exactly one of the list must be an accepted text."
            ),
            item=gettext_lazy("Entry of the list"),
            widget=LINE,
            is_advanced=True,
        ),
    )

    def accepts(self, text: str, language: str = ANY_LANGUAGE) -> bool:
        form = partial(normalised, language=language)
        return form(text) in map(form, self.accept)


def with_gaps(value: Json) -> Json:
    """Return the data with a numbered gap for all words between brackets that name no gap yet.

    `[[need|wish]]` becomes `[[1]]`, with a row that accepts both.
    """
    text, blanks = str(value.get("text", "")), list(value.get("blanks") or ())
    names = {str(blank.get("key", "")) for blank in blanks}
    names |= {name for name in GAP.findall(text) if name.isdecimal()}

    def gap(found: re.Match[str]) -> str:
        accept = [word.strip() for word in found[1].split("|") if word.strip()]
        if found[1] in names or not accept or _OF_COURSE.match(found[1]):
            return found[0]
        key = next(str(number) for number in itertools.count(1) if str(number) not in names)
        names.add(key)
        blanks.append({"key": key, "accept": accept, "feedback": ""})
        return f"[[{key}]]"

    marked = _MARKED.sub(gap, text)
    return value if marked == text else {**value, "text": marked, "blanks": blanks}
