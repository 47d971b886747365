"""Template tags that show the exercises' figures: moving, as stills, as icons and as storyboards.

A name without a figure renders nothing: an editor's own exercise may have none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from exercises.figures import catalogue, drawn
from exercises.figures.body import LOOKS

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


def figure_choices() -> list[tuple[str, str]]:
    """Return name and translated title of every figure, for a form's choices."""
    return [(name, gettext(catalogue.title(name))) for name in FIGURES]


def look_choices() -> list[tuple[str, Any]]:
    """Return the three persons, for a person's settings."""
    words = (gettext_lazy("Short dark hair"), gettext_lazy("Hair in a bun"), gettext_lazy("Chin-length grey hair"))
    return list(zip(LOOKS, words, strict=True))


def chosen_look(name: str, look: str) -> str:
    return next((key for key in LOOKS if key == look), catalogue.figure(name).look)


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
    words = {"title": gettext(catalogue.title(name)), "number": keys.index(pose) + 1, "count": len(keys)}
    return gettext("%(title)s, position %(number)d of %(count)d") % words


@register.inclusion_tag("exercises/_figure.html", takes_context=True)
def figure(context: Context, name: str, look: str = "", side: str = "") -> dict[str, Any]:
    """Show a moving figure with its pause button; without script, in print or with reduced motion, its stills.

    side "left" mirrors the picture, unless the figure moves to both sides anyway. Needs figures.css and, for the
    movement, the module figures.js.
    """
    if name not in FIGURES:
        return {"name": ""}
    worn = chosen_look(name, look)
    shape = catalogue.figure(name)
    return {
        "name": name,
        "id": f"figure-{number(context)}",
        "title": gettext(shape.title),
        "desc": gettext(shape.desc),
        "classes": classes(worn, "" if any(pose.endswith("-left") for pose in shape.poses) else side),
        "film": art(worn, name),
        "stills": stills(name, worn),
    }


@register.simple_tag
def figure_still(name: str, pose: str, look: str = "", side: str = "", alt: str | None = None) -> SafeString:
    """Show one position.

    alt: the text alternative; empty for a picture that only repeats the words beside it. side "left" shows the
    figure's own drawing of that side ("pull-left" for "pull") or else the mirror image.
    """
    if name not in FIGURES or pose not in catalogue.poses(name):
        return SafeString("")
    worn = chosen_look(name, look)
    if side == "left" and f"{pose}-left" in catalogue.poses(name):
        pose, side = f"{pose}-left", ""
    label = position_label(name, pose) if alt is None else alt
    return picture(classes(worn, side), art(worn, name, pose), label)


@register.simple_tag
def figure_icon(name: str, look: str = "") -> SafeString:
    """Show a small decorative drawing for lists, hidden from assistive technology."""
    if name not in FIGURES:
        return SafeString("")
    worn = chosen_look(name, look)
    return picture(classes(worn, "", "fx-icon"), art(worn, name, "icon"), "")


@register.simple_tag
def figure_storyboard(name: str, look: str = "") -> SafeString:
    """Show all positions side by side in one drawing, for print."""
    if name not in FIGURES:
        return SafeString("")
    worn = chosen_look(name, look)
    shape = catalogue.figure(name)
    label = f"{gettext(shape.title)}. {gettext(shape.desc)}"
    return picture(classes(worn, "", "fx-story"), art(worn, name, "story"), label)


def picture(css: str, drawing: Art, label: str) -> SafeString:
    """Return an inline SVG with a text alternative, or hidden from assistive technology when that is empty."""
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="{}" focusable="false" {}>{}</svg>', css, drawing.box, named, drawing.body
    )
