"""Entry point of a WSGI server: `gunicorn cxcourse.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxcourse.settings")

application = get_wsgi_application()
