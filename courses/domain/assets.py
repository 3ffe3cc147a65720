"""Pictures, data files and attachments of a course."""

from courses.domain import pinning
from courses.errors import NotFound
from courses.models import Asset, Course, Module, PinnedContent


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


def _pinned(pin: str) -> PinnedContent:
    found = pinning.find(content_hash=pin)
    if not found.is_file:
        raise NotFound
    return found
