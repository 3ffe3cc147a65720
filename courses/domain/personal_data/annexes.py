"""Optional apps with data about people: what they add to an export and take out at an erasure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from courses.models import ApiClient, ExternalIdentity


class Annex(Protocol):
    """An app that knows people by a platform's names for them."""

    def of_identity(self, *, identity: ExternalIdentity, now: datetime) -> dict[str, Any]:
        """Return what it has about the person under this name, for the platform's entry."""

    def forget(self, *, user: Any) -> None:
        """Take the person out of rows that stay; rows that go with their id need nothing."""

    def of_platform(self, *, client: ApiClient, collect: Callable[..., Any]) -> dict[str, Any]:
        """Return what it has of the platform itself; `collect` makes long lists."""

    def forget_platform(self, *, client: ApiClient, now: datetime) -> bool:
        """Delete a batch of what it has of the platform; return whether there may be more."""


_annexes: list[Annex] = []


def register(annex: Annex) -> None:
    """Ask this app, too, for data about people from now on."""
    if annex not in _annexes:
        _annexes.append(annex)


def of_identity(*, identity: ExternalIdentity, now: datetime) -> dict[str, Any]:
    """Return what all of them have about the person under this name."""
    found: dict[str, Any] = {}
    for one in _annexes:
        found |= one.of_identity(identity=identity, now=now)
    return found


def forget(*, user: Any) -> None:
    """Let all of them forget the person."""
    for one in _annexes:
        one.forget(user=user)


def forget_platform(*, client: ApiClient, now: datetime) -> bool:
    """Let them delete a batch of what they have of a platform; return whether there may be more."""
    return any(one.forget_platform(client=client, now=now) for one in _annexes)


def of_platform(*, client: ApiClient, collect: Callable[..., Any]) -> dict[str, Any]:
    """Return what all of them have of the platform itself."""
    found: dict[str, Any] = {}
    for one in _annexes:
        found |= one.of_platform(client=client, collect=collect)
    return found
