"""A gap in a text, typed or chosen from a list."""

from dataclasses import dataclass, field
from functools import partial

from django.utils.translation import gettext_lazy

from courses.questions.presentation import LINE, MARKDOWN, ui
from courses.questions.texts import ANY_LANGUAGE, normalised


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
