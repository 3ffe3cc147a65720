"""A picture, data file or attachment of a module: added, replaced, deleted by an author."""

import itertools
import re
import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from courses.coursefiles.assets import check_asset, content_type, too_large
from courses.coursefiles.file_kinds import kind_of
from courses.domain import stored_files
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.rows import stop_at
from courses.domain.authoring.rows import lock_course
from courses.domain.authoring.uses import uses_of
from courses.errors import Conflict, Problem
from courses.file_store import hash_of
from courses.models import Asset, Module

LONGEST_STEM = 60
_OTHER = re.compile(r"[^a-z0-9]+")


@transaction.atomic
def add_file(*, module: Module, name: str, content: bytes, origin: Origin | None) -> Asset:
    """Store a file in the module, under a name made from the given one that nothing there has.

    What the module holds already under such a name is returned as it is. Raises Invalid.
    """
    lock_course(course=module.course)
    name = safe_name(name)
    stop_at(Problem("file", message) for message in _problems(name, content))
    digest = hash_of(content)
    taken = dict(module.assets.values_list("name", "content_hash"))
    free = next(one for one in _names(name) if taken.get(one, digest) == digest)
    if free in taken:
        return module.assets.get(name=free)
    row = Asset(module=module, name=free, content_type=content_type(free))
    row.content_hash, row.size = digest, len(content)
    with recording(row, origin=origin):
        stored_files.store(contents={digest: lambda: content})
        row.save()
    return row


@transaction.atomic
def replace_file(*, asset: Asset, content: bytes, seen: str, origin: Origin | None) -> Asset:
    """Give a file another content under its name; everything that shows it shows the new one.

    Attempts keep what they were made with. Raises Invalid for a content of another kind, and
    Conflict when the content is not the one that `seen` is the hash of.
    """
    row = _locked(asset)
    _refuse_unseen(row, seen)
    stop_at(Problem("file", message) for message in _problems(row.name, content))
    with recording(row, origin=origin):
        digest = hash_of(content)
        stored_files.store(contents={digest: lambda: content})
        row.content_hash, row.size = digest, len(content)
        row.save(update_fields=["content_hash", "size"])
    return row


@transaction.atomic
def delete_file(*, asset: Asset, seen: str, origin: Origin | None) -> None:
    """Delete a file that nothing shows. Raises Conflict that names what shows it."""
    row = _locked(asset)
    _refuse_unseen(row, seen)
    places = uses_of(row)
    if places:
        text = _("“%(name)s” is in use and would be missing from: %(places)s.")
        raise Conflict(text % {"name": row.name, "places": ", ".join(places)})
    with recording(row, origin=origin):
        row.delete()


def _locked(asset: Asset) -> Asset:
    lock_course(course=asset.module.course)
    row = Asset.objects.select_related("module__course").filter(pk=asset.pk).first()
    if row is None:
        raise Conflict(_("This no longer exists in the course."))
    return row


def _refuse_unseen(row: Asset, seen: str) -> None:
    if row.content_hash != seen:
        raise Conflict(_("Somebody else has replaced this file since you opened the page."))


def safe_name(name: str) -> str:
    """Return a file name of small letters, digits and hyphens, with its ending."""
    base = re.split(r"[/\\]", name)[-1]
    stem, _dot, ending = base.rpartition(".")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    short = _OTHER.sub("-", plain)[:LONGEST_STEM].strip("-")
    return f"{short or 'file'}.{_OTHER.sub('', ending.lower())[:10]}"


def largest_upload(name: str) -> int:
    """Return how many bytes a file of this name may have. Raises Invalid for no kind of ours."""
    kind = kind_of(safe_name(name))
    if kind is None:
        stop_at(Problem("file", message) for message in _problems(safe_name(name), b""))
    assert kind is not None  # noqa: S101 (for the type checker)
    return kind.max_bytes


def refuse_larger(*, name: str, size: int) -> None:
    """Raise Invalid for a file that is too large or of no kind of ours, before it is read."""
    limit = largest_upload(name)
    if size > limit:
        stop_at([Problem("file", too_large(limit))])


def _problems(name: str, content: bytes) -> list[str]:
    found = list(check_asset(name, content))
    if len(found) == 1 and found[0][0] == 1:
        return [found[0][1]]
    return [
        _("Line %(line)d: %(message)s") % {"line": line, "message": message}
        for line, message in found
    ]


def _names(name: str) -> "itertools.chain[str]":
    stem, _dot, ending = name.rpartition(".")
    return itertools.chain([name], (f"{stem}-{n}.{ending}" for n in itertools.count(2)))
