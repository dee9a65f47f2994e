"""One settings file; every outside value comes through ``env``."""

from __future__ import annotations

import django_stubs_ext
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from seven_dashboard import env, queues, sources, whereabouts

# Lets classes of Django be named with type parameters at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = env.BASE_DIR
VAR_DIR = env.var_dir()
# A copy to try out or develop on: sandbox, secrets made here, the demo.
IS_TRIAL = env.is_debug()
# Django's own pages about errors are for whoever looks for one: who mistypes an address
# of a trial copy sees our page, as everywhere else.
DEBUG = env.has_debug_pages()
SECRET_KEY = env.secret("SECRET_KEY")
# First key encrypts, all decrypt: see docs/operations.md on rotation.
FIELD_KEYS = env.words("FIELD_KEYS") or [env.secret("FIELD_KEYS")]

PUBLIC_URL = whereabouts.public_url()
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or (
    ["*"] if IS_TRIAL else [whereabouts.host_of(PUBLIC_URL)]
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Whether our own proxy stands before us, so that the headers it sets are believed.
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Where webhooks may come from; empty: from anywhere, the signature decides.
WEBHOOK_SOURCES = sources.networks("WEBHOOK_SOURCES")

SEVEN_BASE_URL = whereabouts.gateway_url()
SEVEN_OAUTH_URL = whereabouts.oauth_url()
# This server as an application at the gateway; without it only API keys connect.
SEVEN_OAUTH_CLIENT_ID = whereabouts.oauth_client_id()
# Without a secret the application is public, and PKCE alone proves who redeems a code.
SEVEN_OAUTH_CLIENT_SECRET = env.text("SEVEN_OAUTH_CLIENT_SECRET")
# A DEBUG server that reached the real gateway would spend real money.
SEVEN_ALLOW_REAL_IN_DEBUG = env.flag("SEVEN_ALLOW_REAL_IN_DEBUG")
# How long a call waits for its answer; claims outlive it (messaging/timing.py).
GATEWAY_TIMEOUT_S = env.number("SEVEN_GATEWAY_TIMEOUT_S", 15)
# The same text to the same number is refused so long: 180 s at the real gateway.
GATEWAY_RELOAD_LOCK_S = env.number("SEVEN_RELOAD_LOCK_S", 180)
# When the journal is asked about an attempt whose outcome is unclear.
SENDING_FIRST_LOOK_S = env.number("SEVEN_SENDING_FIRST_LOOK_S", 20)
SENDING_SECOND_LOOK_S = env.number("SEVEN_SENDING_SECOND_LOOK_S", 40)
# After so long a lag of the journal does not explain any more that it lacks an attempt.
GATEWAY_JOURNAL_LAG_S = env.number("SEVEN_JOURNAL_LAG_S", 240)
# Whether what got no answer, and is not in the journal, is sent again by itself. Off
# for a gateway that may take a request in later than that and has no reload lock.
SENDING_AGAIN_BY_ITSELF = env.flag("SEVEN_SEND_AGAIN_BY_ITSELF", default=True)
# When the gateway is asked for a report that has not come.
REPORT_CHECK_AFTER_S = env.number("SEVEN_REPORT_CHECK_AFTER_S", 120)
# Calls at once in one process; processes at once for one connection.
SENDING_THREADS = env.number("SEVEN_SENDING_THREADS", 64)
SENDING_PROCESSES = env.number("SEVEN_SENDING_PROCESSES", 4)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "seven_dashboard",
    "accounts",
    "contacts",
    "messaging",
]

MIDDLEWARE = [
    "seven_dashboard.middleware.health",
    "messaging.middleware.letterbox",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "seven_dashboard.middleware.content_security_policy",
    "seven_dashboard.middleware.parts_of_pages",
    "seven_dashboard.middleware.no_zero_bytes",
    "seven_dashboard.outages.service_away",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.first_start",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.activity",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.workspace",
    "accounts.middleware.preferences",
]

ROOT_URLCONF = "seven_dashboard.urls"
WSGI_APPLICATION = "seven_dashboard.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["seven_dashboard.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "seven_dashboard.context_processors.frame",
            ],
        },
    }
]

DATABASES = {
    "default": {
        **whereabouts.database_settings(),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A page must never wait for ever on a database that hangs. Statements are
        # prepared where a cursor of psycopg is asked to; Django's own never do it.
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": 5},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = whereabouts.redis_url()
# Database numbers: 0 broker, 1 cache, 2 pacing.
PACING_REDIS_URL = f"{REDIS_URL}/2"
CACHES = {
    "default": {
        "BACKEND": "seven_dashboard.cache.ForgivingRedisCache",
        "LOCATION": f"{REDIS_URL}/1",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

CELERY_BROKER_URL = f"{REDIS_URL}/0"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Workers wait for a broker that is away, however long that is.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Bells need no second copy in the broker, and a worker that has lost its broker
    # nothing to write there: the sweeps ring again.
    "ack_emulation": False,
}
# How long work waits for a worker with room before that worker counts as deaf. Longer
# than the pause after which a lost broker is tried again (Celery: up to 30 s).
WORKER_DEAF_AFTER_S = env.number("SEVEN_WORKER_DEAF_AFTER_S", 45)
# A page must not hang on a broker that is down: the sweeps find the work.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = queues.INTERACTIVE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "heartbeat": {"task": "accounts.tasks.heartbeat", "schedule": 10.0},
    # What shows that a worker listens, even when it has nothing else to do.
    **{
        f"heartbeat-{queue}": {
            "task": "accounts.tasks.heartbeat",
            "schedule": 10.0,
            "args": [queue],
            "options": {"queue": queue, "expires": 10},
        }
        for queue in (
            queues.INTERACTIVE,
            queues.SENDING,
            queues.IMPORTS,
            queues.JOBS,
        )
    },
    "renew-grants": {"task": "accounts.tasks.renew_grants", "schedule": 30.0},
    "poll-accounts": {"task": "accounts.tasks.poll_due", "schedule": 60.0},
    "sweep-errands": {"task": "accounts.tasks.sweep_errands", "schedule": 10.0},
    "watch-accounts": {"task": "accounts.tasks.watch_accounts", "schedule": 60.0},
    "watch-campaigns": {
        "task": "messaging.tasks.alerts.watch_campaigns",
        "schedule": 15.0,
    },
    "mail-alerts": {"task": "accounts.tasks.mail_alerts", "schedule": 15.0},
    "clean-expired": {
        "task": "accounts.tasks.clean_expired",
        "schedule": crontab(minute="17", hour="3"),
    },
    "sweep-imports": {"task": "contacts.tasks.sweep_imports", "schedule": 15.0},
    "search-duplicates": {
        "task": "contacts.tasks.search_duplicates",
        "schedule": crontab(minute="41", hour="2"),
    },
    "sweep-works": {"task": "contacts.tasks.sweep_works", "schedule": 15.0},
    "forget-works": {"task": "contacts.tasks.forget_works", "schedule": 600.0},
    "start-syncs": {"task": "contacts.tasks.start_syncs", "schedule": 60.0},
    "sweep-campaigns": {
        "task": "messaging.tasks.sending.sweep_campaigns",
        "schedule": 2.0,
    },
    "sweep-leases": {"task": "messaging.tasks.settling.sweep_leases", "schedule": 10.0},
    "settle-unclear": {
        "task": "messaging.tasks.settling.settle_unclear",
        "schedule": 10.0,
    },
    "reconcile-reports": {
        "task": "messaging.tasks.settling.reconcile_reports",
        "schedule": 60.0,
    },
    "learn-from-journal": {
        "task": "messaging.tasks.settling.learn_from_journal",
        "schedule": 15.0,
    },
    "sweep-callers": {
        "task": "messaging.tasks.callers.sweep_callers",
        "schedule": 15.0,
    },
    "apply-events": {"task": "messaging.tasks.incoming.apply_events", "schedule": 2.0},
    "listen-inbound": {
        "task": "messaging.tasks.incoming.listen_inbound",
        "schedule": 15.0,
    },
    "wake-conversations": {
        "task": "messaging.tasks.inbox.wake_conversations",
        "schedule": 10.0,
    },
    "release-conversations": {
        "task": "messaging.tasks.inbox.release_conversations",
        "schedule": 600.0,
    },
    "sweep-summaries": {
        "task": "messaging.tasks.figures.sweep_summaries",
        "schedule": 30.0,
    },
    "forget-events": {
        "task": "messaging.tasks.incoming.forget_events",
        "schedule": 600.0,
    },
    "forget-lists": {"task": "messaging.tasks.lists.forget_lists", "schedule": 600.0},
    "squash-tallies": {
        "task": "messaging.tasks.figures.squash_tallies",
        "schedule": 30.0,
    },
}
# How often each kind of figures is fetched for each connection (accounts.Poll.Kind).
POLL_EVERY_S = {
    "balance": env.number("SEVEN_POLL_BALANCE_S", 300),
    "pricing": env.number("SEVEN_POLL_PRICING_S", 86_400),
    "analytics": env.number("SEVEN_POLL_ANALYTICS_S", 900),
    "breakdown": env.number("SEVEN_POLL_BREAKDOWN_S", 3600),
    "hooks": env.number("SEVEN_POLL_HOOKS_S", 3600),
    "numbers": env.number("SEVEN_POLL_NUMBERS_S", 1800),
    "offers": env.number("SEVEN_POLL_OFFERS_S", 21_600),
    "subaccounts": env.number("SEVEN_POLL_SUBACCOUNTS_S", 900),
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_TRIAL
MFA_TOTP_ISSUER = "Seven Dashboard"
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
USERSESSIONS_TRACK_ACTIVITY = True
# Limits on attempts are counted by the address that our own proxy has seen.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

SESSION_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_FAILURE_VIEW = "seven_dashboard.views.csrf_failure"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# Copies side by side on one host share cookies by host name, not by port.
SESSION_COOKIE_NAME = whereabouts.cookie_name("session")
CSRF_COOKIE_NAME = whereabouts.cookie_name("csrf")
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE and env.flag("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DEFAULT_EXCEPTION_REPORTER_FILTER = "seven_dashboard.error_pages.KeylessReporterFilter"
METRICS_TOKEN = env.text("METRICS_TOKEN")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.static_root()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if IS_TRIAL
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = IS_TRIAL
WHITENOISE_AUTOREFRESH = False
# Without a hash in their names, files of yesterday would be shown after an upgrade.
WHITENOISE_MAX_AGE = 0 if IS_TRIAL else 60
# Uploaded files are personal data: never served, only read by workers.
MEDIA_ROOT = env.text("MEDIA_ROOT", str(VAR_DIR / "media"))
FILE_UPLOAD_HANDLERS = [
    "seven_dashboard.uploads.QuotaUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# 1,000,000 rows of contacts fit; what a larger file has more is not kept.
IMPORT_MAX_BYTES = env.number("IMPORT_MAX_MB", 150) * 1024 * 1024

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("EMAIL_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
# A page that sends a mail must not hang on a mail server.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "dashboard@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private": {"()": "seven_dashboard.logs.PrivacyFilter"}},
    "formatters": {"line": {"()": "seven_dashboard.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["private"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own handlers print and mail what no filter has seen.
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": ["stderr"], "propagate": False},
        # One line per request to every page would drown what matters.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        # Its DEBUG spells out each address with its query: numbers that are looked up.
        "urllib3": {"level": "INFO"},
    },
}
