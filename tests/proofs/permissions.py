"""Who gets what on every route: the reviewed table, seven people × GET and POST.

The columns are those of `world.ACTORS`: anonymous, the learner whose attempts they are, another
learner of the course, a person not enrolled, an instructor of the course, an instructor of another,
an administrator. Everything asked for belongs to the first course and the learner.

A cell is a status, or where a redirect leads: `sign-in`, `login` (the admin's), `course` (its
page, which offers to enrol), `admin` (its front page, as for what does not exist), `302` elsewhere.
"""

import django

Row = tuple[str, str]

EVERYBODY = "200 200 200 200 200 200 200"
NOBODY = "405 405 405 405 405 405 405"
REFUSED = "sign-in 405 405 405 405 405 405"
GOES_ON = "302 302 302 302 302 302 302"
SIGNED_IN = "sign-in 200 200 200 200 200 200"
IN_THE_COURSE = "sign-in 200 200 course 200 course 200"
WORKS_IN_IT = "sign-in 302 302 course 302 course 403"
READS_IT = "sign-in 200 404 404 200 404 200"
# Nobody has the cookie of somebody else's frame; who is signed in on the site makes no difference.
OF_A_FRAME = "403 403 403 403 403 403 403"
OF_NOBODY = "sign-in 404 404 404 404 404 404"
UNKNOWN = "404 404 404 404 404 404 404"
OWNER = "sign-in 302 404 404 404 404 404"

LEARNER_PAGES: dict[str, Row] = {
    "cx_courses:catalogue": (EVERYBODY, NOBODY),
    "cx_courses:manifest": (EVERYBODY, NOBODY),
    "cx_courses:service-worker": (EVERYBODY, NOBODY),
    "cx_courses:offline": (EVERYBODY, NOBODY),
    "cx_courses:metrics": ("404 404 404 404 404 404 404", NOBODY),
    "cx_courses:course": (EVERYBODY, NOBODY),
    "cx_courses:enrol": (NOBODY, "sign-in course course course course course course"),
    "cx_courses:class": (NOBODY, "sign-in course course course course course course"),
    # For those who look after a class: its learners are not to know each other's results.
    "cx_courses:class-results": ("sign-in 404 404 course 200 course 200", REFUSED),
    "cx_courses:class-learner": ("sign-in 404 404 course 200 course 200", REFUSED),
    # Of a class whose platform takes scores; who teaches the whole course is in no class.
    "cx_courses:class-scores": ("sign-in 404 404 course 404 course 404", REFUSED),
    "cx_courses:class-send-again": (REFUSED, "sign-in 404 404 course 404 course 404"),
    "cx_courses:class-compare": (REFUSED, "sign-in 404 404 course 404 course 404"),
    "cx_courses:class-trial": (REFUSED, "sign-in 404 404 course 302 course 302"),
    # A form that says nothing does nothing; the attempt has no response that a person marks.
    "cx_courses:class-marking": (
        "sign-in 404 404 course 200 course 200",
        "sign-in 404 404 course 404 course 404",
    ),
    "cx_courses:class-mark": (
        "sign-in 404 404 course 404 course 404",
        "sign-in 404 404 course 404 course 404",
    ),
    # Nobody has this notice.
    "cx_courses:notice-read": (NOBODY, OF_NOBODY),
    # Nobody in the table has finished anything: to the course.
    "cx_courses:course-complete": ("sign-in course course course course course course", NOBODY),
    "cx_courses:module-complete": ("sign-in course course course course course course", NOBODY),
    "cx_courses:glossary": (IN_THE_COURSE, NOBODY),
    # What is found depends on the person: tests/domain/test_search.py.
    "cx_courses:search": (EVERYBODY, NOBODY),
    "cx_courses:course-search": (EVERYBODY, NOBODY),
    "cx_courses:asset": (IN_THE_COURSE, NOBODY),
    # Who may see the course may see its pictures; here it has none.
    "cx_courses:cover": (UNKNOWN, NOBODY),
    "cx_courses:picture": (UNKNOWN, NOBODY),
    "cx_courses:lesson": (IN_THE_COURSE, NOBODY),
    "cx_courses:lesson-visit": (NOBODY, "sign-in 204 204 course 204 course 403"),
    "cx_courses:lesson-check": (NOBODY, WORKS_IN_IT),
    "cx_courses:lesson-confirm": (NOBODY, "sign-in 403 403 course 403 course 403"),
    "cx_courses:lesson-again": (NOBODY, WORKS_IN_IT),
    "cx_courses:lesson-note": ("sign-in 200 200 course 200 course 403", WORKS_IN_IT),
    # Nobody has a note there: back to the lesson.
    "cx_courses:lesson-note-delete": ("sign-in 302 302 course 302 course 403", WORKS_IN_IT),
    "cx_courses:notes": ("sign-in 200 200 course 200 course 403", REFUSED),
    "cx_courses:notes-file": ("sign-in 200 200 course 200 course 403", REFUSED),
    "cx_courses:my-learning": ("sign-in 200 200 course 200 course 403", REFUSED),
    "cx_courses:journal": ("sign-in 200 200 course 200 course 403", REFUSED),
    "cx_courses:daily-review": ("sign-in 200 200 course 200 course 403", REFUSED),
    "cx_courses:daily-review-next": (NOBODY, WORKS_IN_IT),
    "cx_courses:daily-review-card": (NOBODY, "sign-in 302 404 course 404 course 403"),
    "cx_courses:daily-review-snooze": (NOBODY, "sign-in 302 404 course 404 course 403"),
    "cx_courses:mistakes": ("sign-in 200 200 course 200 course 403", REFUSED),
    "cx_courses:mistakes-next": (NOBODY, WORKS_IN_IT),
    # Only what the learner got wrong can be answered; here that is nothing.
    "cx_courses:mistake-card": (NOBODY, "sign-in 404 404 course 404 course 403"),
    "cx_courses:quiz": (IN_THE_COURSE, REFUSED),
    "cx_courses:quiz-start": (REFUSED, WORKS_IN_IT),
    "cx_courses:attempt": (READS_IT, OWNER),
    "cx_courses:attempt-save": (NOBODY, OWNER),
    "cx_courses:attempt-flag": (NOBODY, OWNER),
    "cx_courses:attempt-submit": ("sign-in 200 404 404 404 404 404", OWNER),
    # An attempt under way: back to it.
    "cx_courses:attempt-give-up": (OWNER, OWNER),
    # A test under way: nothing can be reported in it.
    "cx_courses:attempt-report": (OF_NOBODY, OF_NOBODY),
    "cx_courses:review": (READS_IT, REFUSED),
    # A trial is its person's alone; here nobody has one.
    "cx_courses:trial": (OF_NOBODY, REFUSED),
    "cx_courses:trial-clock": (REFUSED, OF_NOBODY),
    "cx_courses:trial-end": (REFUSED, OF_NOBODY),
    "cx_courses:trial-page": (OF_NOBODY, OF_NOBODY),
    # Nobody has this invitation.
    "cx_courses:join": (OF_NOBODY, OF_NOBODY),
    "cx_courses:accessibility": (EVERYBODY, NOBODY),
    "cx_courses:progress": (SIGNED_IN, NOBODY),
    "cx_courses:certificates": (SIGNED_IN, REFUSED),
    # Nobody has this certificate, and no certificate has this number.
    "cx_courses:certificate": (OF_NOBODY, REFUSED),
    "cx_courses:certificate-name": (REFUSED, OF_NOBODY),
    "cx_courses:certificate-public": (REFUSED, OF_NOBODY),
    "cx_courses:certificate-pdf": (OF_NOBODY, REFUSED),
    "cx_courses:certificate-lookup": (EVERYBODY, NOBODY),
    "cx_courses:certificate-verify": (UNKNOWN, NOBODY),
    "cx_courses:certificate-badge": (UNKNOWN, NOBODY),
    "cx_courses:certificate-badge-jwt": (UNKNOWN, NOBODY),
    "cx_courses:certificate-did": (EVERYBODY, NOBODY),
    "cx_courses:certificate-jwks": (EVERYBODY, NOBODY),
    "cx_courses:certificate-issuer": (EVERYBODY, NOBODY),
    "cx_courses:certificate-achievement": (UNKNOWN, NOBODY),
    "cx_courses:certificate-status": (UNKNOWN, NOBODY),
    "cx_courses:certificate-status-jwt": (UNKNOWN, NOBODY),
    "cx_courses:sign-in": ("200 302 302 302 302 302 302", "200 302 302 302 302 302 302"),
    "cx_courses:sign-out": (NOBODY, GOES_ON),
    "cx_courses:sign-up": (EVERYBODY, EVERYBODY),
    "cx_courses:password": (SIGNED_IN, SIGNED_IN),
    "cx_courses:address": (SIGNED_IN, SIGNED_IN),
    # Nobody has this link.
    "cx_courses:address-confirm": (UNKNOWN, UNKNOWN),
    # An empty form is shown again; nobody has this link.
    "cx_courses:password-forgotten": (EVERYBODY, EVERYBODY),
    "cx_courses:password-mailed": (EVERYBODY, NOBODY),
    "cx_courses:password-new": (UNKNOWN, UNKNOWN),
    "cx_courses:account": (SIGNED_IN, REFUSED),
    "cx_courses:export": (SIGNED_IN, SIGNED_IN),
    "cx_courses:my-data": (IN_THE_COURSE, REFUSED),
    "cx_courses:my-data-export": (REFUSED, IN_THE_COURSE),
    "cx_courses:my-data-erase": (REFUSED, IN_THE_COURSE.replace("200", "400")),
    "cx_courses:preferences": (SIGNED_IN, "sign-in 302 302 302 302 302 302"),
    # Nobody has this address.
    "cx_courses:calendar": (UNKNOWN, NOBODY),
    "cx_courses:reminders": (SIGNED_IN, SIGNED_IN),
    # Nobody has this link.
    "cx_courses:mails-stop": (UNKNOWN, UNKNOWN),
    "cx_courses:time-zone": (REFUSED, "sign-in 204 204 204 204 204 204"),
    "cx_courses:tokens": (SIGNED_IN, SIGNED_IN),
    "cx_courses:session-end": (REFUSED, OWNER.replace("302", "404")),
    "cx_courses:token-revoke": (NOBODY, OWNER),
    # The page that calls the API, here for those who are signed in (COURSES_API_TRY_IT).
    "cx_courses:try-it": (SIGNED_IN, NOBODY),
    # For programs: who is signed in makes no difference there.
    "cx_courses:oauth-token": (NOBODY, "400 400 400 400 400 400 400"),
    "cx_courses:oauth-revoke": (NOBODY, "400 400 400 400 400 400 400"),
    "cx_courses:erase": (SIGNED_IN, SIGNED_IN),
    "cx_courses:theme": (NOBODY, GOES_ON),
    "cx_courses:language": (GOES_ON, GOES_ON),
    "cx_courses:launch": (UNKNOWN, NOBODY),
    "cx_courses:embed": (OF_A_FRAME, OF_A_FRAME),
    "cx_courses:embed-window": (NOBODY, UNKNOWN),
    "cx_courses:embed-standing": (OF_A_FRAME, OF_A_FRAME),
    "cx_courses:embed-display": (OF_A_FRAME, OF_A_FRAME),
    "cx_courses:embed-page": (OF_A_FRAME, OF_A_FRAME),
    "cx_courses:preview": (EVERYBODY, NOBODY),
}

# What no platform signed opens nothing, whoever is signed in on the site.
OF_PLATFORMS: dict[str, Row] = {
    "cx_courses_lti:login": (OF_A_FRAME, OF_A_FRAME),
    "cx_courses_lti:login-own": (OF_A_FRAME, OF_A_FRAME),
    "cx_courses_lti:launch": (NOBODY, OF_A_FRAME),
    "cx_courses_lti:launch-at": (NOBODY, OF_A_FRAME),
    # Nobody has this invitation, and nobody's choice of a link came with the form.
    "cx_courses_lti:register": (UNKNOWN, UNKNOWN),
    "cx_courses_lti:pick": (NOBODY, OF_A_FRAME),
    # Nobody has this registration.
    "cx_courses_lti:keys": (UNKNOWN, NOBODY),
    "cx_courses_lti:canvas": (UNKNOWN, NOBODY),
    "cx_courses_lti:notices": (NOBODY, UNKNOWN),
}

# In the admin nobody but staff sees more than the sign-in page.
STAFF = "login login login login 200 200 200"
OWN = "login login login login 200 admin 200"
OWN_SAVED = "login login login login 302 admin 302"
NO_STAFF = "login login login login 403 403 403"
MOVED = "login login login login 302 302 302"
ROOT = "login login login login 403 403 200"
ROOT_SAVED = "login login login login 403 403 302"
LOST = "login login login login 404 404 404"
ONLY_GET = "login login login login 405 405 405"

_PAGES = {"changelist": (STAFF, STAFF), "history": (OWN, OWN)}
EDITED = {**_PAGES, "add": (STAFF, STAFF), "change": (OWN, OWN), "delete": (OWN, OWN)}
NOT_DELETABLE = {**EDITED, "delete": (NO_STAFF, NO_STAFF)}
# From 6.1 on Django looks for the row before it looks at the permission.
NOT_SAVED = NO_STAFF if django.VERSION < (6, 1) else "login login login login 403 admin 403"
READ_ONLY = {**NOT_DELETABLE, "add": (NO_STAFF, NO_STAFF), "change": (OWN, NOT_SAVED)}
VERSIONS = {**NOT_DELETABLE, "change": (OWN, NOT_SAVED)}
# Forms without a required field are saved as they are.
OPTIONAL = {**EDITED, "change": (OWN, OWN_SAVED)}
# People, groups and the log of sign-ins are the administrator's alone.
ROOTS = dict.fromkeys(EDITED, (ROOT, ROOT))
SIGN_INS = ROOTS | {"add": (NO_STAFF, NO_STAFF), "change": (ROOT, ROOT_SAVED)}

# Platforms and their keys; the rows are never deleted.
UNSEEN = OWN.replace("200 admin 200", "admin admin 200")
PLATFORMS = ROOTS | {"delete": (NO_STAFF, NO_STAFF), "history": (UNSEEN, UNSEEN)}
PLATFORM_LOGS = PLATFORMS | {"add": (NO_STAFF, NO_STAFF), "change": (ROOT, NO_STAFF)}

NOTHING_CHOSEN = OWN.replace("admin", "404").replace("200", "422")

HISTORY = {"editions": (OWN.replace("admin", "404"),) * 2}

MODELS: dict[str, dict[str, Row]] = {
    "cx_courses_accommodation": NOT_DELETABLE | {"people": (STAFF, ONLY_GET)},
    "cx_courses_apiclient": PLATFORMS,
    "cx_courses_apikey": PLATFORMS,
    "cx_courses_asset": OPTIONAL | HISTORY,
    "cx_courses_attempt": READ_ONLY,
    "cx_courses_attemptdecision": READ_ONLY,
    "cx_courses_attemptitem": READ_ONLY | {"grade": (OWN.replace("admin", "404"),) * 2},
    "cx_courses_certificate": READ_ONLY,
    "cx_courses_certificaterule": OPTIONAL,
    "cx_courses_cohort": PLATFORM_LOGS,
    "cx_courses_course": EDITED
    | {
        "home": (STAFF, STAFF),
        "upload": (STAFF, STAFF),
        # A post without a button is not found.
        "bank": (OWN.replace("admin", "404"), LOST),
        "outline": (OWN.replace("admin", "404"), LOST),
        "check": (OWN.replace("admin", "404"), OWN_SAVED.replace("admin", "404")),
        # Without a key nothing is found.
        "part": (LOST, LOST),
        "export": (OWN.replace("admin", "404"),) * 2,
        # A post without a file is refused.
        "import": (OWN.replace("admin", "404"), OWN.replace("admin", "404").replace("200", "422")),
        "job": (OWN.replace("admin", "404"), OWN_SAVED.replace("admin", "404")),
        # The job has not made a file.
        "jobfile": (LOST, LOST),
        "corrections": (OWN.replace("admin", "404"),) * 2,
        # A post without a button is not found, and this preview is not worked out.
        "correction": (OWN.replace("admin", "404"), LOST),
        "regrade_preview": (OWN.replace("admin", "404"), NOTHING_CHOSEN),
        "proposals": (OWN.replace("admin", "404"),) * 2,
        "proposal": (OWN.replace("admin", "404"),) * 2,
        "analyses": (OWN.replace("admin", "404"),) * 2,
        "classes": (OWN.replace("admin", "404"), LOST),
        "progress": (OWN.replace("admin", "404"),) * 2,
        "gradebook": (OWN.replace("admin", "404"),) * 2,
        "gradefiles": (OWN.replace("admin", "404"),) * 2,
        "gradecell": (OWN.replace("admin", "404"), LOST),
        # A post without numbers is refused.
        "weights": (OWN.replace("admin", "404"), OWN.replace("admin", "404").replace("200", "422")),
        # A post without a button is not found; an empty form is a rule for completion.
        "certificates": (OWN.replace("admin", "404"), LOST),
        "certificate_rule": (OWN.replace("admin", "404"), OWN_SAVED.replace("admin", "404")),
        "certificate_sample": (
            OWN.replace("admin", "404"),
            OWN.replace("admin", "404").replace("200", "405"),
        ),
        # A post without an outcome is refused.
        "reports": (OWN.replace("admin", "404"), OWN.replace("admin", "404").replace("200", "422")),
        # A post without a button is not found; no text was handed in.
        "marking": (OWN.replace("admin", "404"), LOST),
        "mark": (LOST, LOST),
        "release": (OWN.replace("admin", "404"), OWN_SAVED.replace("admin", "404")),
        "try": (OWN.replace("admin", "404"), OWN_SAVED.replace("admin", "404")),
        "duplicate": (OWN.replace("admin", "404"),) * 2,
        "files": (OWN.replace("admin", "404"),) * 2,
        "zip": (OWN.replace("admin", "404"), OWN_SAVED.replace("admin", "404")),
    }
    | HISTORY,
    "cx_courses_delivery": READ_ONLY,
    "cx_courses_deliverytry": PLATFORM_LOGS,
    "cx_courses_edition": READ_ONLY,
    "cx_courses_enrolment": NOT_DELETABLE
    | {"people": (STAFF, ONLY_GET), "person": (OWN.replace("admin", "404"), LOST)}
    | {"learner": (OWN.replace("admin", "404"), LOST)},
    "cx_courses_event": READ_ONLY,
    "cx_courses_extension": NOT_DELETABLE,
    "cx_courses_externalidentity": PLATFORM_LOGS,
    "cx_courses_grading": READ_ONLY,
    "cx_courses_idempotencyrecord": PLATFORM_LOGS,
    "cx_courses_job": READ_ONLY,
    "cx_courses_learnertoken": PLATFORM_LOGS,
    "cx_courses_launch": PLATFORM_LOGS,
    "cx_courses_lesson": EDITED | HISTORY | {"edit": (OWN.replace("admin", "404"),) * 2},
    "cx_courses_lessonprogress": READ_ONLY,
    "cx_courses_lineitem": READ_ONLY,
    "cx_courses_lineitemrule": READ_ONLY,
    "cx_courses_module": EDITED | HISTORY | {"assets": (OWN.replace("admin", "404"), LOST)},
    "cx_courses_objective": EDITED | HISTORY,
    "cx_courses_preferences": PLATFORM_LOGS,
    "cx_courses_question": EDITED
    | {
        "write": (STAFF, STAFF),
        "quick": (STAFF, STAFF),
        "edit": (OWN.replace("admin", "404"),) * 2,
        "correct": (OWN.replace("admin", "404"), NOTHING_CHOSEN),
    }
    | HISTORY,
    "cx_courses_questionversion": VERSIONS,
    "cx_courses_quiz": EDITED
    | HISTORY
    | {
        "correct": (OWN.replace("admin", "404"), NOTHING_CHOSEN),
        "build": (OWN.replace("admin", "404"),) * 2,
    }
    | dict.fromkeys(("analysis", "question"), (OWN.replace("admin", "404"),) * 2)
    | {"angoff": (OWN.replace("admin", "404"), LOST)},
    "cx_courses_quizitem": READ_ONLY,
    "cx_courses_reference": EDITED | HISTORY,
    "cx_courses_regradebatch": READ_ONLY,
    "cx_courses_regradeoutcome": READ_ONLY,
    "cx_courses_regradetarget": READ_ONLY,
    "cx_courses_response": READ_ONLY,
    "cx_courses_result": READ_ONLY,
    "cx_courses_resultoverride": READ_ONLY,
    "cx_courses_reviewcard": READ_ONLY,
    "cx_courses_section": NOT_DELETABLE
    | {"change": (OWN, OWN_SAVED)}
    | dict.fromkeys(
        ("people", "progress", "enrol", "invitations"), (OWN.replace("admin", "404"),) * 2
    )
    | {"dates": (OWN.replace("admin", "404"), OWN_SAVED.replace("admin", "404"))},
    "cx_courses_sectionquiz": NOT_DELETABLE | {"change": (OWN, OWN_SAVED)},
    "cx_courses_signin": PLATFORM_LOGS,
    "cx_courses_signingkey": PLATFORM_LOGS,
    "cx_courses_stimulus": EDITED | HISTORY,
    "cx_courses_tag": OPTIONAL | HISTORY,
    "cx_courses_term": EDITED | HISTORY,
    "cx_courses_votetally": READ_ONLY,
    "cx_courses_webhookendpoint": PLATFORMS,
    "cx_courses_lti_ltiregistration": PLATFORMS
    | {"successor": (ROOT, ROOT), "check": (ROOT, ROOT)},
    "cx_courses_lti_ltiplatform": PLATFORM_LOGS | {"data": (ROOT, ROOT)},
    "cx_courses_lti_ltiinvitation": PLATFORMS | {"change": (ROOT, ROOT_SAVED)},
    **dict.fromkeys(
        (
            "cx_courses_lti_ltideployment",
            *("cx_courses_lti_ltikey", "cx_courses_lti_lticlass", "cx_courses_lti_ltilink"),
            *("cx_courses_lti_ltilaunchrecord", "cx_courses_lti_ltiscore"),
            *("cx_courses_lti_ltiroster", "cx_courses_lti_ltirosterread"),
        ),
        PLATFORM_LOGS,
    ),
    "auth_group": ROOTS,
    "auth_user": ROOTS | {"password_change": (ROOT, ROOT)},
    "axes_accessattempt": SIGN_INS,
    "axes_accesslog": SIGN_INS,
    "axes_accessfailurelog": SIGN_INS,
}

ADMIN_PAGES: dict[str, Row] = {
    "admin:index": (STAFF, STAFF),
    # No contact is set while testing: tests/site/test_security_txt.py.
    "security-txt": (UNKNOWN, NOBODY),
    "admin:login": ("200 200 200 200 admin admin admin", EVERYBODY),
    "admin:logout": (
        "admin admin admin admin 405 405 405",
        "admin admin admin admin 302 302 302",
    ),
    "admin:password_change": (STAFF, STAFF),
    "admin:password_change_done": (STAFF, ONLY_GET),
    "admin:autocomplete": (NO_STAFF, ONLY_GET),
    "admin:jsi18n": (STAFF, ONLY_GET),
    "admin:view_on_site": (MOVED, MOVED),
    "admin:app_list": (STAFF, STAFF),
    "admin/(?P<url>.*)$": (LOST, LOST),
}


def table() -> dict[str, Row]:
    """Route → what the seven get by GET and by POST."""
    rows = LEARNER_PAGES | OF_PLATFORMS | ADMIN_PAGES
    for model, kinds in MODELS.items():
        rows |= {f"admin:{model}_{kind}": row for kind, row in kinds.items()}
        address = "admin/" + "/".join(model.rsplit("_", 1)) + "/<path:object_id>/"
        # An old address of Django's: it leads to the page for changing, or to the sign-in page.
        rows[address] = (MOVED, MOVED)
    return rows
