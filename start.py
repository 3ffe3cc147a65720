"""Start the course: `python3 start.py`. Check everything: `python3 start.py test`.

Needs Python 3.11 or later and nothing else; `python3 start.py --help` lists the options. This
file alone must be readable by older Pythons, so that they can say which one is needed.
"""

import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.exit(
        "CX Course needs Python 3.11 or later, and this is Python %d.%d: please install a later "
        "one and start it with that, for example: python3.12 start.py" % sys.version_info[:2]
    )

from launcher.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
