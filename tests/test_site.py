"""What holds for the whole site: health questions, honest error pages, headers on every kind of answer."""

import re
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import DjangoAssertNumQueries, Settings

from backcare import urls
from tests.exercises.factories import ExerciseFactory

KINDS = {  # one address of each kind of answer, with its status
    "/": 200,
    "/exercises/": 200,
    "/exercises/bridge/": 200,
    "/routines/": 200,
    "/guide/": 200,
    "/safety/": 200,
    "/spasm/": 200,
    "/accounts/login/": 200,
    "/accounts/signup/": 200,
    "/today/": 302,
    "/admin/": 302,
    "/exercises": 301,
    "/nothing/": 404,
    "/refused/": 403,
    "/broken/": 500,
    "/api/v1/exercises/": 200,
    "/api/v1/openapi.json": 200,
    "/api/v1/nothing/": 404,
    "/healthz": 200,
    "/readyz": 200,
    "/robots.txt": 200,
}


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def misread(request: HttpRequest) -> HttpResponse:
    raise BadRequest


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the reason: pain 7 of alice")


def lose(request: HttpRequest) -> HttpResponse:
    raise OperationalError("host db.internal refused")


urlpatterns = [
    *urls.urlpatterns,
    path("refused/", refuse),
    path("misread/", misread),
    path("broken/", fail),
    path("api/v1/broken/", fail),
    path("lost/", lose),
    path("api/v1/lost/", lose),
]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)


@pytest.fixture
def visitor(db: None, settings: Settings) -> Client:
    """A stranger to a site that also has addresses which fail."""
    settings.ROOT_URLCONF = __name__
    ExerciseFactory(slug="bridge")
    return Client(raise_request_exception=False)


def test_healthz_asks_nothing_of_the_database(client: Client) -> None:
    """Without the db mark any query would fail this test."""
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_asks_the_database_once(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_readyz_says_503_without_details_when_the_database_is_away(client: Client, error: type[Exception]) -> None:
    with patch("backcare.views.connection.cursor", side_effect=error("host db.internal refused")):
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"unavailable\n"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_answers_about_health_are_kept_by_nobody(client: Client, path: str) -> None:
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("path", [path for path in KINDS if not path.startswith("/api/")])
def test_no_page_shows_a_templates_own_marks(visitor: Client, path: str) -> None:
    assert not re.search(r"\{[#%{]|[#%}]\}", visitor.get(path).content.decode())


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/misread/", 400, "We could not read that"),
        ("/refused/", 403, "This page is not open to you"),
        ("/nothing/", 404, "There is no such page"),
        ("/exercises/%00/", 404, "There is no such page"),
        ("/broken/", 500, "Something broke on our side"),
        ("/lost/", 503, "We cannot reach our records"),
    ],
)
def test_error_pages_say_what_happened_and_give_no_details(visitor: Client, path: str, status: int, words: str) -> None:
    response = visitor.get(path)
    html = response.content.decode()
    assert response.status_code == status
    assert words in html
    assert "alice" not in html
    assert "db.internal" not in html
    assert "Traceback" not in html
    assert html.count("<h1") == 1


def test_wrong_host_is_a_bad_request(visitor: Client) -> None:
    response = visitor.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_server_error_needs_no_database(client: Client, settings: Settings) -> None:
    """Without the db mark a query would raise, and so would this test."""
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    client.cookies[settings.SESSION_COOKIE_NAME] = "x"
    assert "Something broke on our side" in client.get("/broken/").content.decode()


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/broken/", 500), ("/api/v1/lost/", 503), ("/api/v1/nothing/", 404), ("/api/x", 404)]
)
def test_programs_get_their_errors_in_json(visitor: Client, path: str, status: int) -> None:
    response = visitor.get(path)
    assert response.status_code == status
    assert set(response.json()) == {"detail"}
    assert "alice" not in response.content.decode()


@pytest.mark.parametrize("path", ["/lost/", "/api/v1/lost/"])
def test_away_database_says_when_to_come_back(visitor: Client, path: str) -> None:
    response = visitor.get(path)
    assert response["Retry-After"] == "5"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_form_without_its_token_is_refused_in_the_sites_own_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "alice", "password": "x"})
    html = response.content.decode()
    assert response.status_code == 403
    assert "Please send the form again" in html
    assert "not open to you" not in html


@pytest.mark.parametrize("known", [False, True])
def test_closed_page_offers_to_sign_in_only_to_strangers(visitor: Client, known: bool) -> None:
    if known:
        visitor.force_login(User.objects.create_user("alice"))
    main = visitor.get("/refused/").content.decode().split("<main")[1].split("</main>")[0]
    assert ("/accounts/login/" in main) is not known
    assert ("The account you are signed in with may not see it" in main) is known
    assert "form" not in main


@pytest.mark.django_db
@pytest.mark.parametrize("known", [False, True])
def test_home_begins_with_your_day_for_whoever_is_signed_in(client: Client, known: bool) -> None:
    if known:
        client.force_login(User.objects.create_user("alice"))
    main = client.get("/").content.decode().split("<main")[1].split("</main>")[0]
    assert ("<h1>Your day</h1>" in main) is known
    assert ("/today/" in main) is known
    assert ("/accounts/signup/" in main) is not known
    assert main.count("<h1") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/exercises/", "/routines/"])
def test_exercises_stand_for_the_routines_in_the_menu(client: Client, path: str) -> None:
    client.force_login(User.objects.create_user("alice"))
    html = client.get(path).content.decode()
    menu = html[html.index('<nav class="nav nav--bar"') :].split("</nav>")[0]
    current = re.findall(r'<a href="([^"]+)"\s+aria-current', menu)
    assert current == ["/exercises/"]


def test_search_engines_are_kept_out_of_what_is_personal(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /today/", "Disallow: /sessions/", "Disallow: /progress/", "Disallow: /admin/"} <= set(lines)
    assert "Disallow: /" not in lines


@pytest.mark.django_db
def test_content_pages_set_no_cookie_whatever_is_sent(client: Client) -> None:
    client.cookies["csrftoken"] = "x"
    client.cookies["zone"] = "Europe/Zurich"
    response = client.get("/")
    assert not response.cookies
    assert response["Cache-Control"].startswith("public")


@pytest.mark.django_db
def test_menu_is_kept_for_each_page_and_each_kind_of_visitor(client: Client) -> None:
    """Rendered once for what it depends on, so that nobody gets another page's."""

    def menu(path: str) -> list[tuple[str, str]]:
        html = client.get(path).content.decode().split("<main")[0]
        return re.findall(r'<a href="([^"]+)"\s+aria-current="(\w+)"', html)

    for _ in range(2):
        assert menu("/guide/") == [("/guide/", "page")]
        assert menu("/exercises/") == [("/exercises/", "page")]
        assert menu("/safety/") == []
    client.force_login(User.objects.create_user("alice"))
    assert menu("/today/") == [("/today/", "page")]
    assert menu("/guide/") == [("/guide/", "page")]
    assert "alice" in client.get("/guide/").content.decode()
