"""A platform with a list of people, with which the site is registered, and the reader of lists."""

from datetime import timedelta

from courses.domain import jobs
from courses.lti import rosters
from courses.lti.roster_models import LtiRoster, LtiRosterRead
from courses.models import Enrolment, ExternalIdentity, Job
from tests.lti.gradebook import World
from tests.lti.platform.state import INSTRUCTOR

ACTIVE, GONE = "active", "withdrawn"


class ListWorld(World):
    """A class whose teacher, Grace, has launched."""

    def __init__(self, platform):
        super().__init__(platform)
        self.teacher = self.launch("grace", INSTRUCTOR)

    def work(self, later=timedelta()):
        """Read what was asked for; return what came of the last reading."""
        self.clock.more += later
        jobs.work(clock=self.clock, until=self.clock() + timedelta(hours=1))
        return LtiRosterRead.objects.first()

    def read(self, *, changes=False):
        """Read the list anew, the whole of it unless the changes are enough."""
        roster = LtiRoster.objects.get()
        if not changes:
            LtiRoster.objects.update(changes_url="")
        rosters.request(roster=roster, by=None, now=self.clock())
        return self.work()

    def fail(self):
        """Read the list, which breaks, until it is given up; return why."""
        self.read()
        for _try in range(3):
            self.work(timedelta(minutes=1))
        assert not Job.objects.unfinished().exists()
        return LtiRosterRead.objects.first().problem

    def people(self, section=None):
        """Return the platform's id → role and state in the class."""
        section = section or self.teacher.section
        names = dict(ExternalIdentity.objects.values_list("user", "subject"))
        rows = Enrolment.objects.filter(section=section).order_by("cycle")
        return {names[row.user_id]: (row.role, row.state) for row in rows}

    def learners(self, state=ACTIVE):
        found = self.people().items()
        return sorted(name for name, one in found if one == ("learner", state))

    def pages(self):
        """How often a page of the list was asked for."""
        return sum(path == "/members" for _method, path, _status in self.platform.calls)
