# Two stages, so that the image carries no installer and no cache. The tests run these steps without Docker.
FROM python:3.12-slim-trixie AS build
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN python -m venv --without-pip /venv \
 && VIRTUAL_ENV=/venv uv pip install --compile-bytecode --require-hashes -r requirements/run.txt
COPY manage.py manage.py
COPY backcare backcare
COPY exercises exercises
COPY tracking tracking
COPY templates templates
COPY static static
COPY deploy deploy
# The settings refuse to start without a secret and a host, and neither is known here: these serve this one step.
RUN BACKCARE_ENV=production BACKCARE_SECRET_KEY="$(/venv/bin/python -c 'import secrets; print(secrets.token_hex(32))')" \
    BACKCARE_HOSTS=build.invalid BACKCARE_DATA=/tmp BACKCARE_STATIC=/app/collected \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && /venv/bin/python -m compileall -q backcare exercises tracking

FROM python:3.12-slim-trixie
# For `manage.py backup` and `restore`: the programs of the same major version as the server in docker-compose.yml.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home backcare && mkdir /data && chown backcare /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    BACKCARE_ENV=production BACKCARE_DATA=/data BACKCARE_STATIC=/app/collected
USER backcare
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "deploy/healthcheck.py"]
CMD ["sh", "deploy/start.sh"]
