"""Every setting of the app: `COURSES_<NAME>` in the host's settings, or the default here."""

from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

_TYPES = "courses.questions"

DEFAULTS: dict[str, Any] = {
    # Question types a host offers; a host may add its own or leave some out.
    "QUESTION_TYPES": [
        f"{_TYPES}.single_choice.SingleChoice",
        f"{_TYPES}.multiple_response.MultipleResponse",
        f"{_TYPES}.true_false.TrueFalse",
        f"{_TYPES}.matching.Matching",
        f"{_TYPES}.ordering.Ordering",
        f"{_TYPES}.categorise.Categorise",
        f"{_TYPES}.numeric.Numeric",
        f"{_TYPES}.cloze.Cloze",
        f"{_TYPES}.short_text.ShortText",
        f"{_TYPES}.essay.Essay",
        f"{_TYPES}.hotspot.Hotspot",
        f"{_TYPES}.vote.Vote",
    ],
    # Live figures of the host, besides the shipped ones: what a lesson calls them → the static
    # path of the module that draws them.
    "FIGURES": {},
    # Folders that hold courses, one sub-folder each; the shipped course is always there.
    "CONTENT_DIRS": [],
    # MiB of one file of a course, by what it is; what is left out keeps its default: drawing 1
    # (SVG), table 1 (CSV), picture 5, audio 32, video 128, document 32 (PDF, office files).
    "FILE_LIMITS": {},
    # MiB of a course's folder or zip file together.
    "COURSE_FILES_LIMIT": 256,
    # Ship the Customer Experience course.
    "SHIPPED_COURSES": True,
    # Cards in one set of the daily review, and the chance of recall at which a card is due.
    "REVIEW_SET": 10,
    "REVIEW_RETENTION": 0.9,
    # Callables `deliver(event)` that the relay calls for every event: name → dotted path.
    "SUBSCRIBERS": {},
    # "host": the project around has accounts and a page to sign in, LOGIN_URL. The courses ask for
    # no password, and change or close no account but those they made for platforms' learners.
    # "own": the courses bring pages to sign in, sign up, change the password and close the account.
    "ACCOUNTS": "host",
    # The class that makes, updates, names and erases accounts, a `courses.users.UserAdapter`.
    "USER_ADAPTER": "courses.users.UserAdapter",
    # With accounts of the host: where a form that signs out is posted to, a path or a URL name;
    # None: the pages offer no signing out.
    "SIGN_OUT_URL": None,
    # Callables `forget(user, name)`, dotted paths, that erase a person in other tables of the host;
    # `name` is the user name that the account had.
    "ERASE_ALSO": [],
    # What the learner pages are called and look like.
    "BASE_TEMPLATE": "cx_courses/base.html",  # around every page but those in frames
    "BRAND_NAME": _("CX Course"),
    "BRAND_LOGO": None,  # a static path, shown at 32 px
    "BRAND_STYLESHEET": None,  # a static path; custom properties set there win
    # Whom people may ask: an e-mail address, a web address or a sentence; shown in the footer, at
    # sign-in, on the account page and with errors. Empty: nobody is named.
    "CONTACT": "",
    # May browsers install the pages as an app, and keep the lessons that a learner opened, to be
    # read without a network?
    "OFFLINE": True,
    # "#rrggbb" of the installed app: the bar of its window, and what shows while it starts.
    "APP_COLOURS": {"theme": "#0b5563", "background": "#fbf8f2"},
    # Its icons: pixels → the static path of a PNG file. With "maskable-" for one that a device may
    # cut to its own shape, "apple-" for iOS.
    "APP_ICONS": {
        "192": "cx_courses/app/icon-192.png",
        "512": "cx_courses/app/icon-512.png",
        "maskable-512": "cx_courses/app/maskable-512.png",
        "apple-180": "cx_courses/app/apple-180.png",
    },
    # "#rrggbb" of certificates as PDF.
    "CERTIFICATE_COLOUR": "#0b5563",
    # The site's own address, "https://learn.example.org": certificates name it for ever, mails and
    # calendars lead there. None: that of the request, for sites with one address; no mails then.
    "PUBLIC_URL": None,
    # Where `courses.lti.urls` is included, as platforms reach it: "https://learn.example.org/lti/".
    "LTI_URL": None,
    # Mails about learning: "your text was marked", "your result was corrected", "7 cards are due".
    "LEARNING_MAILS": True,
    # Certificates that one address may look up by their numbers.
    "VERIFY_RATE": "60/min",
    # With accounts of our own: may anybody make an account on the sign-up page?
    "SIGN_UP": True,
    # Accounts that may be made there from one address; None: any number.
    "SIGN_UP_RATE": "20/hour",
    # May a signed-in person enrol in a published course on their own?
    "SELF_ENROLMENT": True,
    # Seconds after a deadline in which a save that was under way is still accepted.
    "NETWORK_GRACE_S": 5,
    # Seconds a relay holds a delivery before another may take it.
    "RELAY_LEASE_S": 60,
    # Tries before a delivery goes to the dead letter box: with the pauses between, three days.
    "RELAY_MAX_TRIES": 18,
    # Work in the background: who does it, a name of TASKS (an engine of django.tasks); None: the
    # relay, in slices of two seconds.
    "TASKS_BACKEND": None,
    # Kinds of it besides the shipped ones: name → dotted path of a `courses.domain.jobs.Kind`.
    "JOBS": {},
    # Calls that a relay makes at the same time, and how many of them to one endpoint.
    "RELAY_THREADS": 16,
    "RELAY_CALLS_PER_ENDPOINT": 8,
    # Days for which deliveries that arrived (or were given up) and events are kept; None: for ever.
    "DELIVERIES_KEPT_DAYS": 30,
    "EVENTS_KEPT_DAYS": 400,
    # Days for which sign-ins with their addresses are kept; None: for ever.
    "SIGN_INS_KEPT_DAYS": 180,
    # Host names and networks ("10.1.0.0/16") that the courses may call although they are not
    # public; for these alone, http will do.
    "OUTGOING_ALLOW": [],
    # Seconds for which a learner may work in a platform's frame before it opens the course anew.
    "EMBED_SESSION_S": 8 * 60 * 60,
    # The token with which Prometheus may read /metrics; without one there is no such page.
    "METRICS": None,
    # Proxies in front of the site that add the client's address to X-Forwarded-For; with 0 the
    # header is never read, because anybody can send it.
    "TRUSTED_PROXIES": 0,
    # Requests per API key's client, signed-in person and anonymous caller; wrong keys per address.
    # Counted in the default cache: with several processes it should be a shared one.
    "API_RATES": {
        "client": "1200/min",
        "user": "120/min",
        "anonymous": "60/min",
        "failed_keys": "20/min",
    },
    # The page on which people call the API from their browser, where drf_spectacular_sidecar is
    # installed: None (there is none), "signed_in" or "everybody".
    "API_TRY_IT": None,
    # Seconds for which an OAuth access token is good.
    "OAUTH_TOKEN_S": 3600,
    # Bytes of a request's body that the API reads.
    "API_MAX_BODY": 1024 * 1024,
    # Bytes that are read of a body whose length was not announced (Transfer-Encoding: chunked).
    "CHUNKED_MAX_BODY": 16 * 1024 * 1024,
}


class AppSettings:
    """`settings.NAME` → the host's `COURSES_NAME`, else the default. Read lazily."""

    def __getattr__(self, name: str) -> Any:
        try:
            default = DEFAULTS[name]
        except KeyError:
            raise AttributeError(name) from None
        return getattr(django_settings, f"COURSES_{name}", default)


settings = AppSettings()
