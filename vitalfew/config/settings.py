"""Django's settings; what an installation may change comes from the environment, named once here."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.csp import CSP

from vitalfew.config import home

VITALFEW_HOME = home.data_folder()
VITALFEW_LEDGER = os.environ.get("VITALFEW_LEDGER", "")
VITALFEW_ADDRESS = os.environ.get("VITALFEW_ADDRESS", "")  # the public address behind a proxy, https://…

SECRET_KEY = home.secret(VITALFEW_HOME, "secret.key")
VITALFEW_AUDIT_KEY = home.secret(VITALFEW_HOME, "audit.key")  # seals the audit trail; backed up with it
DEBUG = False
ALLOWED_HOSTS = [*os.environ.get("VITALFEW_HOSTS", "").split(), "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [VITALFEW_ADDRESS] if VITALFEW_ADDRESS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks_db",
    "ninja",
    "vitalfew.trust",
    "vitalfew.ledger",
    "vitalfew.selection",
    "vitalfew.rounds",
    "vitalfew.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "vitalfew.web.doorway.Doorway",
]
ROOT_URLCONF = "vitalfew.config.urls"
WSGI_APPLICATION = "vitalfew.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent.parent / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vitalfew.web.surroundings.surroundings",
            ],
            "builtins": ["vitalfew.web.templatetags.shown"],
        },
    },
]

DATABASES = {"default": home.database(VITALFEW_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "trust.Person"
AUTHENTICATION_BACKENDS = ["vitalfew.trust.signin.LinkBackend"]
LOGIN_URL = "signin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = VITALFEW_ADDRESS.startswith("https://")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # Tabler draws its checkmarks and carets as data: images in its style sheet
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = None  # served from where they lie, by WhiteNoise
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = home.room(VITALFEW_HOME, "uploads")  # beside the ledger, where there is room for ledgers
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("VITALFEW_TIME_ZONE", "UTC")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("VITALFEW_LOG", "WARNING")},
}
