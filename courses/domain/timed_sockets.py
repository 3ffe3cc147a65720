"""Connections to other machines that end in time."""

import contextlib
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TimedSocket:
    """A connection that is over at a deadline of time.monotonic(), whatever the other side does; as
    much of a socket as http.client uses.

    Raises OSError where no address takes the connection, TimeoutError once the time is over.
    """

    def __init__(self, addresses: Sequence[Address], port: int, deadline: float) -> None:
        self._deadline = deadline
        self._socket = self._connected(addresses, port)

    def __enter__(self) -> "TimedSocket":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(self._left())
        self._socket.sendall(data)

    def receive(self, buffer: memoryview) -> int:
        self._socket.settimeout(self._left())
        return self._socket.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """Do nothing: http.client is done with the connection, and its owner closes it."""

    def secure(self, host: str) -> None:
        """Go on with TLS. Raises ssl.SSLError unless the certificate is one for the host."""
        try:
            self._socket.settimeout(self._left())
            self._socket = _trusted().wrap_socket(self._socket, server_hostname=host)
        except BaseException:
            self._socket.close()
            raise

    def _connected(self, addresses: Sequence[Address], port: int) -> socket.socket:
        """Connect to the first address that answers: a name may have one of IPv6 and one of IPv4,
        of which only one leads to the server. Each has its share of the time that is left.
        """
        *earlier, last = addresses
        for number, address in enumerate(earlier):
            share = self._left() / (len(addresses) - number)
            with contextlib.suppress(OSError):
                return socket.create_connection((str(address), port), timeout=share)
        return socket.create_connection((str(last), port), timeout=self._left())

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Incoming(io.RawIOBase):
    """What arrives, under the deadline of the connection, however slowly."""

    def __init__(self, wire: TimedSocket) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._wire.receive(memoryview(buffer))


@cache
def _trusted() -> ssl.SSLContext:
    """Return the certificates that this machine trusts: to read them costs more than a call."""
    return ssl.create_default_context()
