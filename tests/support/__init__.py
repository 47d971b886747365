"""Programs that the tests need beside Python: a throw-away PostgreSQL and a browser."""
