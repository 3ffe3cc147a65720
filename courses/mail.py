"""E-mail to people, through the mail settings of the site."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from enum import Enum
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

import django
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)

_NONE = "django.core.mail.backends.dummy.EmailBackend"


def is_configured() -> bool:
    """Return whether the site sends mail."""
    mailers = getattr(settings, "MAILERS", None)
    backend = mailers["default"]["BACKEND"] if mailers else settings.EMAIL_BACKEND
    return bool(backend != _NONE)


def send_each(*, to: Iterable[str], subject: str, text: str) -> list[str]:
    """Send the same text to each address alone; return those to whom it could not be sent."""
    failed = []
    for address in to:
        try:
            EmailMessage(subject, text, to=[address]).send()
        except (OSError, SMTPException):
            logger.exception("A mail could not be sent.")
            failed.append(address)
    return failed


class Sending(Enum):
    """What became of a mail that was sent once."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For now: it may be sent again."""
    REJECTED = "rejected"
    """For good."""
    UNREACHED = "unreached"
    """There was no connection: no mail would have gone out."""
    UNKNOWN = "unknown"
    """The connection broke after the mail was begun: it may have been accepted."""


_PERMANENT = 500
"""Answers of a mail server from here on are final."""


def send_once(message: EmailMessage) -> Sending:
    """Send a mail over a connection of its own and return what became of it. Raises nothing.

    REFUSED, REJECTED and UNREACHED are certain: the mail server did not take the mail.
    """
    connection = _connection()
    try:
        connection.open()
    except Exception:
        logger.exception("The mail server could not be reached.")
        return Sending.UNREACHED
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused as error:
        return _refused(code for code, _text in error.recipients.values())
    except SMTPResponseException as error:
        return _refused([error.smtp_code])
    except Exception:
        logger.exception("It is not known whether a mail was sent.")
        return Sending.UNKNOWN
    finally:
        with suppress(Exception):
            connection.close()
    return Sending.ACCEPTED


def _refused(codes: Iterable[int]) -> Sending:
    logger.warning("The mail server refused a mail: %s.", found := list(codes))
    return Sending.REJECTED if min(found) >= _PERMANENT else Sending.REFUSED


def _connection() -> Any:
    """Return a connection that is not open yet."""
    if django.VERSION >= (6, 1):
        return mail.mailers.default
    return mail.get_connection()
