"""Who is asking: the session and its person, which each page begins with, read by queries that are written once."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from tracking.models.prepared import Given, Prepared, columns, read

KEY: Any = Given("key", models.CharField())
NOW: Any = Given("now", models.DateTimeField())
PERSON: Any = Given("person", models.IntegerField())
LIVE = Prepared(lambda: Session.objects.filter(session_key=KEY, expire_date__gt=NOW).values_list("session_data"))
PERSONS = Prepared(lambda: User.objects.filter(pk=PERSON).values_list(*columns(User)))


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        rows = LIVE.rows(key=self.session_key, now=timezone.now())
        if rows:
            return self.decode(rows[0][0])
        self._session_key = None
        return {}


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """allauth's own, which extends Django's."""

    def get_user(self, user_id: int) -> User | None:
        for row in PERSONS.rows(person=user_id):
            user = read(User, iter(row))
            return user if self.user_can_authenticate(user) else None
        return None
