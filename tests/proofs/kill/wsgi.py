"""The site as the harness serves it; with `KILL_MUTANT=ack-first` it lies about what is stored.

The mutant acknowledges a save at once and stores it a little later: exactly what a server
must never do. The harness has to turn red on it.
"""

import os
import threading
from typing import Any

from cxcourse.wsgi import application as site

DELAY_S = 0.01


def _put_mutant() -> None:
    from courses.domain import attempts
    from courses.domain.attempts import Saved
    from courses.domain.reveal.policy import Policy
    from courses.web import attempts as pages

    store = attempts.save

    def later(**request: Any) -> Saved:
        threading.Timer(DELAY_S, store, kwargs=request).start()
        attempt = request["attempt"]
        return Saved(
            item=attempt.items.get(position=request["position"]),
            policy=Policy.load(attempt.policy),
            revision=request["based_on"] + 1,
            is_new=True,
            received_at=request["now"],
            seconds_left=None,
        )

    pages.attempts.save = later


if os.environ.get("KILL_MUTANT") == "ack-first":
    _put_mutant()

application = site
