"""Where a platform's gradebook differs from what it was sent. Nothing is changed."""

import time
from collections.abc import Iterator, Sequence

from courses import sealing
from courses.domain.platform_gradebooks import (
    ADDED,
    CHANGED,
    MISSING,
    GradebookComparison,
    ScoreDifference,
)
from courses.lti import access_tokens, score_results
from courses.lti import vocabulary as words
from courses.lti.models import LtiLink, LtiRegistration
from courses.lti.score_models import LtiScore
from courses.lti.score_results import PlatformResult, ResultsUnread
from courses.models import Enrolment, ExternalIdentity

_NEARLY = 0.001
"""Platforms round: a tenth of a percent is no difference."""


def can_read(link: LtiLink) -> bool:
    """Return whether the platform lets us read the results of the link's column."""
    return words.RESULT_SCOPE in link.scopes


def compare(
    *,
    registration: LtiRegistration,
    links: Sequence[LtiLink],
    enrolments: Sequence[Enrolment],
    identities: dict[int, ExternalIdentity],
) -> GradebookComparison:
    """Return where the platform's columns differ from what they were sent. Opens no transaction."""
    people = [one.pk for one in identities.values()]
    rows = LtiScore.objects.filter(link__in=links, identity__in=people)
    sent = {(row.link_id, row.identity_id): row for row in rows}
    learners = {identities[one.user_id]: one for one in enrolments if one.user_id in identities}
    ends = time.monotonic() + score_results.LASTS_S
    found: list[ScoreDifference] = []
    problems: list[tuple[str, str]] = []
    compared = 0
    for link in links:
        try:
            key = access_tokens.key_of(registration=registration)
            there = score_results.read(key=key, line_item=link.line_item, ends=ends)
        except (ResultsUnread, sealing.Unreadable) as error:
            problems.append((str(link), str(error)))
            continue
        settled = [one for one in learners if _is_settled(sent.get((link.pk, one.pk)))]
        compared += len(settled)
        found += _differences(link, {one: learners[one] for one in settled}, sent, there)
    return GradebookComparison(compared, found, problems)


def _differences(
    link: LtiLink,
    learners: dict[ExternalIdentity, Enrolment],
    sent: dict[tuple[int, int], LtiScore],
    there: dict[str, PlatformResult],
) -> Iterator[ScoreDifference]:
    for identity, enrolment in learners.items():
        row = sent.get((link.pk, identity.pk))
        data = {} if row is None else row.data
        given, most = data.get("scoreGiven"), data.get("scoreMaximum")
        result = there.get(identity.subject)
        share = None if result is None else result.share
        ours = given / most if given is not None and most else None
        kind = _kind(ours, share)
        if kind:
            yield ScoreDifference(
                enrolment=enrolment.pk,
                column=str(link),
                kind=kind,
                given=given,
                most=most,
                there_given=None if result is None else result.given,
                there_most=None if result is None else result.most,
            )


def _is_settled(row: LtiScore | None) -> bool:
    """Return whether the platform took what was sent, or was sent nothing.

    What waits or was refused is on the page of what was sent.
    """
    return row is None or row.state == LtiScore.State.SENT


def _kind(ours: float | None, theirs: float | None) -> str:
    if ours is None:
        return "" if theirs is None else ADDED
    if theirs is None:
        return MISSING
    return CHANGED if abs(ours - theirs) > _NEARLY else ""
