"""A person's own data: all of it as plain JSON, and its erasure."""

from courses.domain.personal_data.erasing import erase
from courses.domain.personal_data.exporting import export

__all__ = ["erase", "export"]
