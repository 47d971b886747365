"""What is kept with the browser: static files under their content's hash, and messages in a cookie of this host."""

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Names hold their content's hash, ES module imports included."""

    support_js_module_import_aggregation = True


class MessageCookie(CookieStorage):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cookie_name = settings.MESSAGES_COOKIE_NAME


class MessageStorage(FallbackStorage):
    """Django's own, whose cookie has a name that no other host beneath ours can set."""

    storage_classes = (MessageCookie, SessionStorage)
