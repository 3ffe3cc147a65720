"""An option to choose, as several types have it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy

from courses.questions.base import Json
from courses.questions.presentation import KEY, MARKDOWN, ui

STAYS = gettext_lazy(
    "An option that stays has the same place for every learner, for example “None of these”."
)
"""The help of a list of options."""


@dataclass(frozen=True, kw_only=True)
class Option:
    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="a"))
    text: str = field(metadata=ui(gettext_lazy("Text"), widget=MARKDOWN))
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))
    correct: bool = field(default=False, metadata=ui(gettext_lazy("Right"), place=-1))
    keeps_place: bool = field(
        default=False,
        metadata=ui(gettext_lazy("Stays")),
    )


def fixed_keys(options: Iterable[Option]) -> frozenset[str]:
    """Return the keys of the options that keep their place when the others are shuffled."""
    return frozenset(option.key for option in options if option.keeps_place)


def exchange_extra(options: Iterable[Option], *, is_shuffled: bool) -> Json:
    """Return what an exchange item says of the order of options; nothing where all are shuffled."""
    fixed = sorted(fixed_keys(options))
    return ({} if is_shuffled else {"shuffle": False}) | ({"fixed": fixed} if fixed else {})
