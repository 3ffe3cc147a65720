"""Questions as a package of QTI 2.1, one item a file, for systems that read that standard."""

from courses.interchange.qti21.package import write_qti21

__all__ = ["write_qti21"]
