"""Figures and data files of a course."""

from courses.errors import NotFound
from courses.models import Asset, Course


def find_asset(*, course: Course, module_key: str, name: str) -> Asset:
    """The file that the module's texts call by this name; its content comes when it is read.

    Raises NotFound.
    """
    files = Asset.objects.filter(module__course=course, module__key=module_key, name=name)
    # PostgreSQL takes no NUL, not even to look for one.
    found = files.defer("content").first() if name.isprintable() else None
    if found is None:
        raise NotFound
    return found
