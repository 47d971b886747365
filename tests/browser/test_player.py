"""The guided player in a real browser, on a fast clock: by eye, by ear, by keyboard, with a reload, with a stop."""

import datetime
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from exercises.models import Routine
from tests.factories import ProfileFactory
from tracking.models import Session

PHONE: ViewportSize = {"width": 390, "height": 844}
ROUTINE = "/routines/morning-and-evening/practice/"
MORNING = f"{ROUTINE}?period=am"
# A clock that the test steps on: each turn of the page is a fifth of a second of the practice, up to a given time.
CLOCK = """
window.backcareClock = {
  time: 0, until: Infinity,
  now() { return this.time; },
  frame(call) {
    const turn = () => {
      if (this.time >= this.until) return setTimeout(turn, 5);
      this.time += 200;
      call();
    };
    setTimeout(turn, 0);
  },
};
"""
# Speech, tones, vibration and wake lock that write down what they are asked.
RECORDER = """
window.heard = [];
const clock = () => window.backcareClock.time;
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const speech = {
  speak(line) { heard.push(["voice", line.text, clock()]); line.onstart?.(); setTimeout(() => line.onend?.(), 0); },
  cancel() { heard.push(["hush", "", clock()]); },
};
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.AudioContext = class {
  state = "running"; currentTime = 0; destination = {};
  createGain() { return { gain: { setValueAtTime() {}, linearRampToValueAtTime() {} }, connect() {} }; }
  createOscillator() {
    let hertz = 0;
    return {
      frequency: { setValueAtTime(value) { hertz = value; }, linearRampToValueAtTime() {} },
      connect() {}, start() { heard.push(["tone", hertz, clock()]); }, stop() {},
    };
  }
};
navigator.vibrate = (pattern) => { heard.push(["shake", pattern, clock()]); return true; };
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  heard.push(["awake", "", clock()]);
  return { release: async () => heard.push(["asleep", "", clock()]) };
} } });
"""


@pytest.fixture(autouse=True)
def prepared(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.add_init_script(CLOCK + RECORDER)


@pytest.fixture
def person(page: Page, base_url: str) -> User:
    """Somebody who is signed in and has done nothing yet."""
    user = User.objects.create_user("alice", password="a-calm-morning-walk")
    routine = Routine.objects.get(slug="morning-and-evening")
    ProfileFactory(owner=user, zone="UTC", morning_routine=routine, evening_routine=routine)
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])
    return user


def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait for up to 60 s. The pages' policy forbids Playwright's own way, which evaluates text."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def play_to(page: Page, seconds: float) -> None:
    """Let the practice run to a time on its clock and stand there."""
    page.evaluate("(until) => { backcareClock.until = until * 1000 }", seconds)
    wait(lambda: page.evaluate("backcareClock.time") >= seconds * 1000, f"the clock reaches {seconds} s")


def play_on(page: Page) -> None:
    page.evaluate("backcareClock.until = Infinity")


def heard(page: Page, kind: str) -> list[Any]:
    return [what for how, what, _when in page.evaluate("window.heard") if how == kind]


def shown(page: Page, part: str) -> str:
    return page.locator(f"[data-stage={part}]").inner_text()


def start(page: Page, score: str = "", address: str = MORNING) -> None:
    page.goto(address)
    page.evaluate("backcareClock.until = 0")
    page.locator(f"[data-start='{score}']").click()
    expect(page.locator("#stage")).to_be_visible()


def log_filled_in(page: Page) -> dict[str, str]:
    """Follow the link to the log; return its address's figures."""
    link = page.locator("[data-log][href]")
    address = link.get_attribute("href")
    link.click()
    expect(page).to_have_url(re.compile("/sessions/new/"))
    parts = urlsplit(address or "")
    assert "pain" not in parts.query  # which servers write to their logs
    expect(page).to_have_url(re.compile("/sessions/new/[^#]*$"))
    return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))


def findings(page: Page) -> list[str]:
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in Axe().run(page).response["violations"]]


def test_whole_morning_routine_is_played_with_the_sound_off_and_logged(page: Page, person: User) -> None:
    page.goto(MORNING)
    for name in ("Voice", "Tones", "Vibration"):
        page.get_by_label(name).first.uncheck()
    start(page, "6")
    names = []
    play_on(page)
    while page.locator("#stage").is_visible():
        name = page.evaluate("document.querySelector('[data-stage=name]').textContent")
        if name not in names:
            names.append(name)
        time.sleep(0.05)
    assert names == [
        "Knee-to-chest stretch",
        "Lower back rotational stretch",
        "Lower back flexibility exercise",
        "Bridge",
        "Cat stretch",
    ]
    assert heard(page, "voice") == heard(page, "tone") == heard(page, "shake") == []
    # Exactly as long as the doses at the stated tempo: five exercises, four changes of 10 s, 5 s to get ready.
    assert abs(page.evaluate("backcareClock.time") / 1000 - (88 + 57 + 54 + 72 + 39 + 40 + 5)) < 1

    expect(page.get_by_role("heading", name="Done")).to_be_focused()
    expect(page.get_by_role("heading", name="How much does your back hurt now?")).to_be_hidden()
    assert findings(page) == []
    filled = log_filled_in(page)
    assert filled == {
        "routine": "morning-and-evening",
        "period": "am",
        "date": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}",
        "pain_before": "6",
        "done-knee-to-chest": "2",
        "done-lower-back-rotation": "2",
        "done-lower-back-flexibility": "3",
        "done-bridge": "3",
        "done-cat-stretch": "3",
    }
    expect(page.locator("input[name=pain_before][value='6']")).to_be_checked()
    after = page.locator("input[name=pain_after][value='4']").get_attribute("id")
    page.locator(f"label[for={after}]").click()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/today/"))
    session = Session.objects.get(owner=person)
    assert (session.pain_before, session.pain_after) == (6, 4)
    assert {row.exercise.slug: row.done for row in session.exercises.select_related("exercise")}["bridge"] == 3


def test_whole_routine_can_be_followed_with_the_screen_covered(page: Page, person: User) -> None:
    start(page)
    play_on(page)
    wait(lambda: not page.locator("#stage").is_visible(), "the routine ends")
    said, tones = heard(page, "voice"), heard(page, "tone")
    spoken = " ".join(said)
    # Each exercise is introduced with its name, how much, and the starting position, before it begins.
    assert said[0].startswith("Knee-to-chest stretch. 2 times each side. Lie on your back")
    for name in ("Lower back rotational stretch", "Lower back flexibility exercise", "Bridge", "Cat stretch"):
        assert f"Next: {name}." in spoken
    # Left and right are both announced, left first, and both together.
    sides = [re.search(r"Left side|right side|both together", line) for line in said]
    assert [side[0] for side in sides if side] == [
        "Left side",
        "right side",
        "both together",
        "Left side",
        "right side",
    ]
    # Breaths are counted down, repetitions named, and the end is said.
    assert said.count("2 more") == said.count("Last breath.") == 3
    assert "Repetition 2." in spoken
    assert said[-1].startswith("That was all")
    # Every segment begins with a tone, at its time; the last three seconds before a start are ticked.
    begins = page.evaluate(
        """() => {
          const { exercises } = JSON.parse(document.getElementById("practice").textContent);
          const lead = (one, index) => one.lead.filter(({ kind }) => index > 0 || kind === "ready");
          let at = 0;
          return exercises.flatMap((one, index) => [...lead(one, index), ...one.segments]).map(({ seconds }) => {
            at += seconds;
            return at - seconds;
          });
        }"""
    )
    sounded = [when / 1000 for how, _hertz, when in page.evaluate("window.heard") if how == "tone"]
    assert len(begins) > 60
    assert [at for at in begins if not any(abs(at - when) < 0.3 for when in sounded)] == []
    segments = len(begins)
    assert tones.count(784) >= 3 * 5
    assert len(heard(page, "shake")) >= segments
    # The eyes may stay closed: the screen stays on until the end.
    assert heard(page, "awake") == [""]
    assert heard(page, "asleep") == [""]


def test_pause_reload_and_resume_go_on_where_one_was(page: Page, person: User) -> None:
    start(page, "3")
    play_to(page, 20)
    page.keyboard.press(" ")
    play_on(page)
    time.sleep(0.1)  # a turn that had begun before the key may end
    stood = page.evaluate("backcareClock.time")
    left, number = shown(page, "left"), page.evaluate("document.querySelector('[data-stage=number]').textContent")
    time.sleep(0.3)
    assert (page.evaluate("backcareClock.time") - stood, shown(page, "left")) == (0, left)

    page.reload()
    expect(page.locator("#stage")).to_be_visible()
    expect(page.get_by_role("button", name="Go on", exact=True)).to_be_focused()
    assert (shown(page, "name"), shown(page, "left")) == ("Knee-to-chest stretch", left)
    page.evaluate("backcareClock.until = 0")
    page.keyboard.press(" ")
    assert page.evaluate("document.querySelector('[data-stage=number]').textContent") == number
    play_on(page)
    wait(lambda: not page.locator("#stage").is_visible(), "the routine ends")
    filled = log_filled_in(page)
    assert (filled["pain_before"], filled["done-knee-to-chest"], filled["done-cat-stretch"]) == ("3", "2", "3")


def test_paused_reloaded_resumed_and_stopped_at_the_third_is_exactly_what_the_log_shows(
    page: Page, person: User
) -> None:
    start(page, "4", f"{ROUTINE}?period=pm")
    play_to(page, 20)
    page.keyboard.press(" ")
    expect(page.locator("[data-stage=menu]")).to_be_visible()
    page.reload()
    page.evaluate("backcareClock.until = 0")
    page.get_by_role("button", name="Go on", exact=True).click()
    # Two exercises with three lead-ins: 5 + 88 + 10 + 57 + 10 s. 25 s later one repetition of the third is done.
    play_to(page, 170 + 25 - 20)
    assert shown(page, "name") == "Lower back flexibility exercise"
    page.get_by_role("button", name="Stop: it hurts").click()
    expect(page.get_by_role("heading", name="You stopped, and that was right")).to_be_focused()
    expect(page.locator("#end a[href='/spasm/']")).to_be_visible()
    assert findings(page) == []
    page.reload()
    expect(page.get_by_role("heading", name="You stopped, and that was right")).to_be_visible()
    expect(page.get_by_role("heading", name="How much does your back hurt now?")).to_be_hidden()
    log_filled_in(page)
    done = {field.get_attribute("name"): field.input_value() for field in page.locator("input[name^=done-]").all()}
    assert done == {
        "done-knee-to-chest": "2",
        "done-lower-back-rotation": "2",
        "done-lower-back-flexibility": "1",
        "done-bridge": "0",
        "done-cat-stretch": "0",
    }
    expect(page.locator("input[name=pain_before][value='4']")).to_be_checked()
    expect(page.locator("input[name=period][value=pm]")).to_be_checked()


def test_player_is_led_by_keys_alone(page: Page, person: User) -> None:
    start(page)
    page.keyboard.press("ArrowRight")  # the get-ready
    expect(page.locator("#stage")).to_have_attribute("data-kind", "move")
    page.keyboard.press("ArrowRight")  # the exercise
    expect(page.locator("[data-stage=name]")).to_have_text("Lower back rotational stretch")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-stage=name]")).to_have_text("Knee-to-chest stretch")
    page.keyboard.press(" ")
    expect(page.locator("[data-stage=menu]")).to_be_visible()
    page.keyboard.press(" ")
    expect(page.locator("[data-stage=menu]")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("[data-stage=menu]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#stage")).to_be_hidden()
    page.get_by_role("button", name="Go on where you were").press("Enter")
    expect(page.locator("[data-stage=name]")).to_have_text("Knee-to-chest stretch")
    for _press in range(8):  # Tab goes round within the screen
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('#stage'))"
        )


def test_one_less_takes_a_repetition_off_every_side(page: Page, person: User) -> None:
    start(page)
    play_to(page, 6)
    assert shown(page, "repetition") == "1 of 2"
    page.get_by_role("button", name="One less").click()
    assert shown(page, "repetition") == ""
    expect(page.get_by_role("button", name="One less")).to_be_disabled()
    play_to(page, 5 + 13 + 5 + 13 + 5 + 13 + 1)
    assert shown(page, "name") == "Lower back rotational stretch"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="End and log").click()
    assert log_filled_in(page)["done-knee-to-chest"] == "1"


def test_sides_begun_unevenly_are_told_and_logged_as_they_were(page: Page, person: User) -> None:
    start(page)
    play_to(page, 5 + 26 + 5 + 13 + 1)  # the left side twice, the right side once
    page.get_by_role("button", name="One less").click()
    assert (shown(page, "side"), shown(page, "cue")) == ("Both together", "Now both together")
    page.get_by_role("button", name="Skip wait").click()
    page.get_by_role("button", name="Skip exercise").click()
    page.get_by_role("button", name="Stop: it hurts").click()
    expect(page.locator("[data-done] li").first).to_have_text("Knee-to-chest stretch left 2, right 1")
    assert log_filled_in(page)["done-knee-to-chest"] == "1"


def test_hidden_tab_pauses_and_the_screen_is_kept_awake_again_afterwards(page: Page, person: User) -> None:
    start(page)
    play_to(page, 8)
    for state in ("hidden", "visible"):
        page.evaluate(
            """(state) => {
              Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
              document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )
    expect(page.locator("[data-stage=menu]")).to_be_visible()
    left = shown(page, "left")
    play_on(page)
    time.sleep(0.2)
    assert shown(page, "left") == left
    assert len(heard(page, "awake")) == 2


def test_device_that_slept_miscounts_nothing(page: Page, person: User) -> None:
    start(page)
    play_to(page, 8)
    left = shown(page, "left")
    page.evaluate("backcareClock.time += 3600 * 1000; backcareClock.until = Infinity")
    expect(page.locator("[data-stage=menu]")).to_be_visible()
    assert shown(page, "left") == left


def test_precautions_are_left_out_and_can_be_included(page: Page, person: User) -> None:
    person.profile.precautions = ["osteoporosis"]
    person.profile.save()
    page.goto(ROUTINE)
    expect(page.get_by_label("Do it anyway: Knee-to-chest stretch")).not_to_be_checked()
    before = page.locator("[data-length]").inner_text()
    expect(page.locator("[data-count]")).to_have_text("2 exercises")
    page.get_by_label("Do it anyway: Cat stretch").check()
    assert page.locator("[data-length]").inner_text() != before
    expect(page.locator("[data-count]")).to_have_text("3 exercises")
    expect(page.locator("[data-out]")).to_have_text("Left out: Knee-to-chest stretch, Lower back rotational stretch.")
    page.evaluate("backcareClock.until = 0")
    page.locator("[data-start='']").click()
    assert shown(page, "name") == "Lower back flexibility exercise"
    assert shown(page, "count") == "Exercise 1 of 3"


def test_high_score_is_answered_before_anything_starts(page: Page, person: User) -> None:
    page.goto(MORNING)
    page.evaluate("backcareClock.until = 0")
    page.locator("[data-start='10']").press("Enter")
    expect(page.get_by_role("heading", name="That is a lot")).to_be_focused()
    expect(page.locator("#stage")).to_be_hidden()
    assert findings(page) == []
    high = page.locator("[data-high]")
    expect(high.get_by_role("link", name="What helps now")).to_have_attribute("href", "/spasm/")
    expect(high.get_by_role("link", name="short form")).to_have_attribute(
        "href", re.compile(r"\?period=am&mode=short#pain_before=10$")
    )
    page.get_by_role("button", name="Another number").press("Enter")
    expect(page.locator("[data-start='10']")).to_be_focused()
    page.locator("[data-start='7']").press("Enter")
    page.get_by_role("button", name="Start all the same").press("Enter")
    expect(page.locator("#stage")).to_be_visible()
    page.get_by_role("button", name="Stop: it hurts").click()
    assert log_filled_in(page)["pain_before"] == "7"


def test_short_form_after_a_high_score_does_not_ask_again(page: Page, person: User) -> None:
    page.goto(MORNING)
    page.locator("[data-start='8']").click()
    page.locator("[data-short]").click()
    expect(page.get_by_role("heading", name="Your back hurts 8 of 10 now")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?period=am&mode=short$"))  # neither history nor a bookmark keeps the score
    expect(page.locator("[data-start='8']")).to_be_hidden()
    assert findings(page) == []
    page.get_by_role("button", name="Another number").press("Enter")
    expect(page.locator("[data-start='8']")).to_be_focused()
    page.go_back()
    page.locator("[data-start='7']").click()
    page.locator("[data-short]").click()
    for box in page.locator("[data-exercise]").all():
        box.uncheck()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Tick at least one exercise.")).to_be_visible()
    expect(page.locator("#stage")).to_be_hidden()
    page.locator("[data-exercise]").first.check()
    page.evaluate("backcareClock.until = 0")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Stop: it hurts").click()
    assert log_filled_in(page)["pain_before"] == "7"


@pytest.mark.parametrize("score", ["", "11", "-1", "3.5", "x%00"])
def test_score_in_the_address_that_is_none_is_passed_over(page: Page, person: User, score: str) -> None:
    page.goto(f"{MORNING}#pain_before={score}")
    expect(page.locator("[data-start='0']")).to_be_visible()
    expect(page.locator("[data-known]")).to_be_hidden()


def test_screen_that_was_left_offers_to_go_on_or_to_start_anew(page: Page, person: User) -> None:
    page.goto(MORNING)
    page.evaluate("backcareClock.until = 0")
    page.locator("[data-start='9']").click()
    page.get_by_role("button", name="Start all the same").click()
    play_to(page, 30)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Come back later").click()
    expect(page.get_by_role("button", name="Go on where you were")).to_be_focused()
    expect(page.locator("[data-high]")).to_be_hidden()
    expect(page.locator("[data-start='9']")).to_be_hidden()
    assert findings(page) == []
    page.get_by_role("button", name="Start anew").click()
    expect(page.locator("[data-start='9']")).to_be_visible()
    expect(page.locator("#stage")).to_be_hidden()


def test_single_exercise_that_is_left_out_starts_only_when_asked_twice(page: Page, person: User) -> None:
    person.profile.precautions = ["disc"]
    person.profile.save()
    page.goto("/exercises/locust-pose/practice/")
    page.evaluate("backcareClock.until = 0")
    expect(page.get_by_text("Left out because you told us: disc problem.").first).to_be_visible()
    expect(page.locator("[data-start='3']")).to_be_hidden()
    assert findings(page) == []
    page.get_by_role("button", name="Do it anyway").press("Enter")
    expect(page.locator("[data-start='0']")).to_be_focused()
    expect(page.locator("[data-facts]")).to_have_text(re.compile("1 exercise, about 1 min"))
    page.locator("[data-start='3']").click()
    expect(page.locator("#stage")).to_be_visible()


def test_keys_are_named_where_there_are_keys(browser: Browser, page: Page, base_url: str) -> None:
    start(page, "", "/exercises/bridge/practice/")
    page.keyboard.press(" ")
    expect(page.locator(".stage__keys")).to_be_visible()
    phone = browser.new_page(has_touch=True, is_mobile=True, base_url=base_url, viewport=PHONE)
    phone.add_init_script(CLOCK + RECORDER)
    start(phone, "", "/exercises/bridge/practice/")
    phone.get_by_role("button", name="Pause").click()
    expect(phone.locator(".stage__paused")).to_be_visible()
    expect(phone.locator(".stage__keys")).to_be_hidden()
    phone.close()


def test_stranger_plays_the_short_form_and_is_offered_to_keep_a_record(page: Page) -> None:
    start(page, "", f"{ROUTINE}?mode=short")
    play_on(page)
    wait(lambda: not page.locator("#stage").is_visible(), "the short form ends")
    assert 150 < page.evaluate("backcareClock.time") / 1000 < 210
    assert page.context.cookies() == []
    assert findings(page) == []
    page.locator("#end").get_by_role("link", name="Sign up").click()
    expect(page).to_have_url(re.compile(r"/accounts/signup/\?next=%2Fsessions%2Fnew%2F.*done-cat-stretch%3D3"))


def test_stranger_practises_one_exercise_and_is_offered_to_keep_a_record(page: Page) -> None:
    start(page, "", "/exercises/bridge/practice/")
    play_to(page, 5 + 24)
    page.get_by_role("button", name="Stop: it hurts").click()
    page.locator("#end").get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=%2Fsessions%2Fnew%2F.*done-bridge%3D1"))
    assert "done-cat-stretch%3D0" in page.url


def test_rest_between_sets_says_which_set_comes(page: Page) -> None:
    start(page, "", "/exercises/superman/practice/")
    assert (shown(page, "count"), shown(page, "next")) == ("", "")  # there is but one
    while page.locator("#stage").get_attribute("data-kind") != "rest":
        play_to(page, page.evaluate("backcareClock.time") / 1000 + 4)
    assert shown(page, "cue") == "Rest. Then set 2 of 3."


def test_hip_flexor_stretch_changes_legs_with_the_side(page: Page) -> None:
    start(page, "", "/routines/prevention/practice/?mode=desk")
    mirrored = "Boolean(document.querySelector('[data-stage=figure] .fx-flip'))"
    play_to(page, 15)
    assert (shown(page, "side"), page.evaluate(mirrored)) == ("Left side", False)
    play_to(page, 55)
    assert (shown(page, "side"), page.evaluate(mirrored)) == ("Right side", True)


def test_figure_moves_in_time_with_the_phase(page: Page) -> None:
    start(page, "", "/exercises/bridge/practice/")
    at = "document.querySelector('[data-stage=figure] .fx-film svg').getCurrentTime()"
    play_to(page, 6)
    lying = page.evaluate(at)
    play_to(page, 8.6)
    lifting = page.evaluate(at)
    play_to(page, 14)
    held = page.evaluate(at)
    play_to(page, 20)
    assert lying < lifting < held == page.evaluate(at)


def test_reduced_motion_changes_from_pose_to_pose(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    start(page, "", "/exercises/bridge/practice/")
    at = "document.querySelector('[data-stage=figure] .fx-film svg').getCurrentTime()"
    play_to(page, 7.4)
    lifting = page.evaluate(at)
    play_to(page, 9.4)
    assert lifting == page.evaluate(at)
    play_to(page, 12)
    expect(page.locator("[data-stage=breath]")).to_be_hidden()
    assert shown(page, "unit") in ("Breathe in", "Breathe out")


def test_screen_at_400_per_cent_scrolls_one_way_and_covers_nothing(page: Page) -> None:
    """320 × 256 is what a window of 1280 × 1024 leaves."""
    page.set_viewport_size({"width": 320, "height": 256})
    start(page)
    for moment in (2, 14, 42):
        play_to(page, moment)
        covered = page.evaluate(
            """() => {
              const stage = document.getElementById("stage");
              const names = ".stage__top, .stage__now, .stage__say, .control--less, .control--hurts";
              const parts = [...stage.querySelectorAll(names)];
              const boxes = parts.map((part) => part.getBoundingClientRect());
              const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
              const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => meet(a, b)));
              return stage.scrollWidth > stage.clientWidth || pairs.includes(true);
            }"""
        )
        assert not covered
        pause = page.locator("[data-do=pause]").bounding_box()
        assert pause
        assert pause["y"] + pause["height"] <= 256
    page.get_by_role("button", name="Stop: it hurts").scroll_into_view_if_needed()
    page.keyboard.press(" ")
    expect(page.locator(".stage__menu .choice").first).to_be_in_viewport()
    assert findings(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "size", [(390, 844), (844, 390), (320, 568), (320, 640), (1280, 800)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_screen_fits_is_readable_and_has_no_findings(page: Page, theme: Any, size: tuple[int, int]) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(ROUTINE)
    assert findings(page) == []
    start(page)
    for moment in (2, 14, 18):
        play_to(page, moment)
        overflow = page.evaluate(
            "(() => { const s = document.getElementById('stage'); return s.scrollWidth - s.clientWidth })()"
        )
        assert overflow <= 0
        for button in page.locator(".control").all():
            box = button.bounding_box()
            assert box
            assert box["width"] >= 64
            assert box["height"] >= 64
            assert box["y"] + box["height"] <= size[1]
    number = page.evaluate("parseFloat(getComputedStyle(document.querySelector('[data-stage=number]')).fontSize)")
    assert number >= (56 if min(size) <= 320 else 68)
    assert findings(page) == []
    page.keyboard.press("Escape")
    assert findings(page) == []


def test_announcements_do_not_flood(page: Page) -> None:
    start(page, "", "/exercises/bridge/practice/")
    page.evaluate(
        """() => {
          window.announced = [];
          new MutationObserver(() => announced.push(document.querySelector("[data-live]").textContent))
            .observe(document.querySelector("[data-live]"), { childList: true });
        }"""
    )
    play_to(page, 5 + 24)
    announced = page.evaluate("announced")
    assert announced == [
        "Tighten your stomach muscles and your buttocks.",
        "Lift your hips to a straight line from your knees to your shoulders.",
        "Stay up and breathe deeply. Head and shoulders relaxed.",
        "Lower your hips gently to the floor.",
        "Repetition 2.",
    ]
    assert page.locator("[aria-live]").count() == 1


def test_page_does_not_jump_when_the_script_comes(page: Page) -> None:
    page.add_init_script(
        """window.jumped = 0;
        new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { jumped += value; }))
          .observe({ type: "layout-shift", buffered: true });"""
    )

    def late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/player.js", late)
    page.goto(ROUTINE)
    expect(page.locator("[data-scripted]")).to_have_count(0)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("jumped") < 0.02


def test_switches_are_remembered(page: Page) -> None:
    page.goto(ROUTINE)
    page.get_by_label("Voice").first.uncheck()
    page.reload()
    expect(page.get_by_label("Voice").first).not_to_be_checked()
    expect(page.get_by_label("Tones").first).to_be_checked()


def test_without_script_it_is_a_list_with_doses(browser: Browser, base_url: str) -> None:
    page = browser.new_page(java_script_enabled=False, base_url=base_url, viewport=PHONE)
    page.goto(ROUTINE)
    expect(page.locator("[data-start]")).to_be_hidden()
    assert page.locator(".parts > li").count() == 5
    expect(page.get_by_text("5 today (3 now, 2 later)").first).to_be_visible()
    page.locator("summary", has_text="Position and steps").first.click()
    expect(page.get_by_text("With both hands, pull one knee gently to your chest.")).to_be_visible()
    expect(page.get_by_role("link", name="Log it without the timer")).to_be_visible()
    page.close()
