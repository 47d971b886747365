"""The product's settings for a server of a test's own, with a password hash that takes no time."""

from backcare.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
