"""Entry point of an ASGI server. Pages are synchronous: WSGI serves them several times faster."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxcourse.settings")

application = get_asgi_application()
