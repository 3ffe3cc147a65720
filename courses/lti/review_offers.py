"""What a line item says of submission reviews: where the platform may open a learner's work."""

from typing import Any

from courses.lti import addresses
from courses.lti import vocabulary as words
from courses.lti.addresses import Named
from courses.lti.models import LtiRegistration


def offered(*, registration: LtiRegistration, named: Named) -> dict[str, Any]:
    """Return the member of a line item by which its platform opens learners' work; {} where the
    platform sends no such messages.
    """
    if not registration.sends_reviews:
        return {}
    return {
        "submissionReview": {
            "reviewableStatus": list(words.REVIEWABLE),
            "url": addresses.of_target(named),
            "custom": addresses.parameters(named),
        }
    }
