"""Pictures, data files and attachments of a course."""

from courses.coursefiles.pictures import cover_place
from courses.domain import pinning
from courses.errors import NotFound
from courses.models import Asset, Course, Lesson, Module, PinnedContent


def find_asset(
    *, course: Course, module_key: str, name: str, pin: str = "", is_author: bool = False
) -> Asset | PinnedContent:
    """Return the file that the module's texts call by this name.

    Only authors find files of a module that is a draft or archived. With the hash that an attempt
    names, the file as that attempt was made with it, whatever has become of it since: only somebody
    who was shown the file knows its hash. Raises NotFound.
    """
    if pin:
        return _pinned(pin)
    files = Asset.objects.filter(module__course=course, module__key=module_key, name=name)
    if not is_author:
        files = files.filter(module__in=Module.objects.offered())
    # PostgreSQL takes no NUL, not even to look for one.
    found = files.first() if name.isprintable() else None
    if found is None:
        raise NotFound
    return found


def find_sample_asset(*, course: Course, module_key: str, name: str) -> Asset:
    """Return a file that the course's sample lesson shows. Raises NotFound."""
    lessons = Lesson.objects.offered().filter(course=course, module__key=module_key)
    lesson = lessons.filter(key=course.sample).first() if course.sample else None
    shown = "" if lesson is None else lesson.html
    found = find_asset(course=course, module_key=module_key, name=name)
    if f'"cx:asset:{name}"' not in shown or not isinstance(found, Asset):
        raise NotFound
    return found


def find_picture(*, course: Course, module_key: str = "") -> Asset:
    """Return the picture of an offered module, or the course's cover. Raises NotFound.

    It may be shown to all who may see the course in the catalogue; other files are for readers.
    """
    name = ""
    if module_key:
        module = Module.objects.offered().filter(course=course, key=module_key).first()
        name = "" if module is None else module.picture
    else:
        module_key, name = cover_place(course.cover)
    found = find_asset(course=course, module_key=module_key, name=name)
    if not isinstance(found, Asset) or not found.content_type.startswith("image/"):
        raise NotFound
    return found


def _pinned(pin: str) -> PinnedContent:
    found = pinning.find(content_hash=pin)
    if not found.is_file:
        raise NotFound
    return found
