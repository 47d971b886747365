#!/bin/sh
# What the container runs: bring the database up to date, then serve.
set -eu
PROMETHEUS_MULTIPROC_DIR="$(mktemp -d)" # where the workers add up their figures; new, because old ones would count again
export PROMETHEUS_MULTIPROC_DIR
export MALLOC_ARENA_MAX=1 # the threads of a worker take turns anyway, and one heap keeps less of what it has given back
exec python -m backcare.serve --host 0.0.0.0 --port "${PORT:-8000}" --log-config deploy/logging.json \
    --workers "${BACKCARE_WORKERS:-2}" --blocking-threads "${BACKCARE_THREADS:-4}"
