"""Settings of the site, from the environment. `.env.example` lists every variable."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from cxcourse import environment, lti, oauth, safety, second_factor, try_it
from cxcourse.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environment.read_environment(BASE_DIR / ".env")
PROFILE = environment.profile(env)
IS_PRODUCTION = PROFILE == "production"
IS_TEST = PROFILE == "test"

DEBUG = env.bool("DEBUG", default=PROFILE == "development")
SECRET_KEY = env.str("SECRET_KEY", default=safety.DEVELOPMENT_SECRET_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if IS_PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- application

# The admin asks for a code beside the password; learner pages never do.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=False)

# The page on which people try the API: for "signed_in" people or "everybody".
API_TRY_IT = env.str("API_TRY_IT", default="") or None

# The address under which learning platforms reach the site, "https://learn.example.org/lti/".
COURSES_LTI_URL = env.str("LTI_URL", default="") or None

INSTALLED_APPS = [
    "courses",
    *lti.installed_apps(url=COURSES_LTI_URL),
    # Commands for the operator: backup, restore, doctor.
    "cxcourse",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    *oauth.installed_apps(is_wanted=env.bool("API_OAUTH", default=False)),
    *try_it.installed_apps(is_wanted=API_TRY_IT is not None),
    *second_factor.installed_apps(is_wanted=STAFF_SECOND_FACTOR),
]

MIDDLEWARE = [
    "courses.middleware.RequestContextMiddleware",
    "courses.middleware.ChunkedBodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "courses.middleware.ContentSecurityPolicyMiddleware",
    "courses.middleware.PermissionsPolicyMiddleware",
    # Before the host check: a probe knows the address of a machine, not the name of the site.
    "cxcourse.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages compress to a quarter, and are padded against guessing secrets by their length.
    "cxcourse.compression.PageCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "courses.middleware.StorableTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last: it turns the refusal of a locked-out login into a page.
    "axes.middleware.AxesMiddleware",
]
MIDDLEWARE = second_factor.middleware(MIDDLEWARE, is_wanted=STAFF_SECOND_FACTOR)
OTP_TOTP_ISSUER = "CX Course"

ROOT_URLCONF = "cxcourse.urls"
WSGI_APPLICATION = "cxcourse.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- data

SQLITE_SYNCHRONOUS = env.str("SQLITE_SYNCHRONOUS", default="OFF" if IS_TEST else "NORMAL").upper()
DATABASES = {
    "default": environment.database(
        env, default_path=VAR_DIR / "db.sqlite3", synchronous=SQLITE_SYNCHRONOUS
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": environment.cache(env)}
SESSION_ENGINE = environment.session_engine(env)

# --- people

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "cxcourse.backends.ModelBackend",
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if IS_TEST
    else [
        "cxcourse.passwords.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.ScryptPasswordHasher",
    ]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# The people of the site are those of the courses: they sign in and up on the courses' pages.
COURSES_ACCOUNTS = "own"
LOGIN_URL = "cx_courses:sign-in"
LOGIN_REDIRECT_URL = "cx_courses:catalogue"
LOGOUT_REDIRECT_URL = "cx_courses:catalogue"

AXES_ENABLED = not IS_TEST
AXES_FAILURE_LIMIT = environment.failure_limit(env)
AXES_COOLOFF_TIME = env.float("LOGIN_LOCKOUT_HOURS", default=0.25)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "cx_courses/errors/429.html"
AXES_HANDLER = "cxcourse.sign_in_locks.SignInHandler"
AXES_CLIENT_IP_CALLABLE = "courses.addresses.client_address"
AXES_RESET_ON_SUCCESS = True
# A lock ends in its time, also for somebody whom an attacker keeps locking out.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# From which addresses an account has signed in: there its password is always judged.
AXES_DISABLE_ACCESS_LOG = False
AXES_VERBOSE = False
# Names are kept as hashes: a wrong try may come long after its account was erased.
AXES_USERNAME_CALLABLE = "cxcourse.erasing.hidden_name"
COURSES_ERASE_ALSO = ["cxcourse.erasing.forget"]

# OAuth 2 beside the API's keys: `API_OAUTH=1`, with `pip install cx-course[oauth]`.
OAUTH2_PROVIDER = oauth.PROVIDER
COURSES_OAUTH_TOKEN_S = env.int("API_OAUTH_TOKEN_SECONDS", default=3600)
COURSES_API_TRY_IT = API_TRY_IT

# Whom people may ask: an e-mail address, a web address or a sentence.
COURSES_CONTACT = env.str("CONTACT", default="")
# Where the site is: certificates, mails and calendars name it.
COURSES_PUBLIC_URL = env.str("PUBLIC_URL", default="") or None
# Seconds for which a mailed link to set a new password works.
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60
COURSES_SIGN_UP_RATE = env.str("SIGN_UP_RATE", default="20/hour")
# Proxies in front that add to X-Forwarded-For. 0: the header is never read.
COURSES_TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- language and time

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("de", _("German"))]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["cxcourse.formats"]

# --- static files

STATIC_URL = env.str("STATIC_URL", default="/static/")
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Nothing is served from there but by the pages, which look who asks.
    "courses": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.str("COURSE_FILES", default=str(VAR_DIR / "files")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or IS_TEST
            else "cxcourse.static.HashedStaticStorage"
        )
    },
}
# While developing and testing nothing is collected: files come from where they are written.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG or IS_TEST
MEDIA_URL = "/media/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))

# --- e-mail

EMAIL_URL = env.str("EMAIL_URL", default="" if IS_PRODUCTION else "consolemail://")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="courses@localhost")
SERVER_EMAIL = env.str("SERVER_EMAIL", default=DEFAULT_FROM_EMAIL)
vars().update(environment.email(EMAIL_URL))

# --- security

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "media-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}
SESSION_COOKIE_SECURE = env.bool("SESSION_COOKIE_SECURE", default=IS_PRODUCTION)
CSRF_COOKIE_SECURE = env.bool("CSRF_COOKIE_SECURE", default=IS_PRODUCTION)
CSRF_FAILURE_VIEW = "courses.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=IS_PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if IS_PRODUCTION else 0)
# Only the owner of the whole domain can promise HTTPS for its other hosts (W005, W021).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
if env.bool("TRUST_X_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# mailto:security@example.org or an https address; shown in /.well-known/security.txt.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")

# --- calls to others

# For webhooks to a program, and a learning platform, on this machine while one tries things out.
COURSES_OUTGOING_ALLOW = env.list(
    "OUTGOING_ALLOW",
    default=["localhost", "127.0.0.1", "::1"] if PROFILE == "development" else [],
)

# --- logs and operation

LOGGING = logging_config(
    level=env.str("LOG_LEVEL", default="INFO").upper(),
    style=env.str("LOG_FORMAT", default="json" if IS_PRODUCTION else "plain"),
)
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=2)
# Events older than this without delivery mean that the relay does not run: /readyz then reports it.
READY_RELAY_LAG_SECONDS = env.int("READY_RELAY_LAG_SECONDS", default=900)

if IS_PRODUCTION:
    safety.refuse_unsafe(globals())
