"""Make the database of a released version, for test_upgrade.py. Run it in a checkout of the tag.

With `DJANGO_SETTINGS_MODULE=cxcourse.settings`, `CXCOURSE_PROFILE=test`, the `SECRET_KEY` of
test_upgrade.py, and `DATABASE_URL` naming a new database: `manage.py migrate`, `manage.py
sync_courses`, `python -m tests.upgrade.make`, then `manage.py backup FILE`. SQLite's file is packed
with `xz -9`.
"""

import django

django.setup()

from django.db import transaction  # noqa: E402

from tests.proofs import world  # noqa: E402

if __name__ == "__main__":
    with transaction.atomic():
        world.build()
