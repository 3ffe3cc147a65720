# syntax=docker/dockerfile:1

# --- packages: the only stage with a package installer
FROM python:3.13-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv --without-pip /venv
COPY requirements.txt /tmp/requirements.txt
RUN python -m pip --python /venv/bin/python install --require-hashes --only-binary :all: \
    -r /tmp/requirements.txt

# --- site: packages, code and collected static files
FROM python:3.13-slim AS site
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CXCOURSE_PROFILE=production \
    STATIC_ROOT=/srv/static \
    WEB_CONCURRENCY=2
RUN groupadd --system --gid 10001 course \
    && useradd --system --uid 10001 --gid course --no-create-home --home-dir /nonexistent course
COPY --from=packages /venv /venv
WORKDIR /srv/course
COPY . .
# Collecting needs settings but no secret: nothing is served in this profile.
RUN CXCOURSE_PROFILE=development DEBUG=0 python manage.py collectstatic --noinput --verbosity=0 \
    && python -m compileall -q courses cxcourse \
    && install -d -o course -g course var
USER course
VOLUME /srv/course/var
EXPOSE 8000
# The probe needs no host name, and no client program in the image.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# Workers, threads and timeouts are in gunicorn.conf.py.
CMD ["gunicorn", "cxcourse.wsgi:application", "--bind=0.0.0.0:8000", "--access-logfile=-"]
