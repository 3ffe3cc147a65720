"""Writing one thing of a course at a time, by the records and rules of course files.

Edits of one row and the synchronisation of a whole course assign the same records by the
same functions, so what is written here can be exported, and a synchronisation finds it changed.
"""

from courses.domain.authoring.edits.bulk import BulkChange, change_questions, starved_by
from courses.domain.authoring.edits.describing import describe_file
from courses.domain.authoring.edits.files import (
    add_file,
    delete_file,
    refuse_larger,
    replace_file,
    safe_name,
)
from courses.domain.authoring.edits.key_checks import KeyCheck, check_key
from courses.domain.authoring.edits.lesson_previews import LessonPreview, preview_lesson
from courses.domain.authoring.edits.lessons import create_lesson, save_lesson
from courses.domain.authoring.edits.objectives import (
    change_objective,
    create_objective,
    delete_objective,
)
from courses.domain.authoring.edits.order import OrderChanged, course_of, list_tag, move, move_to
from courses.domain.authoring.edits.previews import (
    DraftPreview,
    Preview,
    preview_draft,
    preview_version,
)
from courses.domain.authoring.edits.publication import (
    archive_part,
    publish_part,
    restore_part,
    schedule_part,
    unpublish_part,
)
from courses.domain.authoring.edits.questions import (
    change_question,
    create_question,
    restore_question,
    retire_question,
)
from courses.domain.authoring.edits.quizzes import (
    archive_quiz,
    change_quiz,
    create_quiz,
    publish_quiz,
    quiz_problems,
    restore_quiz,
)
from courses.domain.authoring.edits.restoring import restore_edition
from courses.domain.authoring.edits.rows import Overtaken, content_tag
from courses.domain.authoring.edits.stimuli import (
    change_stimulus,
    create_stimulus,
    delete_stimulus,
    free_stimulus_key,
)
from courses.domain.authoring.edits.structure import (
    add_lesson,
    add_module,
    add_quiz,
    free_course_key,
    publish_course,
)
from courses.domain.authoring.edits.versions import (
    data_problems,
    publish_draft,
    replace_draft,
    write_version,
)
from courses.domain.authoring.edits.whole_questions import (
    free_question_key,
    latest_version,
    save_question,
)
from courses.domain.authoring.edits.whole_quizzes import (
    QuizCheck,
    check_quiz_draft,
    quiz_as_stored,
    save_quiz,
)
from courses.domain.authoring.rows import lock_course

__all__ = [
    "BulkChange",
    "DraftPreview",
    "KeyCheck",
    "LessonPreview",
    "OrderChanged",
    "Overtaken",
    "Preview",
    "QuizCheck",
    "add_file",
    "add_lesson",
    "add_module",
    "add_quiz",
    "archive_part",
    "archive_quiz",
    "change_objective",
    "change_question",
    "change_questions",
    "change_quiz",
    "change_stimulus",
    "check_key",
    "check_quiz_draft",
    "content_tag",
    "course_of",
    "create_lesson",
    "create_objective",
    "create_question",
    "create_quiz",
    "create_stimulus",
    "data_problems",
    "delete_file",
    "delete_objective",
    "delete_stimulus",
    "describe_file",
    "free_course_key",
    "free_question_key",
    "free_stimulus_key",
    "latest_version",
    "list_tag",
    "lock_course",
    "move",
    "move_to",
    "preview_draft",
    "preview_lesson",
    "preview_version",
    "publish_course",
    "publish_draft",
    "publish_part",
    "publish_quiz",
    "quiz_as_stored",
    "quiz_problems",
    "refuse_larger",
    "replace_draft",
    "replace_file",
    "restore_edition",
    "restore_part",
    "restore_question",
    "restore_quiz",
    "retire_question",
    "safe_name",
    "save_lesson",
    "save_question",
    "save_quiz",
    "schedule_part",
    "starved_by",
    "unpublish_part",
    "write_version",
]
