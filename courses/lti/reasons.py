"""Why a launch was refused: a stable code for logs, and words for the person in front of it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.errors import CoursesError

_AGAIN = _("Go back to your course and open the link again.")
_SETUP = _(
    "The learning platform sent something that this site cannot accept. Please report the code "
    "below to the people who look after the platform."
)
TEXTS: Mapping[str, Any] = {
    "cookie_missing": _(
        "Your browser does not keep the cookie that this page needs while it is shown inside "
        "another website. Open it in a new window."
    ),
    "state_unknown": _AGAIN,
    "state_expired": _(
        "The sign-in took too long. Go back to your course and open the link again."
    ),
    "state_foreign": _AGAIN,
    "nonce_used": _(
        "This launch was used already, perhaps by a reload or a second click. Go back to your "
        "course and open the link again."
    ),
    "platform_refused": _("The learning platform did not let you through. Please sign in there."),
    "expired": _("The launch arrived too late, or the clocks of the two sites differ."),
    "issued_in_future": _("The launch arrived too early: the clocks of the two sites differ."),
    "keys_unreachable": _(
        "The learning platform could not be reached. Please try again in a minute."
    ),
    "deployment_pending": _(
        "This place of the learning platform is new here. An administrator of this site has to "
        "approve it first."
    ),
    "deployment_blocked": _("This place of the learning platform may not open courses here."),
    "registration_unknown": _(
        "This site does not know the learning platform that you come from, or no longer works "
        "with it."
    ),
    "registration_replaced": _(
        "This link belongs to a connection of the two sites that was replaced by a newer one. "
        "Please ask the teacher to add the link again; everything that you did is kept."
    ),
    "class_moved": _AGAIN,
    "anonymous": _("The learning platform does not say who you are, and here that is needed."),
    "target_missing": _(
        "The link does not say which course it opens. The teacher has to name one in it."
    ),
    "target_unknown": _("What this link opens does not exist here, or is not published."),
    "target_elsewhere": _SETUP,
    "picking_not_allowed": _("Only those who teach in the course there can pick what links open."),
    "review_not_allowed": _("You can see here what you did yourself, and nobody else's work."),
    "review_person_unknown": _(
        "This person has not opened the course here yet, so that there is nothing to see."
    ),
    "links_not_accepted": _("The learning platform takes no links to this site in this place."),
    "account_of_site": _("This account can only be used on the site itself, not embedded."),
    "person_gone": _("You can no longer take this course here. Please ask your teacher."),
}


class LaunchDenied(CoursesError):
    """A launch, or a login before it, was refused; `detail` is for the log."""

    default = _SETUP

    def __init__(self, reason: str, detail: object = "") -> None:
        super().__init__(TEXTS.get(reason))
        self.reason = reason
        self.code = reason
        self.detail = str(detail)[:500]
