"""Numbers to type, with tolerance, known errors and drawn parameters."""

from courses.questions.numeric.question_type import Numeric

__all__ = ["Numeric"]
