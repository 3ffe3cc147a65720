"""A certificate as a page of A4 that screen readers can read (PDF/UA-1), made by Typst."""

import io
import json
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from courses.errors import NotFound
from courses.models import Certificate, CertificateRule

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_TEMPLATE = Path(__file__).with_name("certificate.typ")


def render(
    *, certificate: Certificate, issuer: str, colour: str, address: str, watermark: str = ""
) -> bytes:
    """Return the PDF in the language that is active. Raises NotFound without Typst.

    A watermark stands large behind everything, and before the title of the document.
    A name with letters that no font here has cannot be in PDF/UA; it is tagged all the same.
    """
    try:
        import typst
    except ImportError:
        raise NotFound(
            _("This site makes no PDF files: the extra “certificates” is not installed.")
        ) from None
    inputs = _inputs(certificate, issuer, colour, address) | {"watermark": watermark}
    if watermark:
        inputs["title"] = f"{watermark} – {inputs['title']}"
    source = _TEMPLATE.read_bytes()
    try:
        return _bytes(typst.compile(source, sys_inputs=inputs, pdf_standards=["ua-1"]))
    except typst.TypstError:
        return _bytes(typst.compile(source, sys_inputs=inputs))


def _bytes(made: Any) -> bytes:
    return bytes(made)


def _inputs(row: Certificate, issuer: str, colour: str, address: str) -> dict[str, str]:
    if not COLOUR.fullmatch(colour):
        raise ValueError("COURSES_CERTIFICATE_COLOUR is a colour such as #0b5563.")
    title = _("Certificate of %(name)s: %(course)s") if row.name else _("Certificate: %(course)s")
    return {
        "title": title % {"name": row.name, "course": row.course_title},
        "issuer": issuer,
        "number": _("Certificate %(number)s") % {"number": row.number},
        "colour": colour,
        "language": translation.get_language().partition("-")[0],
        "kicker": _("Certificate") if row.name else "",
        "name": row.name or _("Certificate"),
        "sentence": sentence(row),
        "description": row.description,
        "facts": json.dumps(_facts(row)),
        "verify_at": _("Verify it at"),
        "address": address,
        "qr": _qr(address),
        "qr_alt": _("QR code of the address %(address)s") % {"address": address},
    }


def sentence(row: Certificate) -> str:
    """Return what the holder did; their name, if the certificate has one, stands before it."""
    values = {"course": row.course_title, "exam": row.exam_title}
    if row.rule.basis == CertificateRule.Basis.EXAM:
        if row.name:
            return _("has passed the exam “%(exam)s” of the course “%(course)s”.") % values
        return _("The holder has passed the exam “%(exam)s” of the course “%(course)s”.") % values
    if row.name:
        return _("has completed the course “%(course)s”.") % values
    return _("The holder has completed the course “%(course)s”.") % values


def _facts(row: Certificate) -> list[tuple[str, str]]:
    found = [(_("Issued"), _day(row.issued_at))]
    if row.valid_until is not None:
        found.append((_("Valid until"), _day(row.valid_until)))
    if row.percent is not None:
        found.append((row.exam_title, _percent(row)))
    if row.minutes:
        hours, minutes = divmod(row.minutes, 60)
        length = _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
        found.append((_("Length of the course"), length))
    return found


def _percent(row: Certificate) -> str:
    shown = row.shown_percent or Decimal(0)
    return _("%(number)s%%") % {"number": number_format(shown, 1 if shown % 1 else 0)}


def _day(moment: datetime) -> str:
    """Return the day as the pages of the certificate write it, by the reader's clock."""
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def _qr(address: str) -> str:
    """Return a drawing of the address as SVG; empty where segno is not installed."""
    try:
        import segno
    except ImportError:
        return ""
    drawing = io.BytesIO()
    segno.make(address, error="m").save(drawing, kind="svg", border=2, xmldecl=False)
    return drawing.getvalue().decode()
