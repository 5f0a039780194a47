"""What every installation shares; it refuses to hold a secret."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]
# Everything an installation owns (database, private files, keys, outgoing mail) is below here.
IMSA_HOME = Path(os.environ.get("IMSA_HOME", BASE_DIR / "var")).resolve()


def private_home():
    """IMSA_HOME, made where it is missing, and closed to everybody else: files below it may then have any mode."""
    try:
        IMSA_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = IMSA_HOME.stat()
        if (
            os.name != "nt"
            and found.st_uid == os.geteuid()
            and not found.st_mode & stat.S_ISVTX
            and found.st_mode & 0o077
        ):
            IMSA_HOME.chmod(0o700)
    except OSError as fault:
        raise ImproperlyConfigured(
            f"IMSA_HOME ({IMSA_HOME}) cannot be used: {fault.strerror}. Make the folder, owned by the user that runs this site, mode 0700."
        ) from None


private_home()
DEBUG = False
DEMONSTRATION = False
ALLOWED_HOSTS = []

INSTALLED_APPS = [
    "certificates",
    "assessments",
    "cohorts",
    "courses",
    "lms.pages",
    "lms.people",
    "lms.record",
    "lms.kit",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "lms.kit.middleware.Health",  # first: a probe asks by address, over http
    "django.middleware.security.SecurityMiddleware",
    "lms.kit.middleware.Small",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "lms.kit.middleware.Devices",
    "lms.kit.middleware.AdminStyles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.people.middleware.NotKept",
    "lms.people.middleware.Idle",
    "lms.people.middleware.SignedOut",
    "lms.people.middleware.SecondFactor",
    "lms.kit.middleware.PlainRefusals",
    "courses.middleware.ReviewSentTwice",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "lms" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.people.context.person",
                "courses.views.offline.reader",
            ],
            "builtins": ["lms.kit.templatetags.kit"],
            "libraries": {"i18n": "lms.kit.templatetags.translate"},
        },
    },
]

# `{% load i18n %}` is ours on purpose (lms/kit/templatetags/translate.py): all of Django's tags, and one of them remembers.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

SQLITE = {
    # Measured: without these, one in four concurrent writers fails with "database is locked".
    # FULL, because a receipt must outlive a power cut, not only a killed process.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728;"
    ),
}


def database(url=None):
    """The database at `url` or DATABASE_URL; without either, the embedded one below IMSA_HOME."""
    url = url or os.environ.get("DATABASE_URL")
    if url:
        found = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
        # lms/kit/prepared_statements.py; a pooler that mixes connections needs DATABASE_URL to end in ?prepare_threshold=0
        found.setdefault("OPTIONS", {}).setdefault("prepare_threshold", 2)
        found["OPTIONS"]["prepare_threshold"] = found["OPTIONS"]["prepare_threshold"] or None
        return found
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": IMSA_HOME / "db.sqlite3",
        "OPTIONS": SQLITE,
        "CONN_MAX_AGE": 600,
    }


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits count across processes, so the cache is shared.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # Django would forget at 300 entries, sign-in lockouts first.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_NAME = "imsa"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["lms.people.backends.PasswordBackend"]
# Django's scrypt: N=2^14, r=8, p=5 is one of OWASP's settings, in 16 MB. Older hashes are made anew at the next sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    # Cyber Essentials: 12 characters, no forced complexity.
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "lms.people.passwords.Guessable"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/today/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "lms.people.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made from the cohort file, never by strangers
ACCOUNT_EMAIL_SUBJECT_PREFIX = "IMSA Learning: "
ACCOUNT_FORMS = {
    "change_password": "lms.people.forms.ChangePasswordForm",
    "reset_password": "lms.people.forms.ResetPasswordForm",
    "set_password": "lms.people.forms.SetPasswordForm",
    "reset_password_from_key": "lms.people.forms.ResetPasswordKeyForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # allauth's writes a row when somebody asks
ACCOUNT_RATE_LIMITS = {
    "reset_password": "20/m/ip",  # of an asker alone; a class behind one address asks on the same morning
    "apply": "20/h/ip,60/d/ip",  # links to an application form asked for; of one address; pages of it sent (cohorts/applications)
    **{"apply_mail": "3/h/key", "apply_send": "300/h/ip"},
    "reset_mail": "3/h/key",  # mails to one address (lms/people/forms.py)
    # By account and network, or by account and browser that it has signed in with; then for one account from anywhere else (lms/people/adapter.py).
    "login_failed": "10/m/ip,5/300s/key",
    "login_anywhere": "100/h/key",
}
MFA_ADAPTER = "lms.people.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "IMSA Learning"
MFA_TOTP_TOLERANCE = 1  # a code of the step before or after: RFC 6238, 5.2
MFA_FORMS = {
    "authenticate": "lms.people.forms.AuthenticateForm",
    "reauthenticate": "lms.people.forms.ReauthenticateForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = (
    True  # accounts are made by officers, so nobody can claim a stranger's address by signing up
)
IMSA_GUARDED = "certificates.queries.holds_certificate"  # who needs a second factor besides every role but learner
IMSA_INVITATION_DAYS = 14
IMSA_MERGE_UNDO_DAYS = 90  # ASSUMED: how long two accounts that were joined can be separated again
IMSA_NOMINATION_CLOSED_DAYS = (
    365  # ASSUMED: after that what was typed in a closed nomination or application is removed
)
IMSA_OFFER_DAYS = 14  # ASSUMED: how long somebody may answer an offer of a place
# How long a session may be left alone (NIST SP 800-63B-4, 2.2.3: an hour for two factors); after it, its owner proves who they are.
IMSA_IDLE_SECONDS = {"guarded": 60 * 60, "others": 12 * 60 * 60}
IMSA_KNOWN_COOKIE = "imsa-known"

# Pages are in English whatever the browser asks for: no LocaleMiddleware. Where Welsh is read it has an address of its own (decision 0016).
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English")]  # Wagtail's would stand among our English
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "j F Y"

WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site needs our styles; a header less on each file
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = IMSA_HOME / "media"
PRIVATE_ROOT = IMSA_HOME / "private"  # never under a URL
KEYS_ROOT = IMSA_HOME / "keys"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024  # a unit of 1 MB, as the editor sends it

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

WAGTAIL_SITE_NAME = "IMSA Learning"
WAGTAILADMIN_BASE_URL = os.environ.get("IMSA_URL", "http://127.0.0.1:8000")
SITE_URL = WAGTAILADMIN_BASE_URL
# Wagtail phones out by default: staff email hashes, and a version question.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "mp4", "webm", "mp3", "ogg", "m4a", "vtt"]
# Played in the page, not downloaded; nothing here that a browser would run.
WAGTAILDOCS_INLINE_CONTENT_TYPES = [
    "video/mp4",
    "video/webm",
    "audio/mpeg",
    "audio/ogg",
    "audio/mp4",
    "text/vtt",
]
WAGTAILEMBEDS_FINDERS = []  # an embed is a request that leaves the site
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Everything that asks Django to send mail queues it (lms/people/outbox.py); the worker sends it by IMSA_MAIL_BACKEND.
EMAIL_BACKEND = "lms.people.email_backends.Queue"
IMSA_MAIL_BACKEND = "lms.people.email_backends.Smtp"
EMAIL_TIMEOUT = 10  # seconds for each answer of the mail server
IMSA_MAIL_CLAIM_SECONDS = 300  # how long a process has for one mail; longer than it can take (lms/people/email_backends.py)
IMSA_MAIL_GIVE_UP_DAYS = 3  # how long mail that a server puts off is tried again
IMSA_MAIL_REPORTS_SECRET = (
    ""  # of a mail service that reports at /mail/reports/; without one that address is not there
)
IMSA_MAIL_DAYS = 30  # how long mail that was sent, or dealt with, is remembered
# Faults go to standard error, whatever DEBUG says; a platform collects them from there.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"secrets": {"()": "lms.kit.log_lines.WithoutSecrets"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}
    },
    "loggers": {
        "imsa": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}

DEFAULT_FROM_EMAIL = "IMSA Learning <no-reply@imsa.example>"

# ---- Rules the public material does not settle (domain.md section 8): every one ASSUMED ----
from .applications import *  # noqa: E402, F403 - those of organisations
from .cases import *  # noqa: E402, F403 - those of claims, appeals and misconduct
from .discussion import *  # noqa: E402, F403 - those of the discussion of a cohort
from .jobs import *  # noqa: E402, F403 - what the worker does
from .judging import *  # noqa: E402, F403 - those of marking and boards
from .portfolio import *  # noqa: E402, F403 - those of portfolios
from .register import *  # noqa: E402, F403 - those of the employment register
from .retention import *  # noqa: E402, F403 - how long is kept what goes by itself
from .surveys import *  # noqa: E402, F403 - those of surveys
from .timetable import *  # noqa: E402, F403 - those of sessions and calendars
from .tutoring import *  # noqa: E402, F403 - those of keeping in touch with a cohort

# How accreditation is judged until the Hub has decided its first line of rules (certificates/accreditation/rule_book.py says what each is).
IMSA_RULES = {
    "years": 3,
    "window_months": 6,
    "progress_months": 3,
    "grace_months": 12,
    "cpd_hours": 60,
    "peer_talks": 1,
    "audit_percent": 10,
    "temporary_months": 6,
}
IMSA_PLACES, IMSA_ORGANISATION_PLACES = 24, 23  # of the pilot, as Hope for Justice published them
IMSA_SMALL_NUMBER = 5  # ASSUMED: counts of people below it are not shown in tables made for others
IMSA_PUBLISH_NEEDS_REVIEW = (
    True  # an academic and a lived-experience review before anything is published
)
IMSA_REVIEW_SOON_DAYS = 60  # how long before its review a provision stands as due soon
IMSA_TOP_UP_DAYS = 28  # offered when a top-up is sent: the days until it counts
IMSA_UPLOAD_MAX_BYTES = 20 * 1024 * 1024
# A marker's spoken feedback: what is sent (10 minutes as a browser records them are 19.2 MB), how long it may be, and the seconds for reading it.
IMSA_RECORDING_MAX_BYTES = 20 * 1024 * 1024
IMSA_RECORDING_MAX_SECONDS = 600
IMSA_RECORDING_READ_SECONDS = 60
# A function of the bytes that answers True for a file that must not be kept, by its dotted path; none in the box.
IMSA_UPLOAD_SCANNER = ""
# A file that is sent in pieces: how long its pieces are kept after the last one, and how many files of the largest size one person may have on their way.
IMSA_PARTIAL_UPLOAD_DAYS = 7
IMSA_PARTIAL_UPLOAD_FILES = 3
IMSA_KEPT_FILE_DAYS = 14  # a file that was chosen and never handed in is deleted after this
IMSA_EXPORT_FILE_DAYS = (
    365  # ASSUMED: how long a file of marks for another system is kept; its receipt stays
)
IMSA_OFFLINE_HOURS = 48  # what a device keeps of a person ends so long after they last signed in
IMSA_TRIES_BEFORE_ANSWER = 3  # wrong answers to a knowledge check: then the right one is shown
IMSA_STATUS_LIST_SECONDS = 300  # how old a signed list of revoked or suspended credentials may be
# Questions to the register: how many from one address or account, and how many of them may find nobody before the asker is
# slowed to the last of these; the Hub is told then. Nobody's questions keep anybody else from an answer.
IMSA_CHECKS_PER_ADDRESS = "30/m"
# About one number: how many wrong names one asker may try; and from how many wrong names of everybody together each asker has one.
IMSA_MISSES_PER_NUMBER = "5/d"
IMSA_MISSES_PER_NUMBER_OF_ALL = "10/d"
# From how many wrong names about one person, whoever asked, the person and the Hub are told.
IMSA_WRONG_NAMES_A_DAY = 10
IMSA_WRONG_NAMES_A_MONTH = 30
IMSA_WRONG_NAMES_KEPT_DAYS = 90
IMSA_MISSES = "40/h"
IMSA_CHECKS_AFTER_MISSES = "2/m"
IMSA_REFUSED_FILES = (
    "100/d"  # files not ours that are noted of all strangers together, and of one account
)
IMSA_LIST_LINES = "50000/d"  # lines one organisation may ask in lists
IMSA_LIST_MISSES = "2000/d"  # how many of them may find nobody: then the Hub is told, and no more are answered that day
IMSA_WATCH_MONTHS = 24  # the longest a watch runs before somebody renews it
IMSA_TELL_BEFORE_DAYS = 30  # how long before a standing ends whoever watches is told
IMSA_PROOF_LONGEST = timedelta(days=30)  # how long a link to one's own standing may last
IMSA_HOOKS_INSIDE = False  # may changes be sent to machines inside? Only for trying it out
IMSA_AWARD_TITLE = "Postgraduate Certificate in Independent Modern Slavery Advocacy"  # ASSUMED: St Mary's has not published its title
# How somebody reaches the IMSA Model Hub, shown at the foot of every page: a telephone number, an address. Nobody has told us one.
IMSA_HUB_REACHED = os.environ.get("IMSA_HUB_REACHED", "")
IMSA_REPLY_DAYS = (
    14  # ASSUMED: how long somebody may answer before a decision about them is confirmed
)
IMSA_INTERIM_DAYS = 7  # ASSUMED: by when a second officer confirms or lifts an interim suspension of an organisation
# Where a room that stands below the certificates asks how somebody stands today; these settings know every room.
IMSA_STANDINGS = "certificates.queries.standings_of"
IMSA_ALERTS = "certificates.queries.alerts_of"
IMSA_QUESTIONS = "assessments.setting.queries.resting_on"
IMSA_OWN_DUE_DATES = "assessments.attempts.adjusting.fold_cohort"
IMSA_TRANSFER_BARRIERS = "assessments.deciding.queries.transfers.barriers_to_transfer"
IMSA_ENROLMENT_PREVIEWS = "certificates.queries.enrolment_previews"
IMSA_ADDRESS_CHECKS = "certificates.queries.address_checks.address_checks"
IMSA_CHECKPOINT_MAIL_DAYS = (
    7  # how often the record's newest checkpoint goes to the Hub and the external examiners
)
# What `manage.py check_record` looks at besides the record.
IMSA_SEALED = {
    "answers": "certificates.actions.anchors.check_anchors",
    "triggers": "lms.kit.triggers.check_triggers",
}
# What /readyz asks besides the kit's own questions; each answers a sentence where something is wrong, else "".
IMSA_READY = {
    "key": "certificates.signing.keys.fault",
    "worker": "lms.kit.worker.turns.fault",
    "mail": "lms.people.queries.mail_fault",
    "clock": "lms.record.queries.clock_fault",
}
IMSA_RECORD_REFUSAL = "lms.kit.refusals.NotNow"  # the record stands below the kit
IMSA_DISK_FREE = 200 * 1024 * 1024  # bytes free below IMSA_HOME under which /readyz warns
IMSA_WORKER_SECONDS = 600  # the longest silence of the worker
IMSA_MAIL_SECONDS = 1800  # how old an unsent message may be
IMSA_LOCK_SECONDS, IMSA_STATEMENT_SECONDS = (
    5,
    25,
)  # how long a page waits for another's lock, and for one statement (PostgreSQL)
IMSA_CLOCK_SECONDS = 300  # how far the clock may stand before the newest record entry
# The keys that sign, each a file or its PEM text; a demonstration makes its own below KEYS_ROOT (certificates/signing/keys.py).
IMSA_SIGNING_KEY = os.environ.get("IMSA_SIGNING_KEY", "")  # EC or RSA, for certificates' files
IMSA_SIGNING_CERT = os.environ.get(
    "IMSA_SIGNING_CERT", ""
)  # its certificate, then its authorities, the root last
IMSA_CREDENTIAL_KEY = os.environ.get(
    "IMSA_CREDENTIAL_KEY", ""
)  # RSA, for credentials and receipts; left out, the signing key does both
IMSA_PKCS11 = os.environ.get(
    "IMSA_PKCS11", ""
)  # “library;token” instead of files: the keys “certificate” and “credential” on it
IMSA_PKCS11_PIN = os.environ.get("IMSA_PKCS11_PIN", "")
IMSA_TIMESTAMP_URL = os.environ.get(
    "IMSA_TIMESTAMP_URL", ""
)  # a time-stamp service (RFC 3161): signatures are PAdES B-T then
IMSA_ALLOW_SELF_MADE_KEY = os.environ.get("IMSA_ALLOW_SELF_MADE_KEY", "") == "1"
