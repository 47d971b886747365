"""The guided player: leads through a routine or one exercise. Open to all; who is signed in gets their own targets.

To a stranger it is content, so the composition root keeps a copy of it for all of them.
"""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from exercises.models import Routine
from tracking import player, targets
from tracking.diary import next_period
from tracking.forms import SessionForm
from tracking.models import Period, Profile
from tracking.requests import zone_in_force
from tracking.targets import Slot, Target


def routine_practice(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead through a routine, whole or in a shorter ``mode``. 1 query for a stranger, 6 with a session."""
    form = _form(request, slug)
    routine, proposed = _proposed(form, slug)
    if routine is None:
        raise Http404(slug)
    mode = request.GET.get("mode", "")
    chosen = player.selected(proposed, mode, routine.slug, routine.times_per_day)
    context = {
        "title": routine.name,
        "above": routine,
        "mode": mode if len(chosen) < len(proposed) else "",
        "modes": player.modes(proposed, routine.slug),
    }
    return _page(request, form, routine, chosen, proposed, context)


def exercise_practice(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead through one exercise, to be logged with a routine that has it. 1 query, 7 with a session."""
    exercise, routine, exercises = player.single(slug)
    if exercise is None:
        raise Http404(slug)
    form = _form(request, routine.slug if routine else "")
    proposed: list[Target] = []
    if form is None:
        own = player.first_targets([exercise])  # the whole dose of a day
        if routine:
            proposed = player.first_targets(exercises, routine.times_per_day)
    else:
        if routine:
            routine, proposed = _proposed(form, routine.slug)
        own = [target for target in proposed if target.exercise == exercise]
        slot = Slot(form.shown_date, form.shown_period, {}, zone=form.device_zone)
        own = own or targets.propose(form.profile, slot, [exercise], form.circumstances)
    context = {"title": exercise.name, "above": exercise, "single": True}
    return _page(request, form, routine, own, proposed, context)


def _proposed(form: SessionForm | None, slug: str) -> tuple[Routine | None, list[Target]]:
    """Return the routine named ``slug`` with its targets: the person's own, or for a stranger where doses start."""
    if form is not None:
        return form.chosen, form.targets if form.chosen else []
    found = targets.routines(slug, ())
    routine, exercises = found[0] if found else (None, [])
    return routine, player.first_targets(exercises, routine.times_per_day) if routine else []


def _form(request: HttpRequest, routine: str = "") -> SessionForm | None:
    """Return the log's form for the slot that the address names or that comes next: its targets are the player's."""
    if not request.user.is_authenticated:
        return None
    profile = Profile.objects.of(request.user)
    zone = zone_in_force(request, profile)
    hour = timezone.localtime(timezone=ZoneInfo(zone)).hour
    asked = request.GET.get("period", "")
    period = asked if asked in Period.values else next_period(Period.values, hour)
    return SessionForm(owner=request.user, profile=profile, zone=zone, initial={"period": period, "routine": routine})


def _page(
    request: HttpRequest,
    form: SessionForm | None,
    routine: Routine | None,
    chosen: list[Target],
    proposed: list[Target],
    context: dict[str, Any],
) -> HttpResponse:
    parts = player.parts(chosen, asked=bool(context.get("single")))
    counts = player.counts(len(parts))
    ticked = [part for part in parts if part.chosen]
    taking_part = {target.exercise.slug for target in chosen}
    log = _log_address(form, routine)
    context |= {
        "parts": parts,
        "count": counts[len(ticked)],
        "seconds": player.length(ticked),
        "left_out": [part.exercise.name for part in parts if part.segments and not part.chosen],
        "rests": None if context.get("single") else targets.all_rest([part.target for part in parts]),
        "done_today": [part.exercise.name for part in parts if not part.segments],
        "held": parts[0] if context.get("single") and not ticked else None,
        "person": form is not None,
        "log": log,
        "logs": bool(form and log),
        "data": {
            "owner": str(request.user.pk) if form else "",
            "words": player.words(),
            "counts": counts,
            "highPain": player.HIGH_PAIN,
            "exercises": [part.data() for part in parts],
            # What takes no part is logged as left out.
            "others": [t.exercise.slug for t in proposed if t.exercise.slug not in taking_part],
        },
    }
    response = render(request, "tracking/player.html", context | {"circumstances": form and form.circumstances})
    if form:
        add_never_cache_headers(response)
    return response


def _log_address(form: SessionForm | None, routine: Routine | None) -> str:
    """Return where the practice is logged; empty where no routine has the exercise.

    A person's slot is fixed here, so that who ends after midnight logs the evening on which they began.
    """
    if routine is None:
        return ""
    slot = {"routine": routine.slug}
    if form:
        slot |= {"period": form.shown_period, "date": form.shown_date.isoformat()}
    return f"{reverse('tracking:session-new')}?{urlencode(slot)}"
