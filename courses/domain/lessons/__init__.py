"""A lesson and its checks. The checks are a practice quiz of the lesson: the same attempts, the
same responses, the same scoring as everywhere; the attempt begins with the first response.
"""

from courses.domain.lessons.opening import LessonPage, LessonSegment, open_lesson
from courses.domain.lessons.working import (
    LessonResponse,
    confirm,
    practise_again,
    respond,
    visit,
)

__all__ = [
    "LessonPage",
    "LessonResponse",
    "LessonSegment",
    "confirm",
    "open_lesson",
    "practise_again",
    "respond",
    "visit",
]
