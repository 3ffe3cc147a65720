"""Do the pictures that a course and its modules name exist?"""

from django.utils.translation import gettext as _

from courses.coursefiles.drafts import CourseDraft
from courses.coursefiles.problems import Notes

ENDINGS = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif")


def cover_place(cover: str) -> tuple[str, str]:
    """Return the key of the module and the file name that a course's `cover` names."""
    module, _slash, name = cover.partition("/")
    return module, name


def check_pictures(course: CourseDraft, notes: Notes) -> None:
    """Note each picture that is no picture among the files of the module."""
    names = {module.head.record.key: set(module.assets) for module in course.modules}
    for module in course.modules:
        record = module.head.record
        if record.picture and not _is_there(record.picture, names[record.key]):
            message = _("There is no picture “%(name)s” in this module.")
            line = module.head.line("picture")
            notes.problem(module.head.file, line, message % {"name": record.picture})
    cover = course.head.record.cover
    key, name = cover_place(cover)
    if cover and not _is_there(name, names.get(key, set())):
        message = _("There is no picture “%(name)s”; write the module's key, “/” and the file.")
        notes.problem(course.head.file, course.head.line("cover"), message % {"name": cover})


def _is_there(name: str, names: set[str]) -> bool:
    return name in names and name.lower().endswith(ENDINGS)
