"""The live figures that lessons may name: key → static path of the module that draws it.

Such a module's default export gets the block of the lesson and draws (docs/course-files.md).
"""

import re

from courses.conf import settings

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")

SHIPPED = {
    key: f"cx_courses/js/figures/{key}.js"
    for key in (
        "framework-grid",
        "journey-map",
        "nps-scale",
        "peak-end",
        "sample-size",
        "service-blueprint",
        "two-branches",
    )
}


def modules() -> dict[str, str]:
    """Return the shipped figures and the host's, which replace shipped ones of the same name."""
    return {**SHIPPED, **settings.FIGURES}
