"""What a database knows about its rows, once there are suddenly many of them."""

from django.db import connection


def analyze() -> None:
    """Let the database know what our tables hold, as it would find out by itself a minute later.

    Ours only: two tests' databases share a server, whose own tables stay locked until a test's transaction ends.
    """
    with connection.cursor() as cursor:
        for name in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(name)}")
