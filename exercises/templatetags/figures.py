"""Template tags that show the exercises' figures: moving, as stills, as icons and as storyboards.

Each takes an exercise, or a figure's name. An exercise without a figure shows its picture; one with neither, as an
editor's own may be, shows nothing. Who is drawn: the tag's ``look``, else the choice of the person who looks, else the
figure's own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from exercises.captions import CAPTIONS
from exercises.figures import catalogue, drawn
from exercises.figures.body import LOOKS
from exercises.illustrations import LOOK_KEY, Illustrated, Picture

register = template.Library()

FIGURES = catalogue.names()
SVG = re.compile(r'<svg [^>]*?viewBox="(?P<box>[^"]+)"(?P<rest>[^>]*)>(?P<body>.*)</svg>', re.DOTALL)


@dataclass(frozen=True)
class Art:
    """A drawing, ready to stand in a page: its view box, further attributes, and the trusted SVG inside."""

    box: str
    attributes: SafeString
    body: SafeString


@cache
def art(look: str, name: str, kind: str = "") -> Art:
    """Return a drawn file's parts. Raises FileNotFoundError when there is none."""
    found = SVG.match(drawn.read(look, name, kind))
    if found is None:
        raise ValueError(f"{name}.{kind} of look {look} is no drawing")
    # the files are drawn by draw_figures and compared with the poses by a test; no user's text is in them
    return Art(found["box"], mark_safe(found["rest"].strip()), mark_safe(found["body"]))  # noqa: S308


def worn_look(context: Context, name: str, look: str) -> str:
    """Return who is drawn. Raises KeyError for an unknown figure."""
    wishes = (look, chosen_look(context))
    return next((key for wish in wishes for key in LOOKS if key == wish), catalogue.figure(name).look)


def chosen_look(context: Context) -> str:
    """Return the look that the person chose; without asking for a session where there is none, so that none is made."""
    request = getattr(context, "request", None)  # kept in what is included with "only" as well
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return str(getattr(request, "session", {}).get(LOOK_KEY, ""))


def name_of(shown: Illustrated | str) -> str:
    """Return the name of a figure, or nothing where none is drawn."""
    name = shown.figure if isinstance(shown, Illustrated) else shown
    return name if name in FIGURES else ""


def picture_of(shown: Illustrated | str) -> Picture | None:
    return shown.known_picture() if isinstance(shown, Illustrated) else None


def number(context: Context) -> int:
    """Return how many figures this page has so far: the lowest layer of the render context lasts for the whole page."""
    page: dict[Any, Any] = context.render_context.dicts[0]
    page["figures"] = page.get("figures", 0) + 1
    return int(page["figures"])


def classes(look: str, side: str, more: str = "") -> str:
    """Return the drawing's classes; a drawing for the left side is the mirror image."""
    return f"fx fx-{look}" + (" fx-flip" if side == "left" else "") + (f" {more}" if more else "")


@dataclass(frozen=True)
class Still:
    pose: str
    label: str
    art: Art


def stills(name: str, look: str) -> Sequence[Still]:
    keys = catalogue.poses(name)
    return [Still(key, position_label(name, key), art(look, name, key)) for key in keys]


def position_label(name: str, pose: str) -> str:
    keys = catalogue.poses(name)
    words = {"title": CAPTIONS[name].title, "number": keys.index(pose) + 1, "count": len(keys)}
    return gettext("%(title)s, position %(number)d of %(count)d") % words


@register.inclusion_tag("exercises/_figure.html", takes_context=True)
def figure(context: Context, shown: Illustrated | str, look: str = "", side: str = "") -> dict[str, Any]:
    """Show a moving figure with its pause button; without script, in print or with reduced motion, its stills.

    side "left" mirrors the figure, unless it moves to both sides anyway. Needs figures.css and, for the movement, the
    module figures.js.
    """
    name = name_of(shown)
    if not name:
        return {"name": "", "shown": shown, "picture": picture_of(shown)}
    worn = worn_look(context, name, look)
    shape = catalogue.figure(name)
    return {
        "name": name,
        "id": f"figure-{number(context)}",
        "title": CAPTIONS[name].title,
        "desc": CAPTIONS[name].desc,
        "classes": classes(worn, "" if any(pose.endswith("-left") for pose in shape.poses) else side),
        "film": art(worn, name),
        "stills": stills(name, worn),
    }


@register.simple_tag(takes_context=True)
def figure_still(
    context: Context, shown: Illustrated | str, pose: str, look: str = "", side: str = "", alt: str | None = None
) -> SafeString:
    """Show one position.

    alt: the text alternative; empty for a picture that only repeats the words beside it. side "left" shows the
    figure's own drawing of that side ("pull-left" for "pull") or else the mirror image.
    """
    name = name_of(shown)
    if not name:
        return photograph(shown, "", alt)
    if pose not in catalogue.poses(name):
        return SafeString("")
    worn = worn_look(context, name, look)
    if side == "left" and f"{pose}-left" in catalogue.poses(name):
        pose, side = f"{pose}-left", ""
    label = position_label(name, pose) if alt is None else alt
    return drawing(classes(worn, side), art(worn, name, pose), label)


@register.simple_tag(takes_context=True)
def figure_icon(context: Context, shown: Illustrated | str, look: str = "") -> SafeString:
    """Show a small decorative drawing for lists, hidden from assistive technology."""
    name = name_of(shown)
    if not name:
        return photograph(shown, "fx-icon", "")
    worn = worn_look(context, name, look)
    return drawing(classes(worn, "", "fx-icon"), art(worn, name, "icon"), "")


@register.simple_tag(takes_context=True)
def figure_storyboard(context: Context, shown: Illustrated | str, look: str = "") -> SafeString:
    """Show all positions side by side in one drawing, for print."""
    name = name_of(shown)
    if not name:
        return photograph(shown, "fx-story", None)
    worn = worn_look(context, name, look)
    label = f"{CAPTIONS[name].title}. {CAPTIONS[name].desc}"
    return drawing(classes(worn, "", "fx-story"), art(worn, name, "story"), label)


def drawing(css: str, drawn_art: Art, label: str) -> SafeString:
    """Return an inline SVG with a text alternative, or hidden from assistive technology when that is empty."""
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="{}" focusable="false" {}>{}</svg>', css, drawn_art.box, named, drawn_art.body
    )


def photograph(shown: Illustrated | str, css: str, alt: str | None) -> SafeString:
    """Return an exercise's picture for a list, fetched when it comes into view; its own words where ``alt`` is None."""
    picture = picture_of(shown)
    if picture is None or not isinstance(shown, Illustrated):
        return SafeString("")
    return format_html(
        '<img class="{}" src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        f"fx fx-photo {css}".strip(),
        picture.url,
        picture.width,
        picture.height,
        shown.picture_alt if alt is None else alt,
    )
