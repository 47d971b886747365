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

from exercises.models import Exercise, Routine
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tests.factories import (
    CheckInFactory,
    DoseChoiceFactory,
    FlareFactory,
    GoalFactory,
    GoalScoreFactory,
    PauseFactory,
    QuestionnaireFactory,
)
from tests.support.statistics import analyze
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
    found = re.findall(r"<svg[^>]*role=.*?</svg>", client.get(URL, {"span": span}).content.decode(), re.DOTALL)
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


def test_questionnaire_before_the_first_session_is_shown(page: Client, alice: User) -> None:
    QuestionnaireFactory(owner=alice, date=ago(3), score=11)
    words = text(page)
    assert "Nothing is logged yet." not in words
    assert "No pain score yet." in words
    assert f"11 on {ago(3):%-d %B %Y}." in words


def test_questionnaire_of_years_ago_is_said_and_shown_over_all_time(page: Client, alice: User) -> None:
    QuestionnaireFactory(owner=alice, date=ago(500), score=11)
    goal = GoalFactory(owner=alice, date=ago(900))
    GoalScoreFactory(owner=alice, goal=goal, date=ago(800), score=4)
    assert "Nothing is logged yet." not in text(page)
    assert "?span=all" in page.get(URL).text
    words = text(page, "all")
    assert f"11 on {ago(500):%-d %B %Y}." in words
    assert f"{ago(800):%-d %B %Y}" in words


def test_account_without_a_profile_sees_the_empty_page(client: Client) -> None:
    client.force_login(User.objects.create_user("admin"))
    assert "Nothing is logged yet." in text(client)


def test_first_day_shows_both_sessions_in_chart_and_table(page: Client, alice: User) -> None:
    log(alice, {0: (6, 4)}, "am")
    log(alice, {0: (4, 0)}, "pm")
    assert re.search(r"\w{3} \d+ \w{3} 6 4 – 4 0 – 2", text(page))
    morning, evening = svgs(page)[:2]
    assert len([node for node in morning.iter() if "chart__mark" in node.get("class", "")]) == 2
    assert "lowest 0, highest 0" in "".join(evening.itertext())


def test_one_score_claims_nothing(page: Client, alice: User) -> None:
    log(alice, {0: (6, 4)})
    assert "Not enough yet: 1 score on 1 day so far." in text(page)
    assert "Mornings not enough yet" in text(page)


def test_lower_pain_is_named_with_both_medians_and_their_days(page: Client, alice: User) -> None:
    log(alice, {days: (3 if days < 20 else 5, None) for days in range(40)})
    words = text(page)
    assert "Your usual pain is 3 now; it was 5 at first. Most people would notice that." in words
    assert "At first: the first 14 days with scores, 7 February 2026 to 20 February 2026." in words
    assert "Now: the last 14 days with scores, 5 March 2026 to 18 March 2026." in words
    assert "Mornings 3 now, 5 at first: most people would notice" in words
    assert "Evenings not enough yet" in words


def test_old_scores_are_dated(page: Client, alice: User) -> None:
    log(alice, {days: (3 if days < 80 else 5, None) for days in range(60, 100)})
    words = text(page)
    assert "Your usual pain was 3 at last; it was 5 at first." in words
    assert "The last score is from 17 January 2026, 60 days ago." in words


def test_higher_pain_leads_to_a_professional(page: Client, alice: User) -> None:
    log(alice, {days: (7 if days < 20 else 5, None) for days in range(40)})
    assert "Most people would notice that rise." in text(page)
    assert "When to see a professional" in text(page)


def test_all_zeros_are_shown_as_zeros(page: Client, alice: User) -> None:
    log(alice, dict.fromkeys(range(28), (0, 0)))
    assert "Your usual pain is 0 now, the same as at first." in text(page)
    assert "0 at first, 0 at last, lowest 0, highest 0; noted in 14 of 14 days." in text(page)
    assert re.search(r"\w{3} \d+ \w{3} 0 0 0 – – – 1", text(page))


def test_missing_score_is_a_dash_and_a_break_in_the_line(page: Client, alice: User) -> None:
    log(alice, {4: (5, 3), 3: (5, 3), 2: (None, None), 1: (4, 2), 0: (4, 2)})
    assert re.search(r"\w{3} \d+ \w{3} – – – – – – 1", text(page))
    [line] = [node for node in svgs(page)[0].iter() if node.get("class") == "chart__line chart__line--rest"]
    assert line.attrib["d"].count("M") == 2


def test_period_without_scores_says_so(page: Client, alice: User) -> None:
    log(alice, {0: (6, 4)})
    assert "No evening has a pain score in this time." in text(page)


def test_sessions_without_any_score_need_no_pain_chart(page: Client, alice: User) -> None:
    log(alice, {1: (None, None), 0: (None, None)})
    assert "No pain score yet." in text(page)
    assert text(page).count("No pain score in this time.") == 1
    assert "no pain, 10 the worst" not in text(page)


def test_before_and_after_differ_by_more_than_colour(page: Client, alice: User) -> None:
    log(alice, {1: (6, 4), 0: (5, 3)})
    marks = {node.get("class"): node.attrib["d"] for node in svgs(page)[0].iter() if "mark" in node.get("class", "")}
    assert "a" in marks["chart__mark chart__mark--rest"]
    assert "a" not in marks["chart__mark chart__mark--after"]
    assert "chart__line chart__line--after" in {node.get("class") for node in svgs(page)[0].iter()}


def links(client: Client, span: str = "14d") -> dict[str, str]:
    """Return each point of the charts that leads somewhere: its name → its address."""
    anchors = [node for svg in svgs(client, span) for node in svg.iter() if node.tag == "a"]
    return {node.attrib["aria-label"]: node.attrib["href"] for node in anchors}


def test_point_leads_to_its_session(page: Client, alice: User) -> None:
    log(alice, {1: (6, 4)}, "pm")
    session = Session.objects.get()
    assert links(page) == {"17 March 2026, Evenings: 6 before, 4 after": f"/sessions/{session.pk}/"}


def test_points_of_many_days_lead_to_the_sessions_of_their_time(page: Client, alice: User) -> None:
    log(alice, {days: (3 + days, 2) for days in range(3)} | {90: (None, None)})
    *_, (name, address) = links(page, "90d").items()
    assert name == "9 March 2026 to 18 March 2026, Mornings: 4 before, 2 after"
    assert address == "/sessions/?from=2026-03-09&to=2026-03-18"
    words = page.get(address).content.decode()
    assert words.count("→") >= 3


def test_check_in_leads_to_the_sessions_of_its_day(page: Client, alice: User) -> None:
    CheckInFactory.create(owner=alice, date=ago(0), pain=4)
    assert links(page) == {"18 March 2026, Evenings: 4 before": "/sessions/?from=2026-03-18&to=2026-03-18"}


def test_chart_with_links_lets_them_be_reached(page: Client, alice: User) -> None:
    log(alice, {1: (6, 4)})
    assert [svg.attrib["role"] for svg in svgs(page)] == ["group", "img", "img"]


def test_flares_and_pauses_are_drawn_and_named(page: Client, alice: User) -> None:
    log(alice, {1: (6, 4)})
    FlareFactory.create(owner=alice, date=ago(5), ended=ago(3))
    PauseFactory.create(owner=alice, date=ago(9), until=ago(8))
    assert "Flare: 13 March 2026 to 15 March 2026." in text(page)
    assert "Planned pause: 9 March 2026 to 10 March 2026." in text(page)
    shades = [node.get("fill") for node in svgs(page)[0].iter() if "chart__shade" in node.get("class", "")]
    assert shades == ["url(#hatch-pause)", "url(#hatch-flare)"]


def test_flare_without_a_session_is_shown(page: Client, alice: User) -> None:
    FlareFactory.create(owner=alice, date=ago(5))
    words = text(page)
    assert "Flare: since 13 March 2026." in words
    assert words.count("No pain score") == 2  # no answer yet, and nothing to draw
    assert svgs(page) == []


def test_flare_that_ended_on_the_day_on_which_another_began_is_over(page: Client, alice: User) -> None:
    FlareFactory.create(owner=alice, date=ago(0), ended=ago(0))
    FlareFactory.create(owner=alice, date=ago(0))
    words = text(page)
    assert words.count("Flare: 18 March 2026.") == 1
    assert words.count("Flare: since 18 March 2026.") == 1


def test_chosen_dose_is_marked_and_named(page: Client, alice: User, routine: Routine) -> None:
    log(alice, {1: (6, 4)})
    exercise = routine.exercises.get()
    DoseChoiceFactory.create(owner=alice, date=ago(2), exercise=exercise, target=12)
    assert f"{exercise.name}: you chose 12 on Mon 16 Mar 2026." in text(page)
    assert any("chart__choice" in node.get("class", "") for svg in svgs(page) for node in svg.iter())


def test_what_comes_before_a_worse_day_is_called_no_proof(page: Client, alice: User) -> None:
    log(alice, {days: (5 if days % 4 == 0 else 3, None) for days in range(30)})
    words = text(page)
    assert "This is no proof" in words
    assert "All days 8 of 29" in words
    assert f"{Exercise.objects.get().name} 8 of 29" in words


def test_milestones_are_shown(page: Client, alice: User) -> None:
    log(alice, dict.fromkeys(range(7), (3, 3)))
    assert "First week: seven days with a session, the seventh on 18 March 2026." in text(page)
    assert "7 days running with a session." in text(page)


def test_sessions_are_counted_in_words(page: Client, alice: User) -> None:
    log(alice, dict.fromkeys(range(1, 11), (None, None)))
    assert "In the last 28 days you did 10 of 24 planned sessions." in text(page)
    assert "Mornings: 10. Evenings: 0." in text(page)


def test_repetitions_are_shown_against_target_and_goal(page: Client, alice: User) -> None:
    log(alice, {1: (3, 3)})
    assert "17 March 2026: 5 of 6 repetitions. The goal is 30 a day." in text(page)
    assert "Tue 17 Mar 2026 5 6" in text(page)


def test_widest_table_can_be_scrolled_by_keyboard(page: Client, alice: User) -> None:
    log(alice, {1: (3, 3)})
    html = page.get(URL, {"span": "1y"}).content.decode()
    assert '<div class="table-wrap" role="region" aria-labelledby="pain-figures" tabindex="0">' in html
    assert '<caption id="pain-figures">' in html


def test_dates_are_written_as_the_language_does(page: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    log(alice, {0: (3, 3)})
    catalogue = {"D j M": "j. M", "j M": "j.n.", "j F Y": "j. F Y"}
    monkeypatch.setattr("django.utils.translation._trans.gettext", lambda message: catalogue.get(message, message))
    assert "18. Mar 3 3 – – – – 1" in text(page)
    assert "18.3." in text(page)
    assert "18. March 2026" in " ".join(links(page))


def test_day_that_is_not_over_is_not_judged(page: Client, alice: User) -> None:
    log(alice, {0: (3, 3)})
    assert "Today so far: 5 of 6 repetitions. The goal is 30 a day." in text(page)


def test_way_of_telling_cites_its_sources(page: Client, alice: User) -> None:
    log(alice, {0: (3, 3)})
    words = text(page)
    for source in ("Ostelo, Spine 2008", "Childs, Spine 2005", "Farrar, Pain 2001", "Kamper 2010", "our own rule"):
        assert source in words


def test_first_day_is_one_day(page: Client, alice: User) -> None:
    Profile.objects.update(started=ago(0))
    log(alice, {0: (3, 3)})
    words = text(page)
    assert "In the last 28 days you did 1 of 1 planned session." in words
    assert "noted in 1 of 1 day." in words


def test_every_session_is_one_link_away(page: Client, alice: User) -> None:
    log(alice, {0: (3, 3)})
    assert f'<a href="{reverse("tracking:session-list")}">All sessions' in page.get(URL).content.decode()


def test_time_without_a_session_scolds_nobody(page: Client, alice: User) -> None:
    log(alice, {40: (3, 3)})
    words = text(page)
    assert "No pain score in this time." in words
    assert "missed" not in words
    assert "streak" not in words


@pytest.mark.parametrize("span", ["", "7d", "14D", "all\x00", "' or 1=1", "9" * 5000])
def test_unknown_span_shows_the_last_fortnight(page: Client, alice: User, span: str) -> None:
    log(alice, {0: (3, 3), 40: (9, 9)})
    assert page.get(URL, {"span": span}).context["span"] == "14d"


@pytest.mark.parametrize("span", ["14d", "90d", "1y", "all"])
def test_span_is_marked_as_the_current_one(page: Client, alice: User, span: str) -> None:
    log(alice, {0: (3, 3), 400: (3, 3)})
    assert f'<a href="?span={span}" aria-current="page">' in page.get(URL, {"span": span}).content.decode()


@pytest.mark.parametrize(("days", "spans"), [(13, []), (14, ["14d", "all"]), (90, ["14d", "90d", "all"])])
def test_no_time_is_offered_that_would_be_empty(page: Client, alice: User, days: int, spans: list[str]) -> None:
    log(alice, {days: (3, 3)})
    assert re.findall(r'href="\?span=(\w+)"', page.get(URL).content.decode()) == spans


def test_time_that_is_not_offered_shows_all_there_is(page: Client, alice: User) -> None:
    log(alice, {20: (3, 3)})
    shown = page.get(URL, {"span": "1y"}).content.decode()
    assert '<a href="?span=all" aria-current="page">' in shown
    assert "Thu 26 Feb" in shown


@pytest.mark.parametrize("span", ["14d", "90d", "1y", "all"])
def test_strangers_records_never_appear(page: Client, alice: User, routine: Routine, span: str) -> None:
    log(person("mallory", routine), dict.fromkeys(range(200), (9, 9)))
    assert "Nothing is logged yet." in text(page, span)
    log(alice, {0: (1, 1)})
    assert "Not enough yet: 1 score on 1 day so far." in text(page, span)
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


def test_decimal_comma_stays_out_of_the_geometry(page: Client, alice: User) -> None:
    log(alice, {1: (6, 4), 0: (5, 3)})
    with translation.override("de"):
        shapes = [node.attrib["d"] for node in svgs(page)[0].iter() if "d" in node.attrib]
    assert shapes
    assert all("," not in shape for shape in shapes)


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
    assert len(queries) <= 7


@pytest.mark.parametrize("days", [0, 10, 3650])
def test_seven_queries_however_long_the_history(page: Client, alice: User, days: int) -> None:
    for period in Period.values:
        log(alice, {day: (day % 11, day % 7) for day in range(days)}, period)
    analyze()
    page.get(URL, {"span": Span.ALL})  # adds up the past, which is kept
    for span in Span:
        with CaptureQueriesContext(connection) as queries:
            page.get(URL, {"span": span})
        assert len(queries) <= 7


def test_what_one_can_do_is_drawn_on_the_same_axis_and_told_in_the_table(page: Client, alice: User) -> None:
    log(alice, {1: (4, 3)})
    goal = GoalFactory(owner=alice, activity="Tie my shoes")
    GoalScoreFactory(goal=goal, date=ago(10), score=2)
    GoalScoreFactory(goal=goal, date=ago(1), score=7)
    QuestionnaireFactory(owner=alice, date=ago(3), score=11)
    said = text(page)
    assert "2 on 8 March 2026, 7 on 17 March 2026." in said
    assert "11 on 15 March 2026." in said
    assert "Sun 15 Mar 2026 11" in said
    assert text(page, "all").count("Your activities: the mean of their scores") >= 2


def test_without_activities_nothing_is_said_of_them(page: Client, alice: User) -> None:
    log(alice, {1: (4, 3)})
    assert "Your activities: the mean" not in text(page)
