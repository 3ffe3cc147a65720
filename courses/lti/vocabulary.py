"""The words of LTI 1.3: names of claims, messages and roles, and what a role may do in a class."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.models import Enrolment

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
MESSAGE_TYPE = f"{CLAIM}message_type"
VERSION = f"{CLAIM}version"
DEPLOYMENT_ID = f"{CLAIM}deployment_id"
TARGET_LINK_URI = f"{CLAIM}target_link_uri"
RESOURCE_LINK = f"{CLAIM}resource_link"
ROLES = f"{CLAIM}roles"
CONTEXT = f"{CLAIM}context"
CUSTOM = f"{CLAIM}custom"
PRESENTATION = f"{CLAIM}launch_presentation"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULT_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
LINE_ITEM_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
PEOPLE = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
PEOPLE_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
NOTICES = f"{CLAIM}platformnotificationservice"
NOTICES_SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
NOTICE = f"{CLAIM}notice"
CONTEXT_COPY = "LtiContextCopyNotice"
ORIGIN_CONTEXTS = f"{CLAIM}origin_contexts"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
DEEP_LINKING_DATA = "https://purl.imsglobal.org/spec/lti-dl/claim/data"
CONTENT_ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
DEEP_LINKING_RESPONSE = "LtiDeepLinkingResponse"
RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
SUBMISSION_REVIEW_REQUEST = "LtiSubmissionReviewRequest"
LEGACY = f"{CLAIM}lti1p1"
"""What the person and the platform were called in LTI 1.1."""
FOR_USER = f"{CLAIM}for_user"
"""Whose work a submission review is about."""
REVIEWABLE = ("InProgress", "Submitted", "Completed")
"""Where a line item offers its review: wherever there may be something to see."""
MESSAGES = (RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST, SUBMISSION_REVIEW_REQUEST)
VERSION_1_3 = "1.3.0"

_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
_TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
_LEARNER = "Learner"
_MAKES_CONTENT = "ContentDeveloper"
_ONLOOKERS = frozenset({_MAKES_CONTENT, "Manager", "Mentor", "Officer"})
"""Those who neither learn nor teach; a mentor observes somebody else, such as a parent."""
_TEACHERS = frozenset({"Instructor", "Administrator"})
_MARKERS = frozenset(
    {
        "Grader",
        "TeachingAssistant",
        "TeachingAssistantGroup",
        "TeachingAssistantOffering",
        "TeachingAssistantSection",
        "TeachingAssistantSectionAssociation",
        "TeachingAssistantTemplate",
    }
)


@dataclass(frozen=True)
class ClassRole:
    """What somebody is in the class: a role of ours."""

    role: str
    is_stated: bool = True
    """False: the platform names no role in the course that says what they do there."""

    @property
    def has_scores(self) -> bool:
        """Whether the platform gets scores of this person: not of teachers and test learners."""
        return self.role == Enrolment.Role.LEARNER

    @property
    def listed(self) -> str:
        """The role in which somebody on the platform's list is enrolled before they come; "" for
        none: of those who neither learn nor teach, and of whom the list does not say what they do.
        """
        return self.role if self.is_stated and self.role != Enrolment.Role.TESTER else ""


def may_pick(roles: Iterable[str]) -> bool:
    """Return whether these roles let somebody choose what links in the course open."""
    found = list(roles)
    principal, _inner = _context_roles(found)
    teaches = standing(found).role in (Enrolment.Role.INSTRUCTOR, Enrolment.Role.MARKER)
    return teaches or (_MAKES_CONTENT in principal and _TEST_USER not in found)


def standing(roles: Iterable[str]) -> ClassRole:
    """Return what these roles make of a person in the class; without any they learn.

    Roles in the institution or the system count for nothing here, and unknown ones neither; but
    a platform's test user, as whom teachers look at their course, is a test learner, and so is who
    observes, designs or manages the course and does not learn in it. A teaching assistant marks,
    also where the platform names the role above it as well.
    """
    found = list(roles)
    principal, inner = _context_roles(found)
    if _TEST_USER in found:
        return ClassRole(Enrolment.Role.TESTER)
    if principal & _TEACHERS:
        role = Enrolment.Role.MARKER if inner & _MARKERS else Enrolment.Role.INSTRUCTOR
        return ClassRole(role)
    if _LEARNER in principal:
        return ClassRole(Enrolment.Role.LEARNER)
    if principal & _ONLOOKERS:
        return ClassRole(Enrolment.Role.TESTER)
    return ClassRole(Enrolment.Role.LEARNER, is_stated=False)


def _context_roles(roles: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the roles in the course, and the narrower ones below them."""
    principal, inner = set(), set()
    for role in roles:
        if role.startswith(f"{_MEMBERSHIP}#"):
            principal.add(role.removeprefix(f"{_MEMBERSHIP}#"))
        elif role.startswith(f"{_MEMBERSHIP}/"):
            above, _, one = role.removeprefix(f"{_MEMBERSHIP}/").partition("#")
            principal.add(above)
            inner.add(one)
        elif "/" not in role and ":" not in role:
            principal.add(role)
    return principal, inner
