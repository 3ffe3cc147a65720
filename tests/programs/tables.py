"""Make the tables of a new database without the migrations, which take many times as long.

python -m tests.programs.tables
python -m tests.programs.tables --migrations   # our own tables by our migrations
"""

import sys

from django.apps import apps
from django.conf import settings
from django.core.management import call_command

OURS = ("cx_courses", "cx_courses_lti")


def make_tables(*, migrated: tuple[str, ...] = ()) -> None:
    """Make the tables of the database of this process's settings.

    Those of the apps named by their migrations, all others as the models have them.
    """
    labels = {config.label for config in apps.get_app_configs()}
    settings.MIGRATION_MODULES = dict.fromkeys(labels - set(migrated))
    call_command("migrate", run_syncdb=True, verbosity=0)


if __name__ == "__main__":
    import django

    django.setup()
    make_tables(migrated=OURS if "--migrations" in sys.argv else ())
