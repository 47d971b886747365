"""The admin as an editor uses it: works, refuses with the reason, and forgets nothing."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from exercises import editing, editors, sync
from exercises.admin import ExerciseAdmin, GuidePageAdmin, RoutineAdmin, SafetyNoteAdmin, SourceAdmin
from exercises.models import Dose, Exercise, GuidePage, Phase, Revision, Routine, RoutineStep, SafetyNote, Source
from tests.exercises import packs
from tests.exercises.factories import (
    ExerciseFactory,
    GuidePageFactory,
    PhaseFactory,
    RoutineFactory,
    SafetyNoteFactory,
    SourceFactory,
)
from tests.exercises.forms import READ_ONE_BY_ONE, filled
from tests.exercises.packs import WORDS, bent

pytestmark = pytest.mark.django_db
KINDS = ("source", "exercise", "routine", "guidepage", "safetynote")


@pytest.fixture(autouse=True)
def formsets_as_they_are(settings: Settings, no_query_per_row: None) -> None:
    """A posted formset of Django's asks the database for each of its rows. That is no concern: they are few."""
    settings.ZEAL_ALLOWLIST = [*settings.ZEAL_ALLOWLIST, *READ_ONE_BY_ONE]


@pytest.fixture
def loaded() -> None:
    sync.load(packs.rows())


@pytest.fixture
def editor(client: Client) -> Client:
    """A physiotherapist's account: staff, and in the group of editors."""
    editors.ensure()
    user = User.objects.create_user("physio", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=editors.GROUP))
    client.force_login(user)
    return client


def address(action: str, item: Any = None, *more: object) -> str:
    """Return the address of an action on a row, or of a kind's page: ``address("changelist", Source)``."""
    if isinstance(item, type):
        return reverse(f"admin:exercises_{item._meta.model_name}_{action}")  # type: ignore[attr-defined]
    return reverse(f"admin:exercises_{item._meta.model_name}_{action}", args=[item.pk, *more])


def errors(response: Any) -> str:
    """Return every error of a form that came back."""
    assert response.status_code == 422
    return " ".join(
        str(unescape(found)) for found in re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', response.text, re.DOTALL)
    )


def bridge() -> Exercise:
    return Exercise.objects.get(slug="bridge")


def phase(slug: str) -> Phase:
    return Phase.objects.get(exercise__slug="bridge", slug=slug)


def prefix(slug: str) -> str:
    """Return how the bridge's form names a phase's fields."""
    return f"phases-{list(bridge().phases.all()).index(phase(slug))}"


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("kind", KINDS)
def test_editor_sees_lists_forms_and_histories(editor: Client, kind: str) -> None:
    model: Any = {m._meta.model_name: m for m in (Source, Exercise, Routine, GuidePage, SafetyNote)}[kind]
    row = model.objects.first()
    for url in (address("changelist", model), address("add", model), address("change", row), address("history", row)):
        assert editor.get(url).status_code == 200, url


@pytest.mark.usefixtures("loaded")
def test_strangers_are_asked_to_sign_in_and_others_are_refused(client: Client) -> None:
    urls = [
        address("changelist", Exercise),
        *(address(action, bridge()) for action in ("change", "history", "reset")),
        address("restore", bridge(), "20260101T000000000000"),
    ]
    assert {client.get(url).status_code for url in urls} == {302}
    client.force_login(User.objects.create_user("person"))
    assert {client.get(url).status_code for url in urls} == {302}
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert {client.get(url).status_code for url in urls} == {403}


@pytest.mark.usefixtures("loaded")
def test_who_may_only_look_changes_nothing(client: Client) -> None:
    Exercise.objects.filter(slug="bridge").update(name="Mine")
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_exercise"))
    client.force_login(reader)
    page = client.get(address("change", bridge()))
    assert page.status_code == client.get(address("history", bridge())).status_code == 200
    assert "Reset to the pack" not in page.text
    assert "_preview" not in page.text
    for url in (address("change", bridge()), address("reset", bridge())):
        assert client.post(url, {"name": "x"}).status_code == 403
    assert bridge().name == "Mine"


# --- Editing ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("loaded")
def test_edit_is_saved_bumps_the_revision_and_shows_on_the_page(editor: Client) -> None:
    before = Revision.current()
    url = address("change", bridge())
    response = editor.post(url, filled(editor, url, name="Shoulder bridge"))
    assert response.status_code == 302
    assert Revision.current() > before
    assert "Shoulder bridge" in Client().get(bridge().get_absolute_url()).text


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("kind", KINDS)
def test_save_without_a_change_writes_nothing(editor: Client, kind: str) -> None:
    model: Any = {m._meta.model_name: m for m in (Source, Exercise, Routine, GuidePage, SafetyNote)}[kind]
    for row in model.objects.all():
        before = Revision.current()
        histories = [row.history.count(), Dose.history.count(), Phase.history.count()]
        url = address("change", row)
        assert editor.post(url, filled(editor, url)).status_code == 302
        assert Revision.current() == before
        assert [row.history.count(), Dose.history.count(), Phase.history.count()] == histories
        assert editing.pack_state(model.objects.get(pk=row.pk)) == "same"


@pytest.mark.usefixtures("loaded")
def test_change_of_a_part_alone_bumps_the_revision(editor: Client) -> None:
    url, before = address("change", bridge()), Revision.current()
    editor.post(url, filled(editor, url, **{f"{prefix('lift')}-cue": "Lift slowly."}))
    assert phase("lift").cue == "Lift slowly."
    assert Revision.current() > before


@pytest.mark.usefixtures("loaded")
def test_change_of_links_alone_bumps_the_revision(editor: Client) -> None:
    page = GuidePage.objects.get()
    url, before = address("change", page), Revision.current()
    editor.post(url, filled(editor, url, sources=[Source.objects.get(slug="b").pk]))
    assert [source.slug for source in page.sources.all()] == ["b"]
    assert Revision.current() > before


def test_new_exercise_comes_with_its_dose_and_phases(editor: Client) -> None:
    SourceFactory()
    url = address("add", Exercise)
    part = {"kind": "move", "slug": "go", "cue": "Go.", "seconds": "3", "order": "10"}
    data = filled(
        editor, url, name="Walk", slug="walk", summary="Walk.", position="Stand.", source=Source.objects.get().pk
    )
    data |= {"dose-0-reps_min": "1", "dose-0-reps_max": "2", "dose-0-sets": "1", "dose-0-per": "session"}
    data |= {f"phases-0-{name}": value for name, value in part.items()}
    assert editor.post(url, data).status_code == 302
    walk = Exercise.objects.get()
    assert (walk.seconds(), walk.pack) == (3, {})
    assert Client().get(walk.get_absolute_url()).status_code == 200


def test_new_exercise_without_dose_or_phase_is_refused_and_kept(editor: Client) -> None:
    source = SourceFactory()
    url = address("add", Exercise)
    data = filled(editor, url, name="Walk", slug="walk", summary="Walk.", position="Stand.", source=source.pk)
    response = editor.post(url, data | {"dose-0-reps_min": "2", "dose-0-reps_max": "2"})
    assert "at least one phase" in errors(response)
    assert 'value="Walk"' in response.text
    assert "required" in errors(editor.post(url, data))
    assert not Exercise.objects.exists()


CANNOT_BE: list[tuple[dict[str, Any], str]] = [
    ({"dose-0-reps_max": "4"}, "larger number must not be below"),
    ({"dose-0-goal": "4"}, "goal must not be below the start"),
    ({"dose-0-goal": "40", "dose-0-reps_max": "40"}, "source does not go this far"),
    ({"dose-0-step": None}, "needs start, goal and step"),
    ({"dose-0-sets": "0"}, "at least 1"),
    ({"dose-0-sets": "99"}, "More than a dose can be"),
    ({"dose-0-reps_min": "many"}, "whole number"),
    ({"dose-0-hold_min": None}, "hold needs its unit"),
    ({"dose-0-hold_kind": None, "dose-0-hold_min": None, "dose-0-hold_max": None}, "dose has no hold"),
    ({"phases-0-seconds": None}, "Say how long it takes"),
    ({"phases-0-breaths": "2"}, "not both"),
    ({"phases-0-pose": "flying"}, "has these positions"),
    ({"phases-0-retired": "on", "phases-1-retired": "on", "phases-2-retired": "on"}, "at least one phase"),
    ({"figure": "dragon"}, "valid choice"),
    ({"precautions": ["gout"]}, "valid choice"),
    ({"variations": ["9223372036854775808"]}, "not a valid value"),
    ({"variations": ["x"]}, "not a valid value"),
    ({"variations": ["999"]}, "valid choice"),
    ({"summary": "x" * 201}, "at most 200"),
    ({"name": ""}, "required"),
    ({"position": "x" * 20_001}, "at most 20000"),
]


@pytest.mark.usefixtures("loaded")
def test_what_cannot_be_is_refused_with_the_reason(editor: Client) -> None:
    url, before = address("change", bridge()), Revision.current()
    good = filled(editor, url, summary="Typed by me.")
    for changes, reason in CANNOT_BE:
        sent = {name: value for name, value in (good | changes).items() if value is not None}
        response = editor.post(url, sent)
        assert response.status_code == 422, changes
        assert reason in errors(response), changes
        assert "Typed by me." in response.text or "summary" in changes, changes
        assert Revision.current() == before, changes


@pytest.mark.usefixtures("loaded")
def test_dose_beyond_the_source_passes_with_a_stated_reason(editor: Client) -> None:
    url = address("change", bridge())
    bold = {"dose-0-goal": "40", "dose-0-reps_max": "40", "dose-0-progression_reason": "Agreed with the clinic."}
    assert editor.post(url, filled(editor, url, **bold)).status_code == 302
    assert bridge().dose.goal == 40


@pytest.mark.usefixtures("loaded")
def test_packs_phase_keeps_its_key_and_cannot_be_deleted(editor: Client) -> None:
    url = address("change", bridge())
    forced = {f"{prefix('lift')}-slug": "renamed", f"{prefix('lift')}-DELETE": "on", "slug": "renamed"}
    editor.post(url, filled(editor, url, **forced))
    assert phase("lift").pack
    assert bridge().slug == "bridge"


@pytest.mark.usefixtures("loaded")
def test_editors_own_phase_can_be_deleted(editor: Client) -> None:
    PhaseFactory(exercise=bridge(), slug="own", order=90)
    url = address("change", bridge())
    editor.post(url, filled(editor, url, **{f"{prefix('own')}-DELETE": "on"}))
    assert not Phase.objects.filter(slug="own").exists()


@pytest.mark.usefixtures("loaded")
def test_stale_form_is_refused_once_and_then_replaces_knowingly(editor: Client) -> None:
    url = address("change", bridge())
    mine = filled(editor, url, summary="Mine.")
    Dose.objects.filter(exercise=bridge()).update(sets=2)
    response = editor.post(url, mine)
    assert "Somebody else saved this" in errors(response)
    assert "Mine." in response.text
    again = mine | {"seen": response.context["adminform"].form["seen"].value()}
    assert editor.post(url, again).status_code == 302
    assert bridge().summary == "Mine."


@pytest.mark.usefixtures("loaded")
def test_last_sign_of_an_emergency_cannot_be_retired(editor: Client) -> None:
    note = SafetyNote.objects.get(kind="emergency")
    url = address("change", note)
    for change in ({"retired": "on"}, {"kind": "urgent"}):
        assert "last sign of an emergency" in errors(editor.post(url, filled(editor, url, **change)))
    SafetyNoteFactory()
    assert editor.post(url, filled(editor, url, retired="on")).status_code == 302


def test_last_urgent_sign_cannot_be_retired(editor: Client) -> None:
    SafetyNoteFactory()
    note = SafetyNoteFactory(kind="urgent")
    url = address("change", note)
    assert "last urgent sign" in errors(editor.post(url, filled(editor, url, retired="on")))
    other = SafetyNoteFactory(kind="urgent")
    assert editor.post(url, filled(editor, url, retired="on")).status_code == 302
    SafetyNote.objects.filter(pk=other.pk).update(pack={"retired": True})
    page = editor.post(address("reset", other), follow=True)
    assert "last urgent sign" in page.text
    assert SafetyNote.objects.shown().filter(pk=other.pk).exists()


@pytest.mark.parametrize("kind", ["emergency", "urgent"])
@pytest.mark.parametrize("harmless", ["helps", "avoid"])
def test_a_sign_cannot_be_made_harmless(editor: Client, kind: str, harmless: str) -> None:
    note, _other = SafetyNoteFactory.create_batch(2, kind=kind)
    url = address("change", note)
    assert "stays one" in errors(editor.post(url, filled(editor, url, kind=harmless)))
    note.refresh_from_db()
    assert note.kind == kind


@pytest.mark.usefixtures("loaded")
def test_steps_of_a_routine_are_ordered_and_added(editor: Client) -> None:
    routine, own = Routine.objects.get(), ExerciseFactory(slug="own")
    url = address("change", routine)
    data = filled(editor, url, **{"steps-2-exercise": own.pk, "steps-2-order": "15"})
    assert editor.post(url, data).status_code == 302
    assert [step.exercise.slug for step in routine.steps.all()] == ["bridge", "own", "cat"]


# --- Deleting --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("kind", KINDS)
def test_packs_rows_cannot_be_deleted_and_the_page_says_why(editor: Client, kind: str) -> None:
    model: Any = {m._meta.model_name: m for m in (Source, Exercise, Routine, GuidePage, SafetyNote)}[kind]
    row = model.objects.first()
    assert "came with the content pack" in editor.get(address("change", row)).text
    assert editor.post(address("delete", row), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()
    assert 'name="action"' not in editor.get(address("changelist", model)).text


def test_editors_unused_row_can_be_deleted_and_a_used_one_cannot(editor: Client) -> None:
    unused, used = ExerciseFactory(), ExerciseFactory()
    RoutineFactory(exercises=[used])
    before = Revision.current()
    assert editor.post(address("delete", unused), {"post": "yes"}).status_code == 302
    assert Revision.current() > before
    assert editor.post(address("delete", used), {"post": "yes"}).status_code == 403
    assert "It is in use" in editor.get(address("change", used)).text
    assert list(Exercise.objects.all()) == [used]


# --- The pack --------------------------------------------------------------------------------------------------------


def edit_bridge(editor: Client) -> None:
    """Change a field, a link, a figure of the dose and a phase; retire a phase and add one."""
    url = address("change", bridge())
    changes: dict[str, Any] = {
        "name": "My bridge",
        "variations": None,
        "dose-0-goal": "20",
        f"{prefix('lift')}-cue": "Lift slowly.",
        f"{prefix('lower')}-retired": "on",
        "phases-3-slug": "own",
        "phases-3-kind": "rest",
        "phases-3-cue": "Rest.",
        "phases-3-seconds": "5",
    }
    assert editor.post(url, filled(editor, url, **changes)).status_code == 302


@pytest.mark.usefixtures("loaded")
def test_page_lists_what_differs_from_the_pack(editor: Client) -> None:
    assert editor.get(address("change", bridge())).context["differences"] == []
    edit_bridge(editor)
    found = editor.get(address("change", bridge())).context["differences"]
    assert {(difference.part, difference.field, difference.old, difference.new) for difference in found} == {
        ("", "Name", "Bridge", "My bridge"),
        ("", "Variations", "cat", "—"),
        ("Dose", "Progression's goal", "30", "20"),
        ("Phase lift", "Cue", "Lift your hips.", "Lift slowly."),
        ("Phase lower", "Retired", "no", "yes"),
        ("Phase own", "", "not there", "added by an editor"),
    }


@pytest.mark.usefixtures("loaded")
def test_reset_asks_first_and_gives_everything_back_to_the_pack(editor: Client) -> None:
    edit_bridge(editor)
    url = address("reset", bridge())
    before = Revision.current()
    page = editor.get(url)
    assert "My bridge" in page.text
    assert bridge().name == "My bridge"
    assert editor.post(url).status_code == 302
    assert editor.get(address("change", bridge())).context["differences"] == []
    assert [found.slug for found in bridge().shown_phases()] == ["lift", "hold", "lower"]
    assert [other.slug for other in bridge().variations.all()] == ["cat"]
    assert Revision.current() > before
    latest = bridge().history.first()
    assert (latest.name, latest.history_user.username, latest.history_change_reason) == (
        "Bridge",
        "physio",
        "Reset to the pack",
    )


@pytest.mark.usefixtures("loaded")
def test_reset_that_cannot_stand_is_refused_with_the_reason(editor: Client) -> None:
    note = SafetyNote.objects.get(kind="emergency")
    SafetyNote.objects.filter(pk=note.pk).update(pack=note.pack | {"retired": True})
    page = editor.post(address("reset", note), follow=True)
    assert "last sign of an emergency" in page.text
    note.refresh_from_db()
    assert not note.retired


def test_row_of_an_editor_has_no_pack_to_return_to(editor: Client) -> None:
    own = ExerciseFactory()
    assert editor.get(address("reset", own)).status_code == 404
    assert editor.get(address("change", own)).context["differences"] == []


@pytest.mark.usefixtures("loaded")
def test_list_filters_what_an_editor_changed_parts_included(editor: Client) -> None:
    ExerciseFactory(slug="own")
    url = address("changelist", Exercise)

    def listed(state: str) -> list[str]:
        return [row.slug for row in editor.get(url, {"pack": state}).context["cl"].result_list]

    assert (listed("changed"), listed("made"), listed("same")) == ([], ["own"], ["bridge", "cat"])
    Phase.objects.filter(slug="lift").update(seconds=9)
    assert (listed("changed"), listed("same")) == (["bridge"], ["cat"])
    RoutineStep.objects.filter(exercise__slug="cat").update(order=99)
    changed = editor.get(address("changelist", Routine), {"pack": "changed"}).context["cl"].result_list
    assert [row.slug for row in changed] == ["evening"]


@pytest.mark.usefixtures("loaded")
def test_editors_change_in_the_admin_survives_a_new_pack(editor: Client) -> None:
    edit_bridge(editor)
    sync.load(
        packs.rows(words=bent("exercises.bridge.name", "Theirs", bent("exercises.bridge.summary", "New.", WORDS)))
    )
    assert (bridge().name, bridge().summary, bridge().dose.goal) == ("My bridge", "New.", 20)
    assert phase("lower").retired


# --- Versions --------------------------------------------------------------------------------------------------------


def history(editor: Client, row: Any) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = editor.get(address("history", row)).context["versions"]
    return found


@pytest.mark.usefixtures("loaded")
def test_history_tells_who_changed_what_in_the_row_and_its_parts(editor: Client) -> None:
    edit_bridge(editor)
    (latest, today), (first, way_back) = history(editor, bridge())
    assert (latest.who, latest.why, today) == ("physio", "", "")
    assert {(change.part, change.field) for change in latest.changes} == {
        ("", "Name"),
        ("", "Variations"),
        ("Dose", "Progression's goal"),
        ("Phase lift", "Cue"),
        ("Phase lower", "Retired"),
        ("Phase own", ""),
    }
    assert (first.who, first.why) == ("", "Content pack")
    assert way_back
    (other, *_) = history(editor, Exercise.objects.get(slug="cat"))
    assert [(change.field, change.old, change.new) for change in other[0].changes] == [("Variations", "bridge", "—")]


@pytest.mark.usefixtures("loaded")
def test_earlier_version_comes_back_whole_and_the_later_one_stays_in_the_history(editor: Client) -> None:
    edit_bridge(editor)
    _, (_, way_back) = history(editor, bridge())
    page = editor.get(way_back)
    assert "My bridge" in page.text
    assert bridge().name == "My bridge"
    assert editor.post(way_back).status_code == 302
    assert (bridge().name, bridge().dose.goal, phase("lift").cue) == ("Bridge", 30, "Lift your hips.")
    assert [found.slug for found in bridge().shown_phases()] == ["lift", "hold", "lower"]
    assert [other.slug for other in bridge().variations.all()] == ["cat"]
    assert len(history(editor, bridge())) == 3
    _, (_, forth), _ = history(editor, bridge())
    editor.post(forth)
    assert (bridge().name, bridge().dose.goal) == ("My bridge", 20)
    assert [found.slug for found in bridge().shown_phases()] == ["lift", "hold", "own"]


@pytest.mark.usefixtures("loaded")
def test_deleted_phase_comes_back_with_its_version(editor: Client) -> None:
    url = address("change", bridge())
    own = {"phases-3-slug": "own", "phases-3-kind": "rest", "phases-3-cue": "Rest.", "phases-3-seconds": "5"}
    editor.post(url, filled(editor, url, **own))
    editor.post(url, filled(editor, url, **{f"{prefix('own')}-DELETE": "on"}))
    _, (_, way_back), _ = history(editor, bridge())
    assert editor.post(way_back).status_code == 302
    assert phase("own").cue == "Rest."


@pytest.mark.usefixtures("loaded")
def test_sources_of_a_page_come_back_with_their_version(editor: Client) -> None:
    page = GuidePage.objects.get()
    url = address("change", page)
    editor.post(url, filled(editor, url, sources=[Source.objects.get(slug="b").pk]))
    (latest, _), (_, way_back) = history(editor, page)
    assert [(change.field, change.old, change.new) for change in latest.changes] == [("Sources", "a, b", "b")]
    editor.post(way_back)
    assert [source.slug for source in page.sources.all()] == ["a", "b"]


@pytest.mark.usefixtures("loaded")
def test_steps_come_back_with_their_version(editor: Client) -> None:
    routine = Routine.objects.get()
    url = address("change", routine)
    editor.post(url, filled(editor, url, **{"steps-0-order": "90", "steps-1-retired": "on"}))
    _, (_, way_back) = history(editor, routine)
    editor.post(way_back)
    assert [(step.order, step.retired) for step in routine.steps.all()] == [(10, False), (20, False)]


@pytest.mark.usefixtures("loaded")
def test_version_that_cannot_stand_is_refused_with_the_reason(editor: Client) -> None:
    note = SafetyNote.objects.get(kind="emergency")
    other = SafetyNoteFactory()
    url = address("change", note)
    editor.post(url, filled(editor, url, retired="on"))
    editor.post(url, filled(editor, url, retired=None))
    SafetyNote.objects.filter(pk=other.pk).update(retired=True)
    _, (_, way_back), _ = history(editor, note)
    page = editor.post(way_back, follow=True)
    assert "last sign of an emergency" in page.text
    note.refresh_from_db()
    assert not note.retired


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("version", ["20200101T000000000000", "yesterday", "20261399T000000000000", "0"])
def test_version_that_never_was_is_not_found(editor: Client, version: str) -> None:
    assert editor.get(address("restore", bridge(), version)).status_code == 404


# --- A look before saving --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("loaded")
def test_preview_shows_the_page_unsaved_and_writes_nothing(editor: Client) -> None:
    url, before = address("change", bridge()), Revision.current()
    data = filled(editor, url, name="Not yet", _preview="Preview", **{f"{prefix('lift')}-cue": "Unsaved cue."})
    page = editor.post(url, data)
    assert page.status_code == 200
    assert "Not yet" in page.text
    assert "Unsaved cue." in page.text
    assert "Nothing of it is saved yet" in page.text
    assert (bridge().name, Revision.current()) == ("Bridge", before)
    assert "Not yet" not in Client().get(bridge().get_absolute_url()).text
    editor.post(url, filled(editor, url, summary="Other."))
    assert "Not yet" not in Client().get(bridge().get_absolute_url()).text


@pytest.mark.usefixtures("loaded")
def test_preview_shows_what_is_retired_and_keeps_it_so(editor: Client) -> None:
    Exercise.objects.filter(slug="bridge").update(retired=True)
    url = address("change", bridge())
    page = editor.post(url, filled(editor, url, _preview="Preview"))
    assert "Steadies the pelvis." in page.text
    assert bridge().retired
    assert "viewsitelink" not in editor.get(url).text


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("kind", ["routine", "guidepage", "safetynote"])
def test_every_page_of_content_can_be_previewed(editor: Client, kind: str) -> None:
    model: Any = {m._meta.model_name: m for m in (Routine, GuidePage, SafetyNote)}[kind]
    for row in model.objects.all():
        url = address("change", row)
        page = editor.post(url, filled(editor, url, _preview="Preview"))
        assert page.status_code == 200
        assert str(row) in unescape(page.text)


def test_new_row_can_be_previewed_before_it_is_saved(editor: Client) -> None:
    url = address("add", GuidePage)
    data = filled(
        editor, url, title="Rest", slug="rest", summary="Rest well.", body="Lie **down**.", _preview="Preview"
    )
    page = editor.post(url, data)
    assert "<strong>down</strong>" in page.text
    assert not GuidePage.objects.exists()


@pytest.mark.usefixtures("loaded")
def test_preview_of_what_cannot_be_says_why(editor: Client) -> None:
    url = address("change", bridge())
    assert "at least 1" in errors(editor.post(url, filled(editor, url, _preview="Preview", **{"dose-0-sets": "0"})))


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "factory"),
    [
        (Source, lambda number: SourceFactory(slug=f"s{number}")),
        (Exercise, lambda number: ExerciseFactory()),
        (Routine, lambda number: RoutineFactory(exercises=[ExerciseFactory(), ExerciseFactory()])),
        (GuidePage, lambda number: GuidePageFactory()),
        (SafetyNote, lambda number: SafetyNoteFactory()),
    ],
)
def test_lists_cost_the_same_however_long(
    editor: Client, model: Any, factory: Any, django_assert_num_queries: Any
) -> None:

    for number in range(2):
        factory(number)
    url = address("changelist", model)
    editor.get(url)
    for query in ({}, {"pack": "made"}, {"q": "e"}):
        with CaptureQueriesContext(connection) as few:
            editor.get(url, query)
        for number in range(10):
            factory(len(few) * 100 + number + len(str(query)) * 1000)
        with django_assert_num_queries(len(few)):
            editor.get(url, query)


@pytest.mark.usefixtures("loaded")
def test_pages_of_the_admin_have_no_inline_script_or_style(editor: Client) -> None:
    edit_bridge(editor)
    _, (_, way_back) = history(editor, bridge())
    urls = [
        reverse("admin:index"),
        address("changelist", Exercise),
        address("add", Exercise),
        *(address(action, bridge()) for action in ("change", "history", "reset")),
        way_back,
        address("delete", ExerciseFactory()),
    ]
    for url in urls:
        page = editor.get(url)
        assert page.status_code == 200
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page.text), url
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_looking_locks_nothing(editor: Client) -> None:
    own = GuidePageFactory()
    for url in (address("change", own), address("history", own), address("changelist", GuidePage)):
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(url).status_code == 200
        assert not any("BEGIN" in query["sql"] or "FOR UPDATE" in query["sql"] for query in queries)


def test_every_kind_can_be_searched_and_filtered(editor: Client) -> None:
    admins: Iterable[Any] = (ExerciseAdmin, GuidePageAdmin, RoutineAdmin, SafetyNoteAdmin, SourceAdmin)
    for found in admins:
        assert found.search_fields
        assert found.list_filter


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "asked",
    [
        "summary__regex=([a-z ]%2B)%2B%230",
        *("slug__regex=(", "name__iregex=[", "name__contains=a", "precautions__contains=x", "source__title__regex=("),
        *("id=1", "id__range=1", "id__in=99999999999999999999999", "order__in=9223372036854775808", "order=1"),
        *("source__id__exact=9223372036854775808", "source=99999999999999999999999", "source__id__exact=%D9%A3"),
        *("source__id__exact=" + "9" * 5000, "source__exact=x", "retired__exact=x", "opt_in__exact=%00"),
        *("retired__id__exact=1", "retired__exact__regex=(", "no_such=1"),
    ],
)
def test_list_answers_only_what_its_filters_ask(editor: Client, asked: str) -> None:
    response = editor.get(f"{address('changelist', Exercise)}?{asked}")
    assert response.status_code in (302, 400)
    assert response.status_code == 400 or response.headers["Location"].endswith("?e=1")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("model", [Source, Exercise, Routine, GuidePage, SafetyNote])
def test_every_link_of_a_lists_filters_is_answered(editor: Client, model: Any) -> None:
    url = address("changelist", model)
    links = set(re.findall(r'href="(\?[^"]+)"', editor.get(url).text))
    assert len(links) > 4
    for link in links:
        assert editor.get(url + unescape(link)).status_code == 200, link


@pytest.mark.usefixtures("loaded")
def test_list_words_each_dose(editor: Client) -> None:
    text = editor.get(address("changelist", Exercise), {"q": "pelvis"}).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "start with 5 a day, build up to 30" in text
    assert ">Cat<" not in text


@pytest.mark.usefixtures("loaded")
def test_lists_name_their_sources_by_title(editor: Client) -> None:
    source = Source.objects.create(slug="long", title="A title of many words that goes on and on", kind="article")
    note = SafetyNote.objects.create(slug="new", kind="urgent", text="New.", order=99)
    note.sources.add(source)
    assert "A title of many words that …" in editor.get(address("changelist", SafetyNote)).text


def test_admin_has_the_sites_icon(editor: Client) -> None:
    assert re.search(r'<link rel="icon" href="[^"]*mark[^"]*\.svg"', editor.get(reverse("admin:index")).text)


# --- What no page of ours sends --------------------------------------------------------------------------------------


TAMPERED = [
    *(("phases-INITIAL_FORMS", value) for value in ("0", "1", "٣", "-1", "9999", "1" * 30, "x", "", "\0")),
    *(("phases-TOTAL_FORMS", value) for value in ("0", "-1", "1" * 30, "x")),
    *(("dose-INITIAL_FORMS", value) for value in ("0", "2")),
    ("phases-0-id", ""),
    ("phases-99-id", "1"),
]


@pytest.mark.usefixtures("loaded")
def test_form_whose_parts_were_tampered_with_is_a_bad_request(editor: Client) -> None:
    url = address("change", bridge())
    good, before = filled(editor, url, summary="Tampered."), list(bridge().phases.values())
    for field, value in TAMPERED:
        more = {"phases-TOTAL_FORMS": "100"} if field == "phases-99-id" else {}
        assert editor.post(url, good | {field: value} | more).status_code == 400, (field, value)
        assert list(bridge().phases.values()) == before, (field, value)
        assert bridge().summary != "Tampered.", (field, value)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("field", ["phases-INITIAL_FORMS", "phases-TOTAL_FORMS"])
def test_form_without_the_count_of_its_parts_is_refused(editor: Client, field: str) -> None:
    url = address("change", bridge())
    data = filled(editor, url, summary="Tampered.", **{field: None})
    assert 400 <= editor.post(url, data).status_code < 500
    assert bridge().summary != "Tampered."
