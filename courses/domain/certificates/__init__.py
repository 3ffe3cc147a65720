"""Certificates: issued by a course's rules, verified by anybody, revoked and replaced."""

from courses.domain.certificates.holding import (
    EXPIRED,
    REVOKED,
    STATES,
    UNKNOWN,
    VALID,
    Verification,
    forget,
    of_person,
    own,
    reissue,
    rename,
    revoke,
    set_public,
    state,
    verify,
)
from courses.domain.certificates.issuing import issue, issue_late, settle, waiting

__all__ = [
    "EXPIRED",
    "REVOKED",
    "STATES",
    "UNKNOWN",
    "VALID",
    "Verification",
    "forget",
    "issue",
    "issue_late",
    "of_person",
    "own",
    "reissue",
    "rename",
    "revoke",
    "set_public",
    "settle",
    "state",
    "verify",
    "waiting",
]
