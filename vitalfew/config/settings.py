"""Django's settings; what an installation may change comes from the environment, named once here."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.csp import CSP

from vitalfew.config import home, mail

VITALFEW_HOME = home.data_folder()
VITALFEW_IN_USE = home.entered(VITALFEW_HOME)  # before anything in it is made or read
VITALFEW_LEDGER = os.environ.get("VITALFEW_LEDGER", "")
VITALFEW_ADDRESS = os.environ.get("VITALFEW_ADDRESS", "")  # the public address behind a proxy, https://…
VITALFEW_MAIL = mail.server(os.environ.get("VITALFEW_MAIL", ""), sender=os.environ.get("VITALFEW_MAIL_FROM", ""))

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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "vitalfew.trust",
    "vitalfew.ledger",
    "vitalfew.selection",
    "vitalfew.relationship",
    "vitalfew.playbook",
    "vitalfew.rounds",
    "vitalfew.web",
]
MIDDLEWARE = [
    # What every answer carries and what no request may be come first, so that files, pages and API are held to them alike.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "vitalfew.web.headers.Headers",
    "vitalfew.api.problems.Problems",
    "vitalfew.web.limits.Limits",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
AUTHENTICATION_BACKENDS = [
    "vitalfew.trust.signing.one_time.LinkBackend",
    "vitalfew.trust.signing.backend.PasswordBackend",
]
LOGIN_URL = "signin"
LOGIN_REDIRECT_URL = "portfolio"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 3600
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Signing in is allauth's, by address and password, a code where a second factor is on; nobody signs up.
ACCOUNT_ADAPTER = "vitalfew.trust.signing.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # without a password here allauth's sign-in form has none
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "signin"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "vitalfew.trust.signing.passwords.ResetTokens"
ACCOUNT_FORMS = {
    "change_password": "vitalfew.trust.signing.forms.ChangeForm",
    "set_password": "vitalfew.trust.signing.forms.SetForm",
    "reset_password": "vitalfew.trust.signing.forms.ForgottenForm",
    "reset_password_from_key": "vitalfew.trust.signing.forms.AnewForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,10/15m/key",  # wrong passwords and wrong codes, each person apart
    "use_link": "20/m/ip",
    "answer": "30/m/ip",  # surveys and questions by signed links: a firm's people share an address
    "reset_password": "20/m/ip,3/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user,20/h/user",
    "reauthenticate": "10/m/user,40/h/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if VITALFEW_ADDRESS else 0  # else X-Forwarded-For is whatever the client wrote
MFA_ADAPTER = "vitalfew.trust.signing.second_factor.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # clocks of phones are a few seconds off
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by an administrator
MFA_FORMS = {
    "authenticate": "vitalfew.trust.signing.forms.CodeForm",
    "reauthenticate": "vitalfew.trust.signing.forms.SureForm",
    "activate_totp": "vitalfew.trust.signing.forms.ActivateForm",
}
USERSESSIONS_TRACK_ACTIVITY = False  # a write at every request is not worth "last seen"
CACHES = {
    "default": {  # counts of tries, shared by all processes
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "trust_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # so many tries at once before old ones are forgotten early
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = VITALFEW_ADDRESS.startswith("https://")
SECURE_REFERRER_POLICY = "same-origin"
if SESSION_COOKIE_SECURE:  # a proxy with a certificate stands in front, and says so with each request it passes on
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # hosts below ours are the firm's own, not ours to bind to https
    "security.W008",  # the proxy redirects to https; we answer on loopback, where health is asked for without it
    "security.W021",  # nor is it ours to put the firm's name on the browsers' preload list
]
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
    "filters": {"tokens": {"()": "vitalfew.config.logs.HideTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("VITALFEW_LOG", "WARNING")},
}
