#!/bin/sh
# What the container runs: bring the database up to date, then serve.
set -eu
python -m backcare.prepare
exec python -m granian --interface wsgi --no-ws --host 0.0.0.0 --port "${PORT:-8000}" \
    --workers "${BACKCARE_WORKERS:-2}" --blocking-threads "${BACKCARE_THREADS:-4}" --respawn-failed-workers \
    backcare.wsgi:application
