import datetime
import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from exercises.models import Routine
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tracking.chart import Span
from tracking.models import Period, Profile, Session, SessionExercise

pytestmark = pytest.mark.django_db
URL = "/progress/"
NOON = datetime.datetime(2026, 3, 18, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def routine() -> Routine:
    exercise = ExerciseFactory.create(
        slug="bridge", dose__per="day", dose__reps_min=5, dose__reps_max=30, dose__start=5, dose__goal=30, dose__step=2
    )
    made: Routine = RoutineFactory.create(slug="morning-and-evening", exercises=[exercise])
    return made


@pytest.fixture
def alice(routine: Routine) -> User:
    return person("alice", routine)


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def person(name: str, routine: Routine) -> User:
    owner = User.objects.create_user(name)
    Profile.objects.create(owner=owner, morning_routine=routine, evening_routine=routine, started=ago(13))
    return owner


def ago(days: int) -> datetime.date:
    return NOON.date() - datetime.timedelta(days=days)


def log(owner: User, scores: Mapping[int, tuple[int | None, int | None]], period: str = "am") -> None:
    """Log one session for each of ``scores``: days ago → pain before and after; each with five bridges of six."""
    routine = Routine.objects.get()
    sessions = [
        Session(
            owner=owner,
            key=uuid.uuid4(),
            date=ago(days),
            period=period,
            routine=routine,
            pain_before=before,
            pain_after=after,
        )
        for days, (before, after) in scores.items()
    ]
    Session.objects.bulk_create(sessions, batch_size=500)
    exercise = routine.exercises.get()
    SessionExercise.objects.bulk_create(
        [
            SessionExercise(
                owner=owner, session=session, exercise=exercise, date=session.date, target=6, day_target=6, done=5
            )
            for session in sessions
        ],
        batch_size=500,
    )


def text(client: Client, span: str = "14d") -> str:
    """Return what a reader of the page gets, with single spaces."""
    response = client.get(URL, {"span": span})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def svgs(client: Client, span: str = "14d") -> list[ET.Element]:
    """Return the page's charts; parsing them shows that each is well-formed."""
    found = re.findall(r"<svg[^>]*role=\"img\".*?</svg>", client.get(URL, {"span": span}).content.decode(), re.DOTALL)
    return [ET.fromstring(svg) for svg in found]  # noqa: S314 (our own page)


def test_address_is_progress() -> None:
    assert reverse("tracking:progress") == URL


def test_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(URL).headers["Location"].startswith("/accounts/login/")


def test_page_is_kept_in_no_cache(page: Client) -> None:
    assert "no-store" in page.get(URL).headers["Cache-Control"]


def test_posting_is_refused(page: Client) -> None:
    assert page.post(URL).status_code == 405


def test_empty_history_says_so_and_leads_on(page: Client) -> None:
    response = page.get(URL)
    assert "Nothing is logged yet." in text(page)
    assert reverse("tracking:today") in response.content.decode()
    assert svgs(page) == []


def test_account_without_a_profile_sees_the_empty_page(client: Client) -> None:
    client.force_login(User.objects.create_user("admin"))
    assert "Nothing is logged yet." in text(client)


def test_first_day_shows_both_sessions_in_chart_and_table(page: Client, alice: User) -> None:
    log(alice, {0: (6, 4)}, "am")
    log(alice, {0: (4, 0)}, "pm")
    assert re.search(r"\w{3} \d+ \w{3} 6 4 4 0", text(page))
    morning, evening = svgs(page)[:2]
    assert len([node for node in morning.iter() if "chart__mark" in node.get("class", "")]) == 2
    assert "lowest 0, highest 0" in "".join(evening.itertext())


def test_one_score_claims_nothing(page: Client, alice: User) -> None:
    log(alice, {0: (6, 4)})
    assert "With five pain scores or more, this page names your usual pain." in text(page)


def test_lower_pain_is_named_with_both_medians(page: Client, alice: User) -> None:
    log(alice, {days: (3 if days < 7 else 5, None) for days in range(14)})
    assert (
        "In the last 7 days your usual pain was 3 . In the 7 days from 5 March 2026 it was 5 . It is lower now"
        in text(page)
    )
    assert "by enough for most people to notice" in text(page)


def test_higher_pain_leads_to_a_professional(page: Client, alice: User) -> None:
    log(alice, {days: (7 if days < 7 else 5, None) for days in range(14)})
    assert "It is higher now" in text(page)
    assert "When to see a professional" in text(page)


def test_one_point_less_is_no_change_to_speak_of(page: Client, alice: User) -> None:
    log(alice, {days: (4 if days < 7 else 5, None) for days in range(14)})
    assert "about the same: a difference under 2 points is too small to tell" in text(page)


def test_all_zeros_are_shown_as_zeros(page: Client, alice: User) -> None:
    log(alice, dict.fromkeys(range(14), (0, 0)))
    assert "In the last 7 days your usual pain was 0 ." in text(page)
    assert "0 at first, 0 at last, lowest 0, highest 0; noted in 14 of 14 days." in text(page)
    assert re.search(r"\w{3} \d+ \w{3} 0 0 – –", text(page))


def test_missing_score_is_a_dash_and_a_break_in_the_line(page: Client, alice: User) -> None:
    log(alice, {4: (5, 3), 3: (5, 3), 2: (None, None), 1: (4, 2), 0: (4, 2)})
    assert re.search(r"\w{3} \d+ \w{3} – – – –", text(page))
    lines = [node for node in svgs(page)[0].iter() if node.get("class") == "chart__line chart__line--before"]
    assert len(lines) == 2


def test_period_without_scores_says_so(page: Client, alice: User) -> None:
    log(alice, {0: (6, 4)})
    assert "No evening has a pain score in this time." in text(page)


def test_sessions_without_any_score_need_no_pain_chart(page: Client, alice: User) -> None:
    log(alice, {1: (None, None), 0: (None, None)})
    assert "You logged 2 sessions in this time, none with a pain score before it." in text(page)
    assert "no pain, 10 the worst" not in text(page)


def test_before_and_after_differ_by_more_than_colour(page: Client, alice: User) -> None:
    log(alice, {1: (6, 4), 0: (5, 3)})
    classes = [node.get("class") for node in svgs(page)[0].iter()]
    assert {"chart__line chart__line--after", "chart__mark chart__mark--after", "chart__mark"} <= set(classes)


def test_sessions_are_counted_in_words(page: Client, alice: User) -> None:
    log(alice, dict.fromkeys(range(1, 11), (None, None)))
    assert "You did 10 of 24 planned sessions." in text(page)
    assert "42 % of the planned sessions done" in text(page)
    assert "Morning only 10" in text(page)


def test_sessions_from_before_the_sign_up_are_told_apart(page: Client, alice: User) -> None:
    log(alice, {20: (3, 3), 1: (3, 3)})
    assert "You did 1 of 24 planned sessions. One more was from before you signed up." in text(page, "90d")


def test_sessions_without_any_plan_are_counted_all_the_same(page: Client, alice: User) -> None:
    Profile.objects.update(started=ago(0))
    log(alice, {2: (3, 3), 1: (3, 3)})
    assert "You did 2 sessions; none was planned." in text(page)


@pytest.mark.parametrize("span", ["14d", "90d", "1y", "all"])
def test_days_before_the_first_are_not_days_without_a_session(page: Client, alice: User, span: str) -> None:
    Profile.objects.update(started=ago(2))
    log(alice, {2: (3, 3), 1: (3, 3), 0: (3, 3)})
    assert "No session 0" in text(page, span)
    assert "Morning only: 3. Evening only: 0. No session: 0." in text(page, span)


def test_repetitions_are_shown_against_target_and_goal(page: Client, alice: User) -> None:
    log(alice, {1: (3, 3)})
    assert "Latest: 5 repetitions a day, the target was 6. The goal is 30." in text(page)
    assert re.search(r"\w{3} \d+ \w{3} 5 6", text(page))


def test_repetitions_of_more_than_a_day_are_named_by_their_time(page: Client, alice: User) -> None:
    log(alice, {1: (3, 3)})
    assert "Latest week: 5 repetitions a day, the target was 6. The goal is 30." in text(page, "90d")
    assert "Latest month: 5 repetitions a day" in text(page, "1y")


@pytest.mark.parametrize(
    ("span", "words"), [("90d", " Pain before and after the s"), ("1y", "Average pain before and after")]
)
def test_table_says_whether_its_figures_are_means(page: Client, alice: User, span: str, words: str) -> None:
    log(alice, {1: (3, 3)})
    assert words in text(page, span)


def test_widest_table_can_be_scrolled_by_keyboard(page: Client, alice: User) -> None:
    log(alice, {1: (3, 3)})
    html = page.get(URL, {"span": "1y"}).content.decode()
    assert '<div class="table-wrap" role="region" aria-labelledby="pain-figures" tabindex="0">' in html
    assert '<caption id="pain-figures">' in html


def test_dates_are_written_as_the_language_does(page: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    log(alice, {0: (3, 3)})
    catalogue = {"D j M": "j. M", "j M": "j.n.", "j F Y": "j. F Y"}
    monkeypatch.setattr("django.utils.translation._trans.gettext", lambda message: catalogue.get(message, message))
    assert "18. Mar 3 3 – –" in text(page)
    assert "18.3." in text(page)
    assert "Days from 5. March 2026 to 18. March 2026" in text(page)


def test_day_that_is_not_over_is_not_judged(page: Client, alice: User) -> None:
    log(alice, {0: (3, 3)})
    assert "Today so far: 5 of 6 repetitions. The goal is 30 a day." in text(page)


@pytest.mark.parametrize(
    ("days_ago", "done", "words"),
    [
        (0, 1, "Today so far: 1 of 6 repetitions. The goal is 30 a day."),
        (1, 1, "Latest: 1 repetition a day, the target was 6. The goal is 30."),
        (1, 2, "Latest: 2 repetitions a day, the target was 6. The goal is 30."),
        (1, 0, "Latest: 0 repetitions a day, the target was 6. The goal is 30."),
        (1, None, "Latest: repetitions not noted, the target was 6. The goal is 30."),
    ],
)
def test_repetitions_agree_with_their_number(
    page: Client, alice: User, days_ago: int, done: int | None, words: str
) -> None:
    log(alice, {days_ago: (3, 3)})
    SessionExercise.objects.update(done=done)
    assert words in text(page)


def test_mean_repetitions_are_told_as_about_a_whole_number(page: Client, alice: User) -> None:
    log(alice, {2: (3, 3), 1: (3, 3)})
    SessionExercise.objects.filter(date=ago(2)).update(done=8)
    assert "Latest week: about 7 repetitions a day, the target was 6." in text(page, "90d")


@pytest.mark.parametrize(("scores", "told"), [(4, False), (5, True)])
def test_way_of_telling_is_given_only_with_a_figure(page: Client, alice: User, scores: int, told: bool) -> None:
    log(alice, dict.fromkeys(range(scores), (4, 3)))
    words = text(page)
    assert ("Your usual pain in this time is 4" in words) is told
    assert ("How we tell" in words) is told
    assert ("Childs" in words) is told


def test_first_day_is_one_day(page: Client, alice: User) -> None:
    Profile.objects.update(started=ago(0))
    log(alice, {0: (3, 3)})
    words = text(page)
    assert "On 18 March 2026, your first day" in words
    assert "You did 1 of 1 planned session." in words
    assert "noted in 1 of 1 day." in words


def test_every_session_is_one_link_away(page: Client, alice: User) -> None:
    log(alice, {0: (3, 3)})
    assert f'<a href="{reverse("tracking:session-list")}">All sessions' in page.get(URL).content.decode()


def test_time_without_a_session_scolds_nobody(page: Client, alice: User) -> None:
    log(alice, {40: (3, 3)})
    assert "Nothing is logged in this time." in text(page)
    assert "planned sessions" not in text(page)


@pytest.mark.parametrize("span", ["", "7d", "14D", "all\x00", "' or 1=1", "9" * 5000])
def test_unknown_span_shows_the_last_fortnight(page: Client, alice: User, span: str) -> None:
    log(alice, {0: (3, 3), 40: (9, 9)})
    assert page.get(URL, {"span": span}).context["span"] == "14d"


@pytest.mark.parametrize("span", ["14d", "90d", "1y", "all"])
def test_span_is_marked_as_the_current_one(page: Client, alice: User, span: str) -> None:
    log(alice, {0: (3, 3)})
    assert f'<a href="?span={span}" aria-current="page">' in page.get(URL, {"span": span}).content.decode()


@pytest.mark.parametrize("span", ["14d", "90d", "1y", "all"])
def test_strangers_records_never_appear(page: Client, alice: User, routine: Routine, span: str) -> None:
    log(person("mallory", routine), dict.fromkeys(range(200), (9, 9)))
    assert "Nothing is logged yet." in text(page, span)
    log(alice, {0: (1, 1)})
    assert "You logged one session in this time." in text(page, span)
    assert " 9 9 " not in text(page, span)


def test_zone_of_the_device_decides_what_today_is(page: Client, alice: User) -> None:
    log(alice, {0: (3, 3)})
    assert page.get(URL).context["progress"].frame.end == ago(0)
    page.cookies["zone"] = "Pacific/Kiritimati"  # 14 hours ahead
    assert page.get(URL).context["progress"].frame.end == ago(-1)


def test_zone_that_does_not_exist_leaves_the_profiles(page: Client, alice: User) -> None:
    log(alice, {0: (3, 3)})
    page.cookies["zone"] = "Mars/X"
    assert page.get(URL).context["progress"].frame.end == ago(0)


@pytest.mark.parametrize("span", ["14d", "90d", "1y", "all"])
def test_charts_of_a_long_history_are_well_formed(page: Client, alice: User, span: str) -> None:
    for period in Period.values:
        log(alice, {days: (days % 11, None if days % 5 else 0) for days in range(0, 800, 3)}, period)
    charts = svgs(page, span)
    assert len(charts) == 5
    for svg in charts:
        names = {node.get("id") for node in svg.iter() if node.get("id")}
        assert set(svg.attrib["aria-labelledby"].split()) <= names


def test_decimal_comma_stays_out_of_the_geometry(page: Client, alice: User) -> None:
    log(alice, {1: (6, 4), 0: (5, 3)})
    with translation.override("de"):
        marks = [node for node in svgs(page)[0].iter() if node.get("class") == "chart__mark"]
        assert all("," not in mark.attrib["cx"] + mark.attrib["cy"] for mark in marks)


def test_page_carries_no_inline_style_or_script(page: Client, alice: User) -> None:
    log(alice, {1: (6, 4), 0: (5, 3)})
    main = page.get(URL).content.decode().split("<main")[1].split("</main>")[0]
    assert "style=" not in main
    assert "<style" not in main
    assert "<script" not in main


def test_person_without_a_profile_costs_no_more_queries(client: Client) -> None:
    client.force_login(User.objects.create_user("admin"))
    with CaptureQueriesContext(connection) as queries:
        client.get(URL)
    assert len(queries) <= 8


@pytest.mark.parametrize("days", [0, 10, 3650])
def test_eight_queries_however_long_the_history(page: Client, alice: User, days: int) -> None:
    for period in Period.values:
        log(alice, {day: (day % 11, day % 7) for day in range(days)}, period)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # it plans for empty tables until its own daemon has looked, a minute later
    for span in Span:
        with CaptureQueriesContext(connection) as queries:
            page.get(URL, {"span": span})
        assert len(queries) <= 8
