"""Make the tables of a new database without the migrations, which take many times as long."""

from django.apps import apps
from django.conf import settings
from django.core.management import call_command


def make_tables() -> None:
    """Make the tables as the models have them, in the database of this process's settings."""
    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)


if __name__ == "__main__":
    import django

    django.setup()
    make_tables()
