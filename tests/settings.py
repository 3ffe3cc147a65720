"""The site's settings in the test profile: quick password hashes, a throw-away database."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["CXCOURSE_PROFILE"] = "test"
os.environ["API_OAUTH"] = "1"
os.environ["API_TRY_IT"] = "signed_in"
os.environ["LTI_URL"] = "https://testserver/lti/"

# Shared with the servers that a test starts, and with no other run or worker.
if "COURSE_FILES" not in os.environ:
    os.environ["COURSE_FILES"] = tempfile.mkdtemp(prefix="cxcourse-files-")
    atexit.register(shutil.rmtree, os.environ["COURSE_FILES"], ignore_errors=True)

from cxcourse.settings import *  # noqa: F403
from cxcourse.settings import DATABASES, STORAGES

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "one")
STORAGES["courses"]["OPTIONS"]["location"] = str(Path(os.environ["COURSE_FILES"]) / _WORKER)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory: threads and processes must meet as they do in production. One per
    # process, so that two runs on one machine never share it.
    DATABASES["default"]["TEST"] = {
        "NAME": str(Path(tempfile.gettempdir()) / f"cxcourse-test-{os.getpid()}.sqlite3")
    }
elif "TEST_TEMPLATE" in os.environ:
    # A database with the tables: each process copies it instead of running the migrations.
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["TEST_TEMPLATE"]}

COURSES_JOBS = {"count": "tests.counting.COUNT"}
