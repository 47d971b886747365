"""Every address of the site, as every kind of person, with every method: who gets in, and who changes nothing.

The addresses come from the URLconf itself. One that the tables below do not know fails the tests, so that nobody adds
a page without saying who may see it.
"""

import uuid
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from factory.django import DjangoModelFactory

from exercises.illustrations import Picture
from tests.factories import (
    CheckInFactory,
    DoseChoiceFactory,
    FlareFactory,
    GoalFactory,
    PauseFactory,
    QuestionnaireFactory,
    ScreeningFactory,
    SessionFactory,
    UserFactory,
)
from tests.support.content import load_shipped
from tracking.models import Owned

METHODS = ("get", "head", "options", "post", "put", "patch", "delete", "trace")
UNSAFE = ("post", "put", "patch", "delete")
Role = Literal["stranger", "owner", "other", "editor"]

# Anyone may read these, and nobody may do anything else with them.
PUBLIC: dict[str, dict[str, str]] = {
    "home": {},
    "healthz": {},
    "readyz": {},
    "robots": {},
    "exercises:exercise-list": {},
    "exercises:exercise-detail": {"slug": "bridge"},
    "exercises:routine-list": {},
    "exercises:routine-detail": {"slug": "prevention"},
    "exercises:guide-list": {},
    "exercises:guide-detail": {"slug": "causes"},
    "exercises:picture": {"sha256": "0" * 64},
    "exercises:safety": {},
    "exercises:spasm": {},
    "tracking:rules": {},
    "tracking:routine-practice": {"slug": "prevention"},
    "tracking:exercise-practice": {"slug": "bridge"},
    "api:openapi-json": {},
    "api:exercise-list": {},
    "api:exercise-detail": {"slug": "bridge"},
    "api:routine-list": {},
    "api:routine-detail": {"slug": "prevention"},
}
# Pages of the person who is signed in: each sees their own, a stranger is asked to sign in.
PERSONAL = (
    "tracking:today",
    "tracking:session-new",
    "tracking:target-detail",
    "tracking:target-choose",
    "tracking:target-take-in",
    "tracking:target-swap",
    "tracking:session-list",
    "tracking:check-in",
    "tracking:check-in-list",
    "tracking:flare-new",
    "tracking:flare-list",
    "tracking:pause-list",
    "tracking:screening",
    "tracking:progress",
    "tracking:settings",
    "tracking:goal-list",
    "tracking:goal-new",
    "tracking:goal-rate",
    "tracking:questionnaire-list",
    "tracking:questionnaire-new",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "account_set_password",
)
# Pages about one entry: its owner's alone. Everybody else learns nothing, not even that it exists. Each kind of entry
# is made by its factory with ``owner``.
OWNED_READ: dict[str, type[DjangoModelFactory[Any]]] = {
    "tracking:session-detail": SessionFactory,
    "tracking:session-edit": SessionFactory,
    "tracking:check-in-detail": CheckInFactory,
    "tracking:check-in-edit": CheckInFactory,
    "tracking:flare-detail": FlareFactory,
    "tracking:flare-edit": FlareFactory,
    "tracking:flare-end": FlareFactory,
    "tracking:pause-detail": PauseFactory,
    "tracking:screening-detail": ScreeningFactory,
    "tracking:goal-detail": GoalFactory,
    "tracking:questionnaire-detail": QuestionnaireFactory,
}
OWNED_WRITE: dict[str, type[DjangoModelFactory[Any]]] = {
    "tracking:session-delete": SessionFactory,
    "tracking:session-undo": SessionFactory,
    "tracking:check-in-delete": CheckInFactory,
    "tracking:check-in-undo": CheckInFactory,
    "tracking:flare-delete": FlareFactory,
    "tracking:flare-undo": FlareFactory,
    "tracking:pause-delete": PauseFactory,
    "tracking:pause-undo": PauseFactory,
    "tracking:screening-seen": ScreeningFactory,
    "tracking:goal-end": GoalFactory,
    "tracking:goal-delete": GoalFactory,
    "tracking:goal-undo": GoalFactory,
    "tracking:questionnaire-delete": QuestionnaireFactory,
    "tracking:questionnaire-undo": QuestionnaireFactory,
    "tracking:choice-delete": DoseChoiceFactory,
    "tracking:choice-undo": DoseChoiceFactory,
}
OWNED = OWNED_READ | OWNED_WRITE
# Personal pages that only take what is sent.
SENT_TO = (
    "tracking:goal-new",
    "tracking:goal-rate",
    "tracking:target-choose",
    "tracking:target-take-in",
    "tracking:target-swap",
)
# The way in. Anyone may see these; what they do is tested in test_accounts.py.
ENTRANCE: dict[str, dict[str, str]] = {
    "account_login": {},
    "account_logout": {},
    "account_signup": {},
    "account_inactive": {},
    "account_email_verification_sent": {},
    "account_confirm_email": {"key": "x"},
    "account_confirm_login_code": {},
    "account_reset_password": {},
    "account_reset_password_done": {},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
    "account_reset_password_from_key_done": {},
    "mfa_authenticate": {},
    "mfa_login_webauthn": {},
}
# One passkey of one person, by number.
OWNED_KEY = ("mfa_remove_webauthn", "mfa_edit_webauthn")
# django-ninja's own name for the API's prefix, and what is there for a token only (test_metrics.py).
NOT_A_PAGE = ("api:api-root", "metrics")


def routes(patterns: list[URLPattern | URLResolver] | None = None, space: str = "") -> Iterator[str]:
    """Yield the full name of each route outside the admin."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from routes(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def admin_addresses() -> Iterator[str]:
    """Yield the address of every list and form in the admin."""
    admin = next(p for p in get_resolver().url_patterns if isinstance(p, URLResolver) and p.namespace == "admin")
    for pattern in admin.url_patterns:
        for inner in pattern.url_patterns if isinstance(pattern, URLResolver) else [pattern]:
            arguments = dict.fromkeys(inner.pattern.converters, "1")
            if isinstance(inner, URLPattern) and inner.name and len(arguments) == inner.pattern.regex.groups:
                yield reverse(f"admin:{inner.name}", kwargs=arguments)


@pytest.fixture
def owner(db: None) -> User:
    load_shipped()
    Picture.objects.create(name=f"{'0' * 64}-1x1", sha256="0" * 64, content=b"")
    return UserFactory(username="alice")


@pytest.fixture
def entries(owner: User) -> dict[str, Any]:
    """One entry of ``owner`` for each route about one, by the route's name."""
    secrets: dict[Any, dict[str, Any]] = {
        SessionFactory: {"pain_before": 6, "pain_after": 4, "note": "between us"},
        GoalFactory: {"activity": "between us"},
        CheckInFactory: {"note": "between us"},
    }
    made = {make: make(owner=owner, **secrets.get(make, {})) for make in dict.fromkeys(OWNED.values())}
    return {name: made[make] for name, make in OWNED.items()}


@pytest.fixture
def key(owner: User) -> Authenticator:
    return Authenticator.objects.create(
        user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "phone", "credential": {}}
    )


def signed_in(role: Role, owner: User) -> Client:
    client = Client(raise_request_exception=False)
    if role == "owner":
        client.force_login(owner)
    elif role == "other":
        client.force_login(UserFactory(username="mallory"))
    elif role == "editor":
        editor = UserFactory(username="editor", is_staff=True)
        editor.groups.add(Group.objects.get(name="Editors"))
        client.force_login(editor)
    return client


def rows(owner: User) -> dict[str, Any]:
    """Return everything that we keep about ``owner``."""
    tables = apps.get_app_config("tracking").get_models()
    kept: list[type[Model]] = [table for table in tables if issubclass(table, Owned)]
    found: dict[str, Any] = {m.__name__: list(m._default_manager.filter(owner=owner).values()) for m in kept}
    found["User"] = User.objects.filter(pk=owner.pk).values("username", "email", "password", "is_staff").get()
    found["keys"] = list(Authenticator.objects.filter(user=owner).values_list("pk", "type"))
    return found


def personal(name: str) -> str:
    """Return the address of a personal page; one of an exercise's is that of the bridge's."""
    return reverse(name, args=["bridge"] if ":target-" in name else [])


def to_login(response: HttpResponseBase) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/accounts/login/?next=")


def test_every_route_is_in_exactly_one_table() -> None:
    tables = [*PUBLIC, *PERSONAL, *OWNED, *ENTRANCE, *OWNED_KEY, *NOT_A_PAGE]
    assert sorted(tables) == sorted(set(routes()))


@pytest.mark.parametrize("role", ["stranger", "owner", "other", "editor"])
def test_public_pages_can_be_read_by_all_and_written_by_none(owner: User, role: Role) -> None:
    client = signed_in(role, owner)
    wrong = []
    for name, arguments in PUBLIC.items():
        for method in METHODS:
            response = client.generic(method.upper(), reverse(name, kwargs=arguments))
            expected = {200} if method in ("get", "head") else {405}
            if response.status_code not in expected:
                wrong.append((name, method, response.status_code))
    assert wrong == []


def test_a_stranger_is_asked_to_sign_in_for_every_personal_page(owner: User, entries: dict[str, Any]) -> None:
    client = Client(raise_request_exception=False)
    before, wrong = rows(owner), []
    sent_to = {personal(name) for name in SENT_TO} | {reverse(name, args=[entries[name].pk]) for name in OWNED_WRITE}
    addresses = [personal(name) for name in PERSONAL]
    addresses += [reverse(name, args=[entry.pk]) for name, entry in entries.items()]
    for address in addresses:
        for method in METHODS:
            response = client.generic(method.upper(), address)
            if not (to_login(response) or response.status_code == 405):
                wrong.append((address, method, response.status_code))
            if method == "get" and not to_login(response) and address not in sent_to:
                wrong.append((address, method, response.status_code))
    assert wrong == []
    assert rows(owner) == before


@pytest.mark.parametrize("role", ["other", "editor"])
def test_somebody_elses_entry_answers_like_one_that_does_not_exist(
    owner: User, entries: dict[str, Any], role: Role
) -> None:
    client = signed_in(role, owner)
    before, wrong = rows(owner), []
    for name, entry in entries.items():
        for method in METHODS:
            theirs = client.generic(method.upper(), reverse(name, args=[entry.pk]))
            nobodys = client.generic(method.upper(), reverse(name, args=[uuid.uuid4()]))
            same = theirs.status_code == nobodys.status_code in (404, 405)
            if not same or b"between us" in theirs.content:
                wrong.append((name, method, theirs.status_code, nobodys.status_code))
    assert wrong == []
    assert rows(owner) == before


@pytest.mark.parametrize("role", ["stranger", "other", "editor"])
def test_somebody_elses_passkey_cannot_be_touched(owner: User, key: Authenticator, role: Role) -> None:
    client = signed_in(role, owner)
    before = rows(owner)
    for name in OWNED_KEY:
        for method in METHODS:
            response = client.generic(method.upper(), reverse(name, args=[key.pk]))
            assert response.status_code in (302, 404, 405), (name, method, response.status_code)
    assert rows(owner) == before


def test_the_owner_can_read_their_pages(owner: User, entries: dict[str, Any]) -> None:
    client = signed_in("owner", owner)
    addresses = [personal(name) for name in PERSONAL if name.startswith("tracking:") and name not in SENT_TO]
    addresses += [reverse(name, args=[entries[name].pk]) for name in OWNED_READ]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_reading_changes_nothing(owner: User, entries: dict[str, Any]) -> None:
    client = signed_in("owner", owner)
    addresses = [personal(name) for name in PERSONAL if name.startswith("tracking:")]
    for address in addresses:  # a first visit may make the profile
        client.get(address)
    before = rows(owner)
    addresses += [reverse(name, args=[entry.pk]) for name, entry in entries.items()]
    for address in addresses:
        for method in ("get", "head", "options", "trace"):
            client.generic(method.upper(), address)
    assert rows(owner) == before


@pytest.mark.parametrize("role", ["stranger", "owner"])
def test_the_admin_is_closed_to_all_but_staff(owner: User, role: Role) -> None:
    client = signed_in(role, owner)
    found = list(admin_addresses())
    assert len(found) > 20
    wrong = []
    for address in found:
        for method in ("get", "post"):
            response = client.generic(method.upper(), address)
            sent_away = response.status_code == 302 and ("/login/" in response["Location"] or "logout" in address)
            if not sent_away and response.status_code not in (403, 404):
                wrong.append((address, method, response.status_code))
    assert wrong == []


def test_an_editor_sees_content_and_no_people(owner: User, entries: dict[str, Any]) -> None:
    client = signed_in("editor", owner)
    index = client.get("/admin/")
    assert index.status_code == 200
    assert b"/admin/exercises/exercise/" in index.content
    assert b"/admin/auth/" not in index.content
    assert b"/admin/tracking/" not in index.content


@pytest.mark.parametrize("role", ["stranger", "owner", "other", "editor"])
def test_no_address_answers_with_a_server_error(owner: User, entries: dict[str, Any], role: Role) -> None:
    """What public pages and entries answer to all but the entries' owner, the tests above know already."""
    client = signed_in(role, owner)
    addresses = [reverse(name, kwargs=arguments) for name, arguments in ENTRANCE.items()]
    addresses += [personal(name) for name in PERSONAL]
    if role == "owner":
        addresses += [reverse(name, kwargs=arguments) for name, arguments in PUBLIC.items()]
        addresses += [reverse(name, args=[entry.pk]) for name, entry in entries.items()]
    wrong = []
    for address in addresses:
        for method in METHODS:
            if address == reverse("account_logout") and method not in ("get", "head"):
                continue
            response = client.generic(method.upper(), address)
            if response.status_code >= 500:
                wrong.append((address, method, response.status_code))
    assert wrong == []
