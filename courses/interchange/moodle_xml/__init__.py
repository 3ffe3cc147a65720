"""Questions in Moodle XML, the richest format of Moodle, read and written."""

from courses.interchange.moodle_xml.reading import read_moodle_xml

__all__ = ["read_moodle_xml"]
