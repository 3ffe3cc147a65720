"""An option to choose, as several types have it."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy

from courses.questions.presentation import KEY, MARKDOWN, ui


@dataclass(frozen=True, kw_only=True)
class Option:
    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="a"))
    text: str = field(metadata=ui(gettext_lazy("Text"), widget=MARKDOWN))
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))
    correct: bool = field(default=False, metadata=ui(gettext_lazy("Right"), place=-1))
