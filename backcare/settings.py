"""All settings, in one file. What differs between machines comes from the environment (see .env.example).

``BACKCARE_ENV`` is ``development`` (the default: plain http, this machine only) or ``production``, which refuses to
start on a weak secret, with DEBUG on, or for any host.
"""

import re
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

django_stubs_ext.monkeypatch()  # lets ModelForm[Model] and friends be written at run time

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("BACKCARE_DATA", str(BASE_DIR / "data")))

ENVIRONMENT = env.str("BACKCARE_ENV", "development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("BACKCARE_DEBUG", False)
THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"]
DEVELOPMENT_KEY = "known to everybody: for this machine only"
SECRET_KEY = env.str("BACKCARE_SECRET_KEY", "" if PRODUCTION else DEVELOPMENT_KEY)
# A name or an address, without a port.
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
HOSTS: list[str] = env.list("BACKCARE_HOSTS", [] if PRODUCTION else THIS_MACHINE)
ALLOWED_HOSTS = [host.strip() for host in HOSTS if host.strip()]
METRICS_TOKEN = env.str("BACKCARE_METRICS_TOKEN", "")  # without one there are no metrics


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured, with the reason, when starting would not be safe."""
    if ENVIRONMENT not in ("development", "production"):
        raise ImproperlyConfigured(f"BACKCARE_ENV is development or production, not {ENVIRONMENT}.")
    if SECRET_KEY == DEVELOPMENT_KEY and not set(ALLOWED_HOSTS) <= set(THIS_MACHINE):
        raise ImproperlyConfigured(
            "BACKCARE_HOSTS lets others in, so BACKCARE_SECRET_KEY needs a key that nobody knows."
        )
    if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
        raise ImproperlyConfigured("BACKCARE_METRICS_TOKEN is weak: give at least 32 random characters, or none.")
    if not PRODUCTION:
        return
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        raise ImproperlyConfigured("BACKCARE_SECRET_KEY is missing or weak: give at least 50 random characters.")
    if DEBUG:
        raise ImproperlyConfigured("BACKCARE_DEBUG shows private data on error pages: leave it off in production.")
    if not ALLOWED_HOSTS or not all(HOST.fullmatch(host) for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured(
            "BACKCARE_HOSTS must name each host that people use, such as back.example.org: no wildcard, port or https://."
        )


refuse_unsafe_start()

INSTALLED_APPS = [
    "backcare.apps.SiteConfig",
    "backcare.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "simple_history",
    "exercises",
    "tracking",
]

MIDDLEWARE = [
    "backcare.middleware.LogMiddleware",
    # Before all that may answer by itself, so that every answer has their headers: redirects and static files too.
    "csp.middleware.CSPMiddleware",
    "backcare.middleware.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "backcare.middleware.StaticFilesMiddleware",
    "backcare.middleware.GateMiddleware",
    "backcare.middleware.RefusedFormMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "backcare.urls"
WSGI_APPLICATION = "backcare.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
FORM_RENDERER = "backcare.widgets.Renderer"
CRISPY_TEMPLATE_PACK = "backcare"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("backcare",)
CRISPY_FAIL_SILENTLY = False

# SQLite: WAL with IMMEDIATE lets four writers through without a "locked" error; FULL keeps an acknowledged log in a
# power cut.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 4,  # seconds for a lock: after five, people must know that a log is not stored
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-8000"
    ),
}
# PostgreSQL: without these limits a hung server stalls each request for as long as the network allows.
POSTGRES_OPTIONS = {
    # A pool that has tried for long waits for minutes before it tries again; one that gives up tries when asked.
    "pool": {"min_size": 1, "max_size": 8, "timeout": 3, "reconnect_timeout": 2},
    # A statement that a connection has asked five times need not be planned each time: for those of many parts, the
    # planning takes three times as long as the answer.
    "server_side_binding": True,
    "prepare_threshold": 5,
    "connect_timeout": 2,
    "tcp_user_timeout": 3000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    # Few of the content's rows are more than PostgreSQL takes notice of, so a query that joins them looks dear to it.
    # Compiling one of many parts took five seconds, for an answer that takes one millisecond.
    "options": (
        "-c jit=off -c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000"
    ),
}
DATABASES: dict[str, Any] = {
    # The health check keeps a connection that a restart of the database has killed from answering anybody.
    "default": env.dj_db_url(
        "DATABASE_URL", f"sqlite:///{DATA_DIR / 'backcare.sqlite3'}", conn_max_age=0, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Kept open: the last one that closes takes the WAL along, and on a full disk nobody could make it again to read.
    DATABASES["default"] |= {"OPTIONS": SQLITE_OPTIONS, "CONN_MAX_AGE": None}
elif not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    raise ImproperlyConfigured("DATABASE_URL begins with postgres:// or sqlite:///: BackCare knows no other database.")
else:
    DATABASES["default"]["ENGINE"] = "backcare.postgres"
    DATABASES["default"]["OPTIONS"] = POSTGRES_OPTIONS | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Shared by all workers, because rate limits count in it. With few entries, an attacker's own tries would push the
    # count of a locked account out.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Public pages, keyed by the content's revision, so that each worker may keep its own copy.
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages", "TIMEOUT": 3600},
    # Each person's own, keyed by the person and good for one edition of their records: apart from the public pages.
    "kept": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "kept",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
}

# Thresholds of the advice that differ from the editor's: see tracking/rules.py.
RULES: dict[str, int] = env.dict("BACKCARE_RULES", {}, subcast_values=int)
# Whom to call, by country, where it differs from ours: see exercises/emergency.py.
EMERGENCY: dict[str, str] = env.dict("BACKCARE_EMERGENCY", {})

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"  # what a person sees is in that person's own zone: tracking.models.Profile.zone
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("BACKCARE_STATIC", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "backcare.storage.StaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False  # they are for our own pages

# Django's own, extended. Listing that one as well would hash each wrong password twice.
AUTHENTICATION_BACKENDS = ["tracking.signed_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "tracking:today"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "signup": "tracking.account_forms.SignUpForm",
    "login": "tracking.account_forms.SignInForm",
    "add_email": "tracking.account_forms.AddressForm",
    "reauthenticate": "tracking.account_forms.ConfirmForm",
    "change_password": "tracking.account_forms.NewPasswordForm",
    "reset_password": "tracking.account_forms.ResetForm",
    "reset_password_from_key": "tracking.account_forms.ResetKeyForm",
}
ACCOUNT_ADAPTER = "backcare.accounts.AccountAdapter"
# Wrong passwords and codes, by address and by account, at each door.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/5m/ip,10/5m/key",
    "change_password": "10/5m/user",
    "reauthenticate": "10/5m/user",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # a phone left open must not be enough to take the account over
ACCOUNT_PREVENT_ENUMERATION = "strict"  # an e-mail address may stand in two accounts rather than tell that it is known
ACCOUNT_SESSION_REMEMBER = True  # a phone that is asked for a password each morning is left in the drawer
# In development the admin shows this machine's own data, and a code at each try would only be in the way.
STAFF_SECOND_FACTOR = PRODUCTION
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "backcare.accounts.MFAAdapter"
MFA_TOTP_ISSUER = "BackCare"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

MFA_ALLOW_UNVERIFIED_EMAIL = True  # an e-mail address is optional here and never a condition for a second factor
# Which entry of X-Forwarded-For is the client's: wrong passwords are counted by it, and nobody may choose it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("BACKCARE_PROXIES", 1 if PRODUCTION else 0)

# Without mail, production sends none: a link to choose a new password does not belong in a log.
mail = env.dj_email_url("BACKCARE_EMAIL_URL", "dummy:" if PRODUCTION else "console:")
if "EMAIL_BACKEND" not in mail:  # Django would send it all the same, in plain text
    raise ImproperlyConfigured("BACKCARE_EMAIL_URL begins with submission://, smtp:// or dummy:, which sends none.")
mail["EMAIL_TIMEOUT"] = mail.get("EMAIL_TIMEOUT") or 10  # seconds: without it, a hung server keeps a thread for ever
vars().update(mail)
DEFAULT_FROM_EMAIL = env.str("BACKCARE_EMAIL_FROM", "BackCare <backcare@localhost>")
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "tracking.signed_in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "backcare.views.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "backcare.storage.MessageStorage"
MESSAGES_COOKIE_NAME = "messages"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    MESSAGES_COOKIE_NAME = "__Host-messages"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # a load balancer asks inside the network, in plain http
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 63_072_000  # two years
    # Whether the hosts beneath ours speak https as well, only the operator knows; preloading is hard to take back.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("BACKCARE_HSTS_SUBDOMAINS", False)
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "backcare.logs.JSONFormatter"}},
    "filters": {"raised": {"()": "backcare.logs.RaisedOnly"}},
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": [], "level": "INFO"}, "backcare.requests": {"level": "WARNING"}},
}
if PRODUCTION:
    LOGGING["handlers"]["console"]["formatter"] = "json"
    LOGGING["loggers"] |= {"backcare.requests": {"level": "INFO"}, "django.request": {"filters": ["raised"]}}
