"""The one way out: every call that the courses make to another machine goes through `get` or
`post`.

An address is resolved once, checked, and the connection is made to the very address that was
checked, so that a second lookup cannot lead elsewhere. No redirect is followed, no proxy of the
environment is used. A call ends within `TIMEOUT_S`, whatever the other side does, and reads no more
than `MOST_BYTES`.
"""

import http.client
import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from courses.conf import settings
from courses.domain.timed_sockets import Address, TimedSocket

TIMEOUT_S = 10.0
MOST_BYTES = 1024 * 1024
_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class CallRefused(Exception):
    """The call was not made: it would have gone where no call may go."""


class CallFailed(Exception):
    """The call was made and brought no answer."""


@dataclass(frozen=True)
class Answer:
    """The response to a call. `is_cut`: it was longer than `MOST_BYTES`, and the rest not read."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    is_cut: bool = False


@dataclass(frozen=True)
class Destination:
    """Where a call goes: the name for the certificate and the `Host` header, and the addresses of
    the name, tried in this order until one takes the connection.
    """

    host: str
    port: int
    is_secure: bool
    addresses: Sequence[Address]


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a POST and return the answer, whatever its status.

    Raises CallRefused or CallFailed.

    Opens no transaction.
    """
    return _call("POST", url, body, headers)


def put(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a PUT and return the answer, whatever its status.

    Raises CallRefused or CallFailed.\n\nOpens no transaction.
    """
    return _call("PUT", url, body, headers)


def get(url: str, *, headers: Mapping[str, str]) -> Answer:
    """Send a GET and return the answer, whatever its status.

    Raises CallRefused or CallFailed.

    Opens no transaction.
    """
    return _call("GET", url, None, headers)


def _call(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    deadline = time.monotonic() + TIMEOUT_S
    parts = checked(url)
    found = target(parts, deadline=deadline)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with TimedSocket(found.addresses, found.port, deadline) as wire:
            if found.is_secure:
                wire.secure(found.host)
            connection = _connection(wire, found)
            connection.request(method, path, body, {**headers, "Connection": "close"})
            return _read(connection)
    except TimeoutError as error:
        raise CallFailed(f"No answer within {TIMEOUT_S:.0f} seconds.") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CallFailed(f"{type(error).__name__}: {error}") from error


def checked(url: str) -> SplitResult:
    """Return the address in its parts. Raises CallRefused unless it is a plain https address.

    http is for hosts that are allow-listed; whether one is, only the connection shows.
    """
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise CallRefused("The address has characters that must be percent-encoded.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CallRefused(f"The address cannot be read: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise CallRefused("The address must begin with https:// and name a host.")
    if "@" in parts.netloc or "#" in url:
        raise CallRefused("The address may hold neither a password nor a fragment.")
    return parts


def target(parts: SplitResult, *, deadline: float) -> Destination:
    """Return the addresses to connect to.

    Raises CallRefused unless every address of the name is public.
    """
    host = str(parts.hostname).rstrip(".")
    port = parts.port or _PORTS[parts.scheme]
    addresses = _resolve(host, port, deadline)
    if not addresses:
        raise CallFailed(f"The name {host} has no address.")
    _require_public(parts, host, addresses)
    return Destination(host, port, parts.scheme == "https", addresses)


def refuse_unreachable(parts: SplitResult) -> None:
    """Raise CallRefused where a call is refused whenever it is made: the host is an address, in any
    spelling, or a name of this machine. Asks no other machine: what a name stands for may change.
    """
    host = str(parts.hostname).rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        addresses: list[Address] = [ipaddress.IPv4Address("127.0.0.1")]
    else:
        addresses = _spelt_out(host)
    if addresses:
        _require_public(parts, host, addresses)


def _require_public(parts: SplitResult, host: str, addresses: Sequence[Address]) -> None:
    is_listed = all(_is_allow_listed(host, one) for one in addresses)
    if not is_listed and not all(is_public(one) for one in addresses):
        raise CallRefused(
            f"{host} is not a public address, and COURSES_OUTGOING_ALLOW does not name it."
        )
    if parts.scheme != "https" and not is_listed:
        raise CallRefused("The address must begin with https://.")


def _spelt_out(host: str) -> list[Address]:
    """Return the addresses written as the host ("127.1", "0x7f000001", "::1"); none for a name."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


def is_public(address: Address) -> bool:
    """Return whether it is on the public internet; for IPv4 inside IPv6, the IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        tunnelled = [address.sixtofour, *(address.teredo or ())]
        if any(one is not None and not is_public(one) for one in tunnelled):
            return False
        if address.is_site_local or address.scope_id:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _is_allow_listed(host: str, address: Address) -> bool:
    """Return whether `COURSES_OUTGOING_ALLOW` names the host or a network of the address."""
    for entry in settings.OUTGOING_ALLOW:
        if entry.lower() == host.lower():
            return True
        try:
            network = ipaddress.ip_network(entry)
        except ValueError:
            continue
        if address.version == network.version and address in network:
            return True
    return False


def _resolve(host: str, port: int, deadline: float) -> list[Address]:
    """Return the current addresses of the name, in the resolver's order.

    The resolver has no time limit of its own, so it is asked in a thread that may be left behind.
    """
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        found = answers.get(timeout=max(deadline - time.monotonic(), 0))
    except queue.Empty:
        raise CallFailed("The name could not be looked up in time.") from None
    if isinstance(found, Exception):
        raise CallFailed(f"The name {host} could not be looked up: {found}")
    return list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


def _connection(wire: TimedSocket, found: Destination) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(found.host, found.port)
    connection.default_port = _PORTS["https" if found.is_secure else "http"]
    connection.sock = wire
    return connection


def _read(connection: http.client.HTTPConnection) -> Answer:
    with connection.getresponse() as response:
        read = response.read(MOST_BYTES + 1)
        return Answer(
            status=response.status,
            headers=_headers(response.getheaders()),
            body=read[:MOST_BYTES],
            is_cut=len(read) > MOST_BYTES,
        )


def _headers(fields: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the headers by their names; one that comes several times is one list (RFC 9110)."""
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(values) for name, values in found.items()}
