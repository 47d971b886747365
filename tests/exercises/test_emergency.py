"""Whom to call: the right country's numbers, on pages that stay everybody's, and no start on a wrong one."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from exercises.emergency import DEFAULT, here, numbers, read
from tests.factories import UserFactory


@pytest.mark.parametrize(
    ("zone", "languages", "number"),
    [
        ("Europe/Zurich", "", "144"),
        ("Europe/London", "de-CH", "999"),
        ("Europe/Paris", "en-US,en;q=0.9", "112"),  # the zone says where one is, the language does not
        ("America/Toronto", "", "911"),
        ("UTC", "en-GB,en;q=0.9", "999"),
        ("", "zh-Hant-US", "911"),
        ("", "en;q=0.9,en-GB", "112"),
        ("Mars/X", "<script>", "112"),
        ("", "", "112"),
    ],
)
def test_the_number_is_that_of_the_zones_country(zone: str, languages: str, number: str) -> None:
    assert here(zone, languages).emergency == number


def test_some_countries_have_a_line_for_urgent_advice() -> None:
    assert (here("Europe/London").urgent, here("Europe/Zurich").urgent) == ("111", "")


def test_every_country_has_a_name() -> None:
    assert [one.region for one in numbers().values() if one.name in ("", one.region)] == []
    assert dict(read({"FR": "15"}))["FR"].name == "France"


@pytest.mark.parametrize(
    "given",
    [
        *({region: "999"} for region in ("gb", "GBR", "", "**")),
        *({"GB": value} for value in ("", "999/", "9", "a/b", "1/2/3", "javascript:1", "112 ", "1" * 40)),
    ],
)
def test_a_number_that_cannot_be_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="BACKCARE_EMERGENCY"):
        dict(read(given))


def test_our_own_numbers_can_be() -> None:
    assert set(dict(read(DEFAULT))) == set(DEFAULT)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/safety/", "/spasm/"])
def test_the_public_pages_name_every_number_and_are_the_same_for_all_strangers(client: Client, address: str) -> None:
    client.cookies["zone"] = "Europe%2FZurich"
    page = client.get(address, headers={"Accept-Language": "en-GB"})
    assert page.text.index('href="tel:112"') < page.text.index('href="tel:144"') < page.text.index('href="tel:999"')
    assert 'href="tel:0800611116"' in page.text
    assert "This list is the site's own; no source on this page gives it." in page.text
    assert "public" in page["Cache-Control"]
    assert page.content == Client().get(address).content


@pytest.mark.django_db
def test_the_spasm_page_begins_with_the_number_of_where_a_person_is(client: Client) -> None:
    client.force_login(UserFactory())
    client.cookies["zone"] = "Europe%2FZurich"
    text = client.get("/spasm/").text
    assert text.index('href="tel:144"') < text.index('href="tel:112"')
    assert 'href="/flares/new/"' in text
