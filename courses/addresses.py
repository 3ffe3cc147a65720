"""The address of the client that a request comes from: one answer for limits, locks and logs."""

import ipaddress
import logging

from django.http import HttpRequest

from courses.conf import settings

HEADER = "HTTP_X_FORWARDED_FOR"

logger = logging.getLogger(__name__)


def client_address(request: HttpRequest) -> str:
    """Return the address, as `COURSES_TRUSTED_PROXIES` proxies in front of the site report it.

    Each of them adds the address that it was called from to the end of X-Forwarded-For. What stands
    before those entries was sent by the client and may be invented; with 0 nothing is read.
    """
    direct = str(request.META.get("REMOTE_ADDR") or "")
    sent = request.META.get(HEADER)
    if not sent:
        return direct
    trusted = int(settings.TRUSTED_PROXIES)
    if trusted < 1:
        _warn_once()
        return direct
    entries = [entry.strip() for entry in sent.split(",")]
    return _address(entries[-min(trusted, len(entries))]) or direct


def _address(entry: str) -> str:
    """Return an entry without its port, in one form for each address; "" for no address."""
    host = entry.removeprefix("[").partition("]")[0] if entry.startswith("[") else entry
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


class _Warning:
    """Whether this process has logged the warning already."""

    is_given = False


def _warn_once() -> None:
    if not _Warning.is_given:
        _Warning.is_given = True
        logger.warning(
            "A request came with X-Forwarded-For, but COURSES_TRUSTED_PROXIES is 0: the header is "
            "ignored. Behind a proxy, all visitors then count as one address in every limit and "
            "lock: set it (in the shipped site: TRUSTED_PROXIES) to the number of your proxies."
        )
