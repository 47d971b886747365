"""Whom to call, by country: well-known public numbers, with what the operator set in ``BACKCARE_EMERGENCY``.

Our own numbers are an editor's list. Neither the articles nor the guidelines behind the signs give them, and no source
was looked up for each: whoever runs a site checks those of its countries first, and sets what differs.

Which country it is follows from the device's time zone, which says where somebody is; where that names no country, from
the language's region (en-GB).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy

ANYWHERE = "*"
REGION = re.compile(r"[A-Z]{2}|\*")  # ISO 3166-1, alpha-2
NUMBER = re.compile(r"\+?[0-9](?: ?[0-9]){1,15}")
IN_A_LANGUAGE = re.compile(r"\s*[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})\b", re.IGNORECASE)
# An emergency, and after the stroke, where the country has one, the line for urgent advice that is no emergency. 112 is
# the number of the European Union, and mobile phones take it nearly everywhere (GSM standard).
DEFAULT = {
    ANYWHERE: "112",
    "AT": "144/1450",
    "AU": "000/1800 022 222",
    "BR": "192",
    "CA": "911/811",
    "CH": "144",
    "DE": "112/116117",
    "GB": "999/111",
    "JP": "119",
    "MX": "911",
    "NZ": "111/0800 611 116",
    "US": "911",
}
NAMES = {
    ANYWHERE: gettext_lazy("Europe, and most mobile phones elsewhere"),
    "AT": gettext_lazy("Austria"),
    "AU": gettext_lazy("Australia"),
    "BR": gettext_lazy("Brazil"),
    "CA": gettext_lazy("Canada"),
    "CH": gettext_lazy("Switzerland"),
    "DE": gettext_lazy("Germany"),
    "GB": gettext_lazy("United Kingdom"),
    "JP": gettext_lazy("Japan"),
    "MX": gettext_lazy("Mexico"),
    "NZ": gettext_lazy("New Zealand"),
    "US": gettext_lazy("United States"),
}


@dataclass(frozen=True)
class Numbers:
    """A country's number for an emergency, and the one for urgent advice; empty where there is none."""

    region: str
    emergency: str
    urgent: str = ""

    @property
    def name(self) -> str:
        """The country's name; where we have none in the reader's language, the zone database's English one."""
        return str(NAMES.get(self.region) or table("iso3166.tab").get(self.region, self.region))


@cache
def numbers() -> dict[str, Numbers]:
    """Return the numbers in force by region, ANYWHERE's first.

    Raises ImproperlyConfigured, with the reason, when the operator's cannot be: nobody may find a wrong one in need.
    """
    return dict(sorted(read(DEFAULT | settings.EMERGENCY)))


def read(given: dict[str, str]) -> Iterator[tuple[str, Numbers]]:
    """Yield the numbers by region from ``{"GB": "999/111"}``. Raises ImproperlyConfigured."""
    for region, value in given.items():
        parts = value.split("/")
        if not REGION.fullmatch(region):
            raise ImproperlyConfigured(f"BACKCARE_EMERGENCY: a region is two capital letters or *, not {region!r}")
        if len(parts) > 2 or not all(NUMBER.fullmatch(part) for part in parts):
            raise ImproperlyConfigured(f"BACKCARE_EMERGENCY: {region}={value!r} is not like 112 or 999/111")
        yield region, Numbers(region, *parts)


def here(zone: str = "", languages: str = "") -> Numbers:
    """Return whom to call for somebody in ``zone``, whose browser accepts ``languages`` (as its header says)."""
    spoken = IN_A_LANGUAGE.match(languages)
    region = table("zone.tab").get(zone) or (spoken[1].upper() if spoken else ANYWHERE)
    return numbers().get(region, numbers()[ANYWHERE])


@cache
def table(name: str) -> dict[str, str]:
    """Return a table of the zone database: zones to regions (zone.tab), or regions to names (iso3166.tab)."""
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows} if name == "zone.tab" else {row[0]: row[1] for row in rows}
