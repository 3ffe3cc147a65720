"""The job that reads a list of people, and then enrols who is on it and takes out who has left.

All pages are read and kept before anything is changed, so a list that breaks off changes nothing.
A step is one page, one part of those listed, or some of those enrolled: none needs more memory
where more people are listed.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import sealing
from courses.domain import jobs
from courses.domain import rosters as enrolling
from courses.domain.rights import Can
from courses.errors import Conflict
from courses.lti import access_tokens, roster_calls, rosters
from courses.lti.listed_people import ListedPerson, listed
from courses.lti.models import LtiRegistration
from courses.lti.roster_calls import RosterPage, RosterPause, RosterRefused
from courses.lti.roster_models import LtiRoster, LtiRosterRead
from courses.models import Job, Section

PART = 100
"""People who are enrolled in a step."""
ENROLLED = 500
"""Enrolments that are compared with the list in a step."""
MOST_PAGES, MOST_PEOPLE = 1000, 50_000
MOST_PAUSES = 20
WHOLE_AFTER = timedelta(days=7)
"""So often the whole list is read even where the platform offers the changes alone."""
_READ, _ENROL, _LEAVE = "read", "enrol", "leave"
_HASH_BYTES = 9


@dataclass
class RosterState:
    """How far a reading is: what a step leaves for the next, as JSON."""

    url: str
    is_full: bool
    phase: str = _READ
    earlier: list[str] = field(default_factory=list)
    """Hashes of the addresses that were read."""
    changes_url: str = ""
    pauses: int = 0
    parts: int = 0
    people: int = 0
    unreadable: int = 0
    classes: list[int] = field(default_factory=list)
    """The classes that are changed: one that is made meanwhile is for the next reading."""
    after: int = 0
    """The part, or the key of the enrolment, behind which the next step goes on."""
    joined: int = 0
    changed: int = 0
    left: int = 0
    ignored: int = 0


def prepare(*, job: Job, now: datetime) -> RosterPage | RosterPause | RosterRefused | None:
    """Call the platform for the next page, outside of the step's transaction."""
    job.refresh_from_db(fields=["cursor"])  # The last step has moved it.
    roster = _roster(job)
    if roster is None:
        return None
    state, registration = _state(job, roster, now), _registration(roster)
    if state.phase != _READ:
        return None
    try:
        rosters.require_readable(roster=roster)
        key = access_tokens.key_of(registration=registration)
    except Conflict as error:
        raise jobs.GiveUpError(error.message) from error
    except sealing.Unreadable as error:
        raise jobs.GiveUpError(_("Our key cannot be read. Replace it.")) from error
    try:
        return roster_calls.read(key=key, url=state.url, now=now)
    except RosterRefused as error:
        if not state.is_full:
            return error
        raise jobs.GiveUpError(error.message) from error


def step(*, job: Job, now: datetime, prepared: Any = None) -> jobs.Progress:
    """Do the next part, see above."""
    roster = _roster(job)
    if roster is None:
        return jobs.Progress(job.done, job.total, result={})
    state = _state(job, roster, now)
    if state.phase == _READ:
        return _read(job, roster, state, prepared, now)
    if state.phase == _ENROL:
        return _enrol(job, roster, state, now)
    return _leave(job, roster, state, now)


def on_stop(*, job: Job, now: datetime) -> None:
    """Record why it ended early, and delete what was read."""
    roster = _roster(job)
    if roster is None:
        return
    stored = Job.objects.get(pk=job.pk)
    problem = stored.errors[-1]["text"] if stored.errors else _("It was cancelled.")
    _finish(stored, roster, _state(stored, roster, now), now, problem[:500])


def _read(
    job: Job, roster: LtiRoster, state: RosterState, prepared: Any, now: datetime
) -> jobs.Progress:
    """Keep the people of a page; after the last one, begin to change something."""
    if isinstance(prepared, RosterRefused):  # What changed cannot be had: read all of it.
        LtiRoster.objects.filter(pk=roster.pk).update(changes_url="")
        jobs.discard(jobs=Job.objects.filter(pk=job.pk))
        return _progress(RosterState(roster_calls.first_url(roster.url), is_full=True))
    if isinstance(prepared, RosterPause):
        state.pauses += 1
        if state.pauses > MOST_PAUSES:
            raise jobs.GiveUpError(_("The platform asked to wait too often."))
        return _progress(state, due_at=now + timedelta(seconds=prepared.seconds))
    if not isinstance(prepared, RosterPage):
        raise jobs.GiveUpError
    _require_context(prepared, roster)
    _keep(job, state, prepared, _registration(roster))
    state.changes_url = prepared.changes_url or state.changes_url
    if prepared.next_url:
        if _hashed(prepared.next_url) in state.earlier:
            text = _("A page of the list leads back to one that was read already.")
            raise jobs.GiveUpError(text)
        if len(state.earlier) >= MOST_PAGES or state.people > MOST_PEOPLE:
            raise jobs.GiveUpError(_("The list has no end."))
        state.url = prepared.next_url
        return _progress(state)
    if state.is_full and not state.people:
        raise jobs.GiveUpError(_("The platform's list is empty. Nobody was taken out."))
    state.phase, state.after = _ENROL, 0
    state.classes = [one.pk for one in rosters.classes(roster=roster)]
    return _progress(state)


def _enrol(job: Job, roster: LtiRoster, state: RosterState, now: datetime) -> jobs.Progress:
    """Enrol, or take out, the people of one part in every class of the platform's course."""
    if state.after < state.parts:
        state.after += 1
        found = _part(job, state.after)
        sections = _sections(roster, state)
        client = _registration(roster).platform.client
        here = [one for one in found if one.role and not one.has_left]
        done = enrolling.join(
            client=client,
            sections=sections,
            people=[enrolling.RosterPerson(one.id, one.role, one.values) for one in here],
            now=now,
            # A first launch proves what somebody was called before; a list does not.
            makes_accounts=not _registration(roster).has_legacy_people,
        )
        gone = [one.id for one in found if one.has_left]
        if gone:
            state.left += enrolling.leave(
                client=client, sections=sections, external_ids=gone, since=job.created_at, now=now
            )
        state.joined += done.joined
        state.changed += done.changed
        state.ignored += len(found) - len(here) - len(gone)
    if state.after < state.parts:
        return _progress(state)
    if state.is_full and not state.unreadable:
        state.phase, state.after = _LEAVE, 0
        return _progress(state)
    return _finish(job, roster, state, now)


def _leave(job: Job, roster: LtiRoster, state: RosterState, now: datetime) -> jobs.Progress:
    """Take out those of some of the enrolled who are not on the list at all."""
    sections = _sections(roster, state)
    client = _registration(roster).platform.client
    rows = enrolling.enrolled(client=client, sections=sections, after=state.after, limit=ENROLLED)
    absent = {external_id for _pk, external_id in rows}
    for number in range(1, state.parts + 1 if absent else 1):
        absent.difference_update(one.id for one in _part(job, number))
    if absent:
        state.left += enrolling.leave(
            client=client, sections=sections, external_ids=absent, since=job.created_at, now=now
        )
    if len(rows) < ENROLLED:
        return _finish(job, roster, state, now)
    state.after = rows[-1][0]
    return _progress(state)


def _finish(
    job: Job, roster: LtiRoster, state: RosterState, now: datetime, problem: str = ""
) -> jobs.Progress:
    """Write into the log what came of it, and delete what was kept of the list."""
    counts = {
        "people": state.people,
        "joined": state.joined,
        "changed": state.changed,
        "left": state.left,
        "ignored": state.ignored + state.unreadable,
    }
    LtiRosterRead.objects.create(
        roster=roster, asked_at=job.created_at, at=now, is_full=state.is_full, problem=problem,
        **counts,
    )  # fmt: skip
    roster.problem = problem
    if problem and not state.is_full:
        roster.changes_url = ""
    if not problem:
        roster.read_at = now
        roster.full_read_at = now if state.is_full else roster.full_read_at
        # A class that was made meanwhile knows nobody who has not changed.
        is_whole = state.classes == [one.pk for one in rosters.classes(roster=roster)]
        roster.changes_url = state.changes_url if is_whole else ""
    roster.save(update_fields=["problem", "read_at", "full_read_at", "changes_url"])
    jobs.discard(jobs=Job.objects.filter(pk=job.pk))
    return jobs.Progress(state.people, state.people, result=counts)


def _keep(job: Job, state: RosterState, page: RosterPage, registration: LtiRegistration) -> None:
    """Append the people of a page to what is kept, in parts."""
    found = list(listed(members=page.members, registration=registration))
    state.unreadable += len(page.members) - len(found)
    state.people += len(page.members)
    state.earlier.append(_hashed(state.url))
    for start in range(0, len(found), PART):
        rows = [asdict(one) for one in found[start : start + PART]]
        jobs.add_part(job=job, content=json.dumps(rows).encode())
        state.parts += 1


def _part(job: Job, number: int) -> list[ListedPerson]:
    rows = json.loads(jobs.read_part(job=job, number=number))
    return [ListedPerson(**row) for row in rows]


def _require_context(page: RosterPage, roster: LtiRoster) -> None:
    """Raise GiveUpError for the list of another course."""
    if page.context_id not in ("", roster.context.context_id):
        text = _("The platform gave the list of another course (%(id)s).")
        raise jobs.GiveUpError(text % {"id": page.context_id[:100]})


def _state(job: Job, roster: LtiRoster, now: datetime) -> RosterState:
    if job.cursor:
        return RosterState(**job.cursor)
    is_recent = roster.full_read_at is not None and roster.full_read_at > now - WHOLE_AFTER
    if roster.changes_url and is_recent:
        return RosterState(roster.changes_url, is_full=False)
    return RosterState(roster_calls.first_url(roster.url), is_full=True)


def _progress(state: RosterState, due_at: datetime | None = None) -> jobs.Progress:
    is_reading = state.phase == _READ
    done = 0 if is_reading else min(PART * state.after, state.people)
    done = state.people if state.phase == _LEAVE else done
    return jobs.Progress(done, state.people, cursor=asdict(state), due_at=due_at)


def _roster(job: Job) -> LtiRoster | None:
    rows = LtiRoster.objects.select_related("context__deployment__registration__platform__client")
    return rows.filter(pk=job.args["roster"]).first()


def _registration(roster: LtiRoster) -> LtiRegistration:
    return roster.context.deployment.registration


def _sections(roster: LtiRoster, state: RosterState) -> list[Section]:
    return [one.section for one in rosters.classes(roster=roster) if one.pk in state.classes]


def _hashed(url: str) -> str:
    return hashlib.blake2b(url.encode(), digest_size=_HASH_BYTES).hexdigest()


def _facts(result: dict[str, Any]) -> list[jobs.Fact]:
    labels = {
        "people": gettext_lazy("people listed"),
        "joined": gettext_lazy("joined"),
        "changed": gettext_lazy("roles changed"),
        "left": gettext_lazy("left"),
        "ignored": gettext_lazy("ignored"),
    }
    return [jobs.Fact(label, result[name]) for name, label in labels.items() if name in result]


ROSTER_KIND = jobs.Kind(
    label=gettext_lazy("Reading a platform's list of people"),
    can=Can.PEOPLE,
    step=step,
    prepare=prepare,
    results=_facts,
    on_stop=on_stop,
)
