"""A flare on a phone without script: start it, say yes to a sign, see who to call, end it, find the way back."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_every_page import inspect
from tests.browser.test_main_job import PASSWORD
from tests.factories import ProfileFactory
from tracking.models import Flare, Screening


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def tap(page: Page, name: str, role: str = "link") -> None:
    page.get_by_role("main").get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]


def test_a_flare_from_its_start_to_the_way_back_without_script(browser: Browser, base_url: str) -> None:
    profile = ProfileFactory(owner__username="alice")
    profile.owner.set_password(PASSWORD)
    profile.owner.save()
    context = browser.new_context(
        base_url=base_url, java_script_enabled=False, viewport={"width": 360, "height": 740}, is_mobile=True
    )
    page = context.new_page()
    sign_in(page, "alice")
    page.goto("/today/")
    tap(page, "My back is in spasm")
    tap(page, "Pause my exercises", "button")

    expect(page.get_by_role("button", name="None of these")).not_to_be_in_viewport()  # before the list is read
    tap(page, "Not sure? One question at a time")
    expect(page.get_by_role("main")).to_contain_text("Question 1 of 15")
    tap(page, "No")
    page.go_back()
    expect(page.get_by_role("main")).to_contain_text("Question 1 of 15")
    tap(page, "No")
    tap(page, "Yes", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Call for help now")
    expect(page.get_by_role("link", name="Call 144")).to_have_attribute("href", "tel:144")
    assert Screening.objects.get().outcome == "emergency"

    page.goto("/today/")
    expect(page.get_by_role("main")).to_contain_text("Your exercises wait")
    tap(page, "What to do now")
    tap(page, "A professional has looked at it", "button")
    tap(page, "It has calmed")
    tap(page, "It has calmed", "button")
    expect(page.get_by_role("main")).to_contain_text("It lasted 1 day.")
    tap(page, "See the way back")
    expect(page.get_by_role("main")).not_to_contain_text("Your exercises are paused")
    assert Flare.objects.get().ended is not None
    context.close()


def test_pages_for_somebody_in_pain_are_accessible_and_fit(page: Page) -> None:
    profile = ProfileFactory(owner__username="alice")
    profile.owner.set_password(PASSWORD)
    profile.owner.save()
    sign_in(page, "alice")
    page.goto("/flares/new/")
    tap(page, "Pause my exercises", "button")
    flare = Flare.objects.get().get_absolute_url()
    page.get_by_role("button", name="A fever, or feeling unwell.").click()
    answered = Screening.objects.get().get_absolute_url()
    addresses = ("/today/", "/screening/", flare, f"{flare}end/", f"{flare}edit/", answered, "/check-in/", "/flares/")
    assert inspect(page, (*addresses, "/check-ins/", "/pauses/", "/spasm/")) == []
