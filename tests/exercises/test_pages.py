"""What the public pages say."""

import itertools
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exercises.models import Exercise, SafetyNote
from tests.exercises.factories import (
    ExerciseFactory,
    GuidePageFactory,
    PhaseFactory,
    RoutineFactory,
    SafetyNoteFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db


def read(client: Client, name: str, *args: str, query: str = "") -> str:
    """Return a page's HTML, its character references resolved, without what only keeps a line together."""
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    html = unescape(response.content.decode())
    return html.replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "")


def words(html: str) -> str:
    """Return what a reader sees of the main part, in one line."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<(svg|script)\b.*?</\1>|<[^>]+>", " ", main, flags=re.DOTALL))


def bridge(**fields: Any) -> Exercise:
    made: Exercise = ExerciseFactory(**{"slug": "bridge", "name": "Bridge", "figure": "bridge"} | fields)
    return made


def test_home_leads_to_the_routines_the_spasm_page_and_signing_up(client: Client) -> None:
    routine = RoutineFactory(name="Prevention", exercises=[bridge(phases=[{"pose": "lift"}])])
    html = read(client, "home")
    assert routine.get_absolute_url() in html
    assert "<svg" in html[html.index("<main") :]
    assert "1 exercise · about 1 min · once a day" in words(html)
    for name in ("exercises:spasm", "exercises:exercise-list", "account_signup"):
        assert f'href="{reverse(name)}"' in html[html.index("<main") :]


def test_home_leads_a_person_to_today(client: Client, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("alice"))
    html = read(client, "home")
    assert f'href="{reverse("tracking:today")}"' in html[html.index("<main") :]
    assert reverse("account_signup") not in html


def test_list_shows_each_exercise_with_its_dose_under_its_routine(client: Client) -> None:
    RoutineFactory(name="Prevention", exercises=[bridge(dose__sets=3, dose__reps_min=12)])
    ExerciseFactory(name="Free stretch")
    text = words(read(client, "exercises:exercise-list"))
    assert re.search(r"Prevention.*Bridge.*3 sets of 12.*More exercises.*Free stretch.*10 times", text)


def test_list_of_exercises_leads_to_the_routines(client: Client) -> None:
    html = read(client, "exercises:exercise-list")
    assert 'href="/routines/"' in html[html.index("<main") :]


def test_list_is_paged_beyond_sixty(client: Client) -> None:
    ExerciseFactory.create_batch(60)
    assert "?page=" not in read(client, "exercises:exercise-list")
    ExerciseFactory(name="The sixty-first", order=32_000)  # beyond what other tests have counted up to
    first = read(client, "exercises:exercise-list")
    assert 'href="?page=2"' in first
    assert "The sixty-first" not in first
    assert "The sixty-first" in read(client, "exercises:exercise-list", query="?page=2")


def test_exercise_shows_figure_dose_position_steps_and_source_in_this_order(client: Client) -> None:
    bridge(
        position="Lie on your back.",
        phases=[{"cue": "Tighten."}, {"cue": "Lift."}],
        source=SourceFactory(slug="b", title="Article B", published="24 April 2025"),
        dose__reps_min=2,
        dose__reps_max=3,
        dose__per_side=True,
        dose__times_per_day=2,
        dose__hold_kind="seconds",
        dose__hold_min=5,
        dose__hold_max=5,
    )
    html = read(client, "exercises:exercise-detail", "bridge")
    assert html.index("<svg", html.index("<main")) < html.index("Hold 5 s · 2–3 times each side · morning and evening")
    assert re.search(
        r"morning and evening.*Lie on your back\..*Tighten\..*Lift\..*Source: Article B .*24 April 2025", words(html)
    )
    assert "js/figures.js" in html


def test_exercise_says_what_to_take_care_of_and_what_to_do_instead(client: Client) -> None:
    bridge(cautions="Not **too** high.", instead="Lift less high.", precautions=["disc"], correction="We count both.")
    html = read(client, "exercises:exercise-detail", "bridge")
    warm = html[html.index("box--warm") :]
    assert "Not <strong>too</strong> high." in warm
    assert warm.index("What to do instead") < warm.index("Lift less high.")
    assert "ruptured disc" in words(html)
    assert "We count both." in html[html.index("box--note") :]


def test_exercise_without_cautions_shows_no_empty_box(client: Client) -> None:
    bridge()
    html = read(client, "exercises:exercise-detail", "bridge")
    assert not re.search(r"box--warm|box--note|Better left out|Variations", html[html.index("<main") :])


def test_exercise_links_its_variations_but_no_retired_one(client: Client) -> None:
    kept, gone = ExerciseFactory(name="Pelvic tilt bridge"), ExerciseFactory(name="Old bridge", retired=True)
    bridge().variations.set([kept, gone])
    html = read(client, "exercises:exercise-detail", "bridge")
    assert kept.get_absolute_url() in html
    assert "Old bridge" not in html


def test_exercise_leads_to_the_routines_that_have_it(client: Client) -> None:
    routine = RoutineFactory(name="Prevention", exercises=[bridge()])
    html = read(client, "exercises:exercise-detail", "bridge")
    assert f'href="{routine.get_absolute_url()}"' in html[html.index("Routines with this exercise") :]


def test_retired_step_is_not_shown(client: Client) -> None:
    PhaseFactory(exercise=bridge(), cue="Struck out.", retired=True)
    assert "Struck out." not in read(client, "exercises:exercise-detail", "bridge")


def test_opt_in_exercise_says_so(client: Client) -> None:
    RoutineFactory(slug="prevention", exercises=[bridge(opt_in=True)])
    for name, slug in (("exercise-detail", "bridge"), ("routine-detail", "prevention")):
        assert "only when you choose it" in words(read(client, f"exercises:{name}", slug))


def test_routine_shows_its_exercises_their_lengths_and_the_start(client: Client) -> None:
    first = bridge(phases=[{"cue": "Lift your hips.", "seconds": 20}], dose__reps_min=2)
    second = ExerciseFactory(name="Cat stretch", phases=[{"cue": "Round your back.", "seconds": 75}], dose__reps_min=1)
    RoutineFactory(
        slug="prevention",
        exercises=[first, second],
        claimed_minutes_min=5,
        claimed_minutes_max=6,
        body="Once the pain has gone.",
        correction="The doses do not fit.",
    )
    html = read(client, "exercises:routine-detail", "prevention")
    text = words(html)
    assert "2 exercises · about 2 min · once a day" in text
    assert "The article says 5–6 min. Its doses add up to about 2 min." in text
    assert re.search(r"Bridge.*40 s.*Cat stretch.*1 min 15 s.*Start Log it.*Lift your hips\..*Round your back\.", text)
    assert "2 min 5 s at the doses where each exercise starts" in text
    assert "A movement takes 20–75 s." in text
    assert f'href="{reverse("tracking:session-new")}?routine=prevention"' in html
    assert "Once the pain has gone." in text
    assert "The doses do not fit." in html[html.index("box--note") :]


def test_routine_prints_each_exercises_cautions_in_place_of_the_link(client: Client) -> None:
    routine = RoutineFactory(slug="all", exercises=[bridge(cautions="Not **too** high.", instead="Lift less high.")])
    html = read(client, "exercises:routine-detail", routine.slug)
    card = html[html.index('id="follow"') : html.index('id="tempo"')]
    assert re.search(
        r'class="print-only">.*Not <strong>too</strong> high.*Lift less high.*class="meta no-print"', card, re.S
    )


def test_routine_shows_every_position_and_the_steps(client: Client) -> None:
    routine = RoutineFactory(slug="all", exercises=[ExerciseFactory(figure="cat-stretch")])
    html = read(client, "exercises:routine-detail", routine.slug)
    board = html[html.index('class="board"') : html.index('class="steps"')]
    assert re.findall(r"position (\d) of 3", board) == ["1", "2", "3"]


def test_routine_without_a_claim_makes_none(client: Client) -> None:
    RoutineFactory(slug="prevention", exercises=[bridge()])
    assert "The article says" not in words(read(client, "exercises:routine-detail", "prevention"))


def test_routine_says_how_a_daily_dose_is_split(client: Client) -> None:
    daily = bridge(dose__per="day", dose__reps_min=5, dose__reps_max=30, dose__start=5, dose__goal=30, dose__step=2)
    RoutineFactory(slug="twice", exercises=[daily], times_per_day=2)
    assert "3 of the day’s 5 in the first session" in words(read(client, "exercises:routine-detail", "twice"))


def test_empty_routine_offers_nothing_to_start(client: Client) -> None:
    RoutineFactory(slug="empty", exercises=[bridge(retired=True)])
    html = read(client, "exercises:routine-detail", "empty")
    assert "There is no exercise in this routine yet." in html
    assert "practice/" not in html


def test_routines_are_listed(client: Client) -> None:
    routine = RoutineFactory(name="Prevention", exercises=[bridge()])
    RoutineFactory(name="Old routine", retired=True)
    html = read(client, "exercises:routine-list")
    assert routine.get_absolute_url() in html
    assert "Old routine" not in html


def test_guide_page_shows_markdown_correction_sources_and_what_follows(client: Client) -> None:
    GuidePageFactory(
        slug="causes",
        order=1,
        body="## What sets one off\n\n- **Heavy** lifting\n\n<script>alert(1)</script>",
        correction="An advertisement left out.",
        sources=[SourceFactory(slug="nice-ng59", title="Low back pain", publisher="NICE", reference="NG59")],
    )
    after = GuidePageFactory(title="Symptoms", order=2)
    html = read(client, "exercises:guide-detail", "causes")
    assert "<h2>What sets one off</h2>" in html
    assert "<li><strong>Heavy</strong> lifting</li>" in html
    assert "&lt;script&gt;alert" in client.get("/guide/causes/").content.decode()
    assert "An advertisement left out." in html[html.index("box--note") :]
    assert re.search(r"Low back pain .*NICE.*NG59", words(html))
    assert f'rel="next" href="{after.get_absolute_url()}"' in html


def test_guide_is_listed_in_order(client: Client) -> None:
    GuidePageFactory(title="Second", order=2)
    GuidePageFactory(title="First", order=1)
    GuidePageFactory(title="Gone", order=3, retired=True)
    text = words(read(client, "exercises:guide-list"))
    assert re.search("First.*Second", text)
    assert "Gone" not in text


def test_safety_page_puts_the_emergency_first_and_cites(client: Client) -> None:
    SafetyNoteFactory(kind=SafetyNote.Kind.URGENT, text="A fever.")
    SafetyNoteFactory(kind=SafetyNote.Kind.EMERGENCY, text="Numbness.", sources=[SourceFactory(title="Guideline 14")])
    SafetyNoteFactory(kind=SafetyNote.Kind.EMERGENCY, text="Struck out.", retired=True)
    text = words(read(client, "exercises:safety"))
    assert re.search(r"emergency number now.*Numbness\..*Contact a doctor.*A fever\..*Guideline 14", text)
    assert "Struck out." not in text


def test_spasm_page_says_what_helps_what_to_avoid_and_when_to_call(client: Client) -> None:
    for kind in SafetyNote.Kind.values:
        SafetyNoteFactory(kind=kind, text=f"Says {kind}.")
    after = GuidePageFactory(slug="after-the-spasm", title="After the spasm")
    html = read(client, "exercises:spasm")
    assert re.search(
        r"Says helps\..*Says avoid\..*emergency number.*Says emergency\..*Says urgent\..*once the spasm has calmed",
        words(html),
    )
    assert after.get_absolute_url() in html


def test_spasm_page_begins_with_the_gravest_signs_in_the_box_of_emergencies(client: Client) -> None:
    html = read(client, "exercises:spasm")
    first = html[html.index("<h1") : html.index("What helps now")]
    assert re.search(r'box--stop.*weak legs.*bladder or bowel.*emergency number now.*href="#signs"', first, re.S)
    assert html.count('id="signs"') == 1


def test_spasm_page_stands_without_the_guide(client: Client) -> None:
    assert "The exercises come later" in read(client, "exercises:spasm")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("guide-detail", "gone"),
        ("exercise-detail", "unfinished"),
        ("exercise-detail", "never-was"),
        ("routine-detail", "never-was"),
        ("guide-detail", "never-was"),
    ],
)
def test_retired_and_unknown_content_is_not_found(client: Client, name: str, slug: str) -> None:
    GuidePageFactory(slug="gone", retired=True)
    ExerciseFactory(slug="unfinished", dose=None, retired=True)
    response = client.get(reverse(f"exercises:{name}", args=[slug]))
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_retired_exercise_and_routine_say_so_and_where_to_go(client: Client) -> None:
    """Old logs link to them."""
    gone = ExerciseFactory(name="Old bridge", retired=True)
    kept, other = ExerciseFactory(name="Pelvic tilt bridge"), ExerciseFactory(name="Older bridge", retired=True)
    gone.variations.set([kept, other])
    for content in (gone, RoutineFactory(name="Old routine", exercises=[kept], retired=True)):
        response = client.get(content.get_absolute_url())
        html = response.content.decode()
        assert response.status_code == 404
        for text in (content.name, "What you logged of it stays", 'href="/exercises/"', 'href="/routines/"'):
            assert text in html
        assert "Older bridge" not in html
        assert (kept.get_absolute_url() in html) == (content == gone)


def test_every_page_has_one_title_a_description_and_headings_in_order(client: Client) -> None:
    exercise = bridge(cautions="Careful.", instead="Less.", precautions=["disc"], correction="Ours.")
    exercise.variations.set([ExerciseFactory(figure="cat-stretch")])
    RoutineFactory(slug="all", exercises=Exercise.objects.all(), body="## When\n\n### Now", correction="Ours.")
    GuidePageFactory(slug="causes", correction="Ours.")
    GuidePageFactory(slug="after-the-spasm")
    for kind in SafetyNote.Kind.values:
        SafetyNoteFactory(kind=kind)
    titles = set()
    for path in (
        "/", "/exercises/", "/exercises/bridge/", "/routines/", "/routines/all/", "/guide/", "/guide/causes/",
        "/safety/", "/spasm/",
    ):  # fmt: skip
        html = client.get(path).content.decode()
        page_title = re.search(r"<title>\s*(.+?)\s*</title>", html)
        description = re.search(r'<meta name="description" content="\s*(.+?)\s*">', html)
        assert page_title, path
        assert description, path
        titles.add(page_title[1])
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (path, levels)
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), path
        assert not re.search(
            r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|(?:src|href)=\"(?:https?:)?//", html
        ), path
    assert len(titles) == 9
