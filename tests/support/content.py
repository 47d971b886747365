"""The shipped content, for tests that need it and do not look at its history, which takes as long as the content."""

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from django.test import override_settings

from exercises import editors

loaded: list[tuple[type[Model], list[Model]]] = []  # what the first load in this process wrote


def load_shipped() -> None:
    """Load the shipped content without its history; where nothing is there yet, as the first load wrote it."""
    tables = [one for one in apps.get_app_config("exercises").get_models(True) if "Historical" not in one.__name__]
    empty = not any(table._default_manager.exists() for table in tables)
    if not (empty and loaded):
        with override_settings(SIMPLE_HISTORY_ENABLED=False):
            call_command("load_content", verbosity=0)
        if empty:
            loaded.extend((table, list(table._default_manager.all())) for table in tables)
        return
    with transaction.atomic():
        for table, rows in loaded:
            table._default_manager.bulk_create(rows)
        with connection.cursor() as cursor:  # the next row's number follows these
            for statement in connection.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)
        editors.ensure()
