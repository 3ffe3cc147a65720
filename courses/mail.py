"""E-mail to people, through the mail settings of the site."""

import logging
from collections.abc import Iterable
from smtplib import SMTPException

from django.conf import settings
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
