"""The zip of a QTI 2.1 package: a manifest, an item for each question, the pictures."""

import io
import zipfile
from collections.abc import Sequence

from courses.interchange.losses import Loss
from courses.interchange.moodle_xml.writing import tag
from courses.interchange.outgoing import OutgoingQuestion, Written
from courses.interchange.qti21.items import item_xml

_MANIFEST = "http://www.imsglobal.org/xsd/imscp_v1p1"
_ITEM = "imsqti_item_xmlv2p1"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every member, so that the same questions give the same bytes."""


def write_qti21(questions: Sequence[OutgoingQuestion]) -> Written:
    """Return a package with all questions that the standard has an interaction for."""
    written = Written()
    members: dict[str, bytes] = {}
    resources: list[str] = []
    for question, (xml, names) in written.collect(questions, item_xml):
        path = f"items/{question.key}.xml"
        members[path] = xml.encode()
        if question.shared is not None:
            lost = Loss("no_shared_text", question.shared.title or question.shared.key)
            written.losses.setdefault(question.key, []).append(lost)
        stored = sorted(names & set(question.files))
        missing = [Loss("picture", name) for name in sorted(names - set(question.files))]
        if missing:
            written.losses.setdefault(question.key, []).extend(missing)
        members |= {f"items/files/{name}": question.files[name] for name in stored}
        hrefs = [path, *(f"items/files/{name}" for name in stored)]
        files = [f'<file href="{href}"/>' for href in hrefs]
        resource = {"identifier": f"r-{question.key}", "type": _ITEM, "href": path}
        resources.append(tag("resource", *files, **resource))
    members["imsmanifest.xml"] = _manifest(resources).encode()
    written.content = _zip(members)
    return written


def _manifest(resources: Sequence[str]) -> str:
    head = tag("schema", "QTIv2.1 Package") + tag("schemaversion", "1.0.0")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag(
        "manifest",
        tag("metadata", head),
        "<organizations/>",
        tag("resources", *resources),
        xmlns=_MANIFEST,
        identifier="questions",
    )


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(members.items()):
            member = zipfile.ZipInfo(name, date_time=_FIRST_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return out.getvalue()
