"""A person's own data: all of it as plain JSON, and its erasure."""

from courses.domain.personal_data.annexes import Annex, register
from courses.domain.personal_data.erasing import erase
from courses.domain.personal_data.exporting import RequestingPlatform, export
from courses.domain.personal_data.platforms import erase_learner

__all__ = ["Annex", "RequestingPlatform", "erase", "erase_learner", "export", "register"]
