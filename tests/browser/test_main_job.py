"""The main job, as a person does it: find a routine, log a morning and an evening, see both, edit the content."""

import datetime
import re

from django.contrib.auth.models import Group, User
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tracking.models import Session

PASSWORD = "a-calm-morning-walk"
PHONE: ViewportSize = {"width": 390, "height": 844}


def sign_up(page: Page, username: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign up").first.click()
    page.get_by_label("User name").fill(username)
    page.get_by_label(re.compile("^Password")).first.fill(PASSWORD)
    page.get_by_label(re.compile(r"(again|Confirm|Repeat)", re.IGNORECASE)).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=re.compile("Sign up|Create", re.IGNORECASE)).click()
    expect(page).to_have_url(re.compile("/today/$"))


def log(page: Page, period: str, before: int, after: int, note: str = "") -> None:
    page.goto("/today/")
    page.locator(f"a[href*='/sessions/new/?period={period}']").first.click()
    for group, score in (("pain_before", before), ("pain_after", after)):
        page.locator(f"label[for={group_id(page, group, score)}]").click()
    if note:
        page.get_by_label("Note").fill(note)
    page.get_by_role("button", name=re.compile("Save")).click()
    expect(page).to_have_url(re.compile("/(today|sessions/[0-9a-f-]+)/$"))


def group_id(page: Page, name: str, score: int) -> str:
    identity = page.locator(f"input[type=radio][name={name}][value='{score}']").get_attribute("id")
    assert identity
    return identity


def test_a_person_finds_does_logs_and_sees_it(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Morning and evening").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Morning and evening")
    page.get_by_role("main").get_by_role("link", name="Bridge").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bridge")
    expect(page.get_by_role("main")).to_contain_text("3 deep breaths")

    sign_up(page, "alice")
    log(page, "am", before=6, after=4, note="Stiff after the night.")
    log(page, "pm", before=4, after=0)
    page.goto("/today/")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"6\s*→\s*4"))
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"4\s*→\s*0"))

    page.goto("/progress/")
    expect(page.locator("main svg[role=img]").first).to_be_visible()
    while page.locator("main details:not([open])").count():
        page.locator("main details:not([open]) > summary").first.click()
    cells = page.locator("main table").first.locator("td").all_inner_texts()
    assert {"6", "4", "0"} <= {cell.strip() for cell in cells}

    sessions = Session.objects.filter(owner__username="alice").order_by("period")
    assert [(s.period, s.pain_before, s.pain_after) for s in sessions] == [("am", 6, 4), ("pm", 4, 0)]


def test_a_night_and_what_was_too_much_are_told_and_heard(page: Page) -> None:
    page.set_viewport_size(PHONE)
    sign_up(page, "anna")
    page.goto("/check-in/?kind=night")
    page.locator(f"label[for={group_id(page, 'pain', 2)}]").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("Saved.")
    expect(page.get_by_role("link", name="How was the night?")).to_have_count(0)

    page.goto("/sessions/new/?period=am")
    page.locator("[name=felt-bridge]").select_option("too_much")
    page.get_by_role("button", name="Save").click()
    page.goto("/targets/bridge/")
    expect(page.get_by_role("main")).to_contain_text("you found it too much this morning")
    page.get_by_role("button", name="Choose 7").click()
    expect(page.get_by_role("main")).to_contain_text("7 is your own choice, made today.")


def test_an_edit_in_the_admin_shows_on_the_page(page: Page) -> None:
    editor = User.objects.create_user("editor", password=PASSWORD, is_staff=True)
    editor.groups.add(Group.objects.get(name="Editors"))
    page.goto("/admin/")
    page.get_by_label("User name").fill("editor")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=re.compile("Sign in|Log in", re.IGNORECASE)).first.click()
    page.get_by_role("link", name="Exercises", exact=True).first.click()
    page.get_by_role("link", name="Bridge", exact=True).click()
    page.locator("#id_summary").fill("Lift the hips and breathe three times.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.goto("/exercises/bridge/")
    expect(page.get_by_role("main")).to_contain_text("Lift the hips and breathe three times.")


def test_an_impossible_dose_is_refused_where_it_was_typed(page: Page) -> None:
    User.objects.create_superuser("chief", password=PASSWORD)
    page.goto("/admin/")
    page.get_by_label("User name").fill("chief")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=re.compile("Sign in|Log in", re.IGNORECASE)).first.click()
    page.goto("/admin/exercises/exercise/")
    page.get_by_role("link", name="Bridge", exact=True).click()
    page.locator("#id_dose-0-goal").fill("60")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#id_dose-0-goal")).to_have_value("60")
    expect(page.locator(".field-goal .errorlist")).to_be_visible()


def test_a_session_deleted_by_mistake_comes_back(page: Page) -> None:
    page.set_viewport_size(PHONE)
    sign_up(page, "bob")
    log(page, "am", before=3, after=2, note="Keep me.")
    session = Session.objects.get(owner__username="bob")
    page.goto(session.get_absolute_url())
    page.get_by_role("button", name=re.compile("Delete")).click()
    page.get_by_role("button", name=re.compile("Undo")).click()
    page.goto(session.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("Keep me.")


def test_a_taken_slot_offers_its_session_and_keeps_what_was_typed(page: Page) -> None:
    sign_up(page, "carol")
    log(page, "am", before=5, after=3)
    today = Session.objects.get().date
    page.goto(f"/sessions/new/?period=am&date={today - datetime.timedelta(days=1):%Y-%m-%d}")
    page.locator("[name=date]").evaluate("(field, value) => { field.value = value }", f"{today:%Y-%m-%d}")
    page.get_by_label("Note").fill("Typed on another phone.")
    page.get_by_role("button", name=re.compile("Save")).click()
    expect(page.get_by_label("Note")).to_have_value("Typed on another phone.")
    expect(page.locator(f"main a[href*='{Session.objects.get().pk}']").first).to_be_visible()


def test_the_main_job_works_without_script(browser: Browser, base_url: str) -> None:
    page = browser.new_page(java_script_enabled=False, base_url=base_url, viewport=PHONE)
    sign_up(page, "dora")
    log(page, "pm", before=7, after=6)
    page.goto("/progress/")
    expect(page.locator("main svg[role=img]").first).to_be_visible()
    page.goto("/exercises/bridge/")
    expect(page.get_by_role("img", name="position 1 of 2")).to_be_visible()  # a still: nothing moves without script
    expect(page.locator(".fx-film")).to_be_hidden()
    expect(page.locator(".fx-toggle")).to_be_hidden()
    assert Session.objects.get(owner__username="dora").pain_after == 6


def test_a_figure_has_its_room_before_its_script_arrives(page: Page) -> None:
    page.goto("/exercises/knee-to-chest/")
    expect(page.get_by_role("button", name="Pause movement")).to_be_visible()
    below = "document.getElementById('position').getBoundingClientRect().top"
    settled = page.evaluate(below)
    page.route("**/figures*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.reload()
    assert page.evaluate(below) == settled


def test_pause_stops_the_magnified_inset_too(page: Page) -> None:
    page.goto("/exercises/lower-back-flexibility/")
    page.get_by_role("button", name="Pause movement").click()
    stopped = "[...document.querySelectorAll('.fx-film svg')].map((svg) => svg.animationsPaused())"
    assert page.evaluate(stopped) == [True, True]


def test_paper_gets_the_stills_only(page: Page) -> None:
    page.goto("/exercises/superman/")
    expect(page.locator(".fx-live .fx-film")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".fx-film")).to_be_hidden()
    expect(page.locator(".fx-toggle")).to_be_hidden()
    expect(page.get_by_role("img", name="position 2 of 2")).to_be_visible()


def test_the_main_job_works_by_keyboard(page: Page) -> None:
    sign_up(page, "eve")
    page.goto("/sessions/new/?period=am")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.locator("input[name=pain_before]").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name=re.compile("Save")).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/(today|sessions/[0-9a-f-]+)/$"))
    assert Session.objects.filter(owner__username="eve").count() == 1
