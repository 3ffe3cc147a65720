"""What a page sent, as the texts of a form: one text a name, line breaks as they are stored."""

from collections.abc import Mapping

from django.http import QueryDict

from courses.posted import clean_text, row_number
from courses.questions.forms import ROOT

__all__ = ["clean_text", "question_fields", "row_number"]


def question_fields(data: QueryDict) -> Mapping[str, str]:
    """Return the texts of the question's own form."""
    within = f"{ROOT}."
    return {name: clean_text(str(data[name])) for name in data if name.startswith(within)}
