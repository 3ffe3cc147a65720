"""How gunicorn serves the site: read by `gunicorn cxcourse.wsgi` wherever this folder is current.

Options on the command line win. WEB_CONCURRENCY is the number of worker processes.
"""

import gc
import os
from pathlib import Path

# A sender that takes its time holds a thread and not a whole worker, and a connection that is kept
# open holds neither. Threads are made when they are needed.
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "16"))
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Longer than the proxies in front keep an idle connection (60 s), so that none of them sends a
# request into a connection that is just being closed.
keepalive = 75
preload_app = True
control_socket_disable = True
# On a slow disk a worker would look as if it hung.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# The address is the client's, as COURSES_TRUSTED_PROXIES says, and not the proxy's.
access_log_format = (
    '%({courses.client_address}e)s "%(r)s" %(s)s %(b)s %(L)ss "%(a)s" %({x-request-id}o)s'
)


def on_starting(server):
    """Keep secrets that are part of an address out of the access log."""
    from courses.logs import SecretFilter

    server.log.access_log.addFilter(SecretFilter())


def when_ready(_server):
    """Read what every worker needs before they are forked, so that they share its memory.

    Frozen, because a collection of garbage writes to every object that it looks at, and what is
    written to is copied.
    """
    if preload_app:
        from cxcourse.preloading import preload

        preload()
        gc.collect()
        gc.freeze()


def pre_request(_worker, request):
    """Give up a sender that says nothing for half a minute: its thread is needed by others."""
    request.unreader.sock.settimeout(30)
