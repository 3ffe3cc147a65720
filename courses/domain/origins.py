"""Origins, as browsers write them: scheme, host, and the port if it is not the usual one. Pure."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*"
)
_PRINTABLE = re.compile(r"[!-~]+")
_USUAL_PORT = {"http": 80, "https": 443}
_HIGHEST_PORT = 65535


def origin_of(address: str) -> str | None:
    """Return the origin: `HTTPS://Learn.Example:443/a` → `https://learn.example`; None without one.

    https, and http on this machine itself. No user name, and nothing but ASCII: browsers write
    other names in punycode.
    """
    parts = _split(address)
    host = _host(parts) if parts else None
    if parts is None or host is None:
        return None
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        return None
    port = parts.port
    is_usual = port is None or port == _USUAL_PORT[parts.scheme]
    return f"{parts.scheme}://{host}" if is_usual else f"{parts.scheme}://{host}:{port}"


def names_only_an_origin(address: str) -> bool:
    """Return whether nothing follows the host: a path would suggest a limit that does not exist."""
    parts = _split(address)
    return parts is not None and not (parts.path.strip("/") or parts.query or parts.fragment)


def is_on(address: str, *, origin: str) -> bool:
    """Return whether this address is on that origin."""
    return origin_of(address) == origin


def _split(address: str) -> SplitResult | None:
    # Browsers read a backslash as a slash, and drop what cannot be printed.
    if not _PRINTABLE.fullmatch(address) or "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        is_sound = parts.port is None or 0 < parts.port <= _HIGHEST_PORT
    except ValueError:
        return None
    is_plain = parts.username is None and parts.password is None
    return parts if is_sound and is_plain and parts.scheme in _USUAL_PORT else None


def _host(parts: SplitResult) -> str | None:
    name = parts.hostname or ""
    if ":" in name:
        return f"[{ip_address(name).compressed}]" if _is_address(name) else None
    return name if _HOST.fullmatch(name) else None


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return _is_address(name) and ip_address(name).is_loopback


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return "%" not in name
