"""What a format says and we cannot keep, or we say and a format cannot: a closed list.

Each code has one sentence; `{detail}` in it is what the file says there.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, tuple[str, Any]] = {
    "surroundings": ("text", _("Not kept: %(line)s")),
    "tag": ("tags", _("This tag cannot be kept: %(detail)s")),
    "points": ("points", _("A quiz sets the points here. Not kept: %(detail)s")),
    "penalty": ("penalty", _("What a further try costs is not kept; a quiz sets that here.")),
    "wrong_points": (
        "scoring",
        _("Points for a wrong answer are not kept: only the right one earns any."),
    ),
    "uneven_points": (
        "scoring",
        _(
            "Each answer's own share of the points is not kept: the right ones count the same, "
            "and each wrong one takes as much away."
        ),
    ),
    "partial_points": ("scoring", _("Part of the points for an answer is not kept: %(detail)s")),
    "wildcard": ("answers", _("A * stands for any letters in Moodle, and for itself here.")),
    "several_numbers": (
        "answers",
        _("A question has one right number. Not kept: %(text)s"),
    ),
    "tolerance": ("answers", _("The tolerance of a number is not kept: %(detail)s")),
    "units": ("answers", _("Of several units one is kept. Not kept: %(detail)s")),
    "case": ("answers", _("Capital and small letters count the same in a gap.")),
    "feedback": ("feedback", _("A reason for an answer has no place there: %(detail)s")),
    "combined_feedback": (
        "feedback",
        _("Reasons for right, partly right and wrong responses stand in the explanation now."),
    ),
    "standard_feedback": (
        "feedback",
        _("“Your answer is correct.” and the like are not kept: pages here say that themselves."),
    ),
    "known_answers": ("answers", _("A wrong answer has no place in a gap: %(detail)s")),
    "hints": ("hints", _("Hints have no place there.")),
    "hint_options": ("hints", _("What a hint clears or counts is not kept.")),
    "numbering": ("options", _("How the options are numbered is not kept: %(detail)s")),
    "shuffle": ("options", _("In which order options are shown is not kept.")),
    "fixed_option": ("options", _("Which options keep their place is not kept.")),
    "html": ("text", _("Formatting that is not kept: %(detail)s")),
    "link": ("text", _("A link that is not kept: %(detail)s")),
    "picture": ("files", _("A picture that is not in the file: %(detail)s")),
    "picture_kind": ("files", _("A file of this kind is not kept: %(detail)s")),
    "alternative_text": ("files", _("A picture has no text that describes it: %(detail)s")),
    "essay_form": ("response", _("The form of the response is not kept: %(detail)s")),
    "essay_files": ("response", _("Learners cannot attach files here.")),
    "word_limits": ("response", _("The limits of words have no place there.")),
    "rubric": ("rubric", _("The rubric has no place there.")),
    "model_answer": ("model_answer", _("The model answer has no place there.")),
    "ordering_scoring": ("scoring", _("How an order is graded is not kept: %(detail)s")),
    "drawn_numbers": ("params", _("Numbers drawn for each learner have no place there.")),
    "known_errors": ("answers", _("Known wrong results have no place there.")),
    "shared_text": (
        "stimulus",
        _("The shared text is on its own there; that the question shows it is not kept."),
    ),
    "no_shared_text": ("stimulus", _("The shared text has no place there: %(detail)s")),
    "question_details": ("about", _("This has no place there: %(detail)s")),
}
"""Code → the field that it is about, and its sentence."""


@dataclass(frozen=True)
class Loss:
    """One thing that is not kept; `detail` is what the file says there."""

    code: str
    detail: str = ""

    @property
    def field(self) -> str:
        return SENTENCES[self.code][0]

    @property
    def text(self) -> str:
        sentence = str(SENTENCES[self.code][1])
        values = dict.fromkeys(("detail", "line", "text"), self.detail)
        return sentence % values if "%(" in sentence else sentence
