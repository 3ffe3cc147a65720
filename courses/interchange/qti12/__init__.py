"""Questions in QTI 1.2 as Canvas exports them: a zip with XML files, or one XML file."""

from courses.interchange.qti12.reading import read_qti12

__all__ = ["read_qti12"]
