"""One exercise's target: the advice and its reason, another figure of one's own, taking in and swapping."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exercises.models import Exercise
from tracking import targets
from tracking.choosing import DoseChoiceForm, Readiness, SwapForm, TakeInForm, variations
from tracking.circumstances import Circumstances
from tracking.models import DoseChoice, ExerciseChoice, Period, Profile
from tracking.progression import Range
from tracking.requests import UserRequest, device_zone, private, zone_in_force
from tracking.targets import Slot, Target
from tracking.thresholds import rules

LAST = 20  # choices on the page


class Page:
    """What the views of one exercise's target have in common. 5 queries."""

    def __init__(self, request: UserRequest, slug: str) -> None:
        self.exercise = get_object_or_404(Exercise.objects.doable().select_related("dose"), slug=slug)
        self.request, self.owner = request, request.user
        self.profile = Profile.objects.of(request.user)
        self.zone = zone_in_force(request, self.profile)
        self.today = timezone.localtime(timezone=ZoneInfo(self.zone)).date()
        self.circumstances = Circumstances.of(request.user, self.today)
        # The whole day's advice, whatever routine the exercise is in, as it stands after what the morning told.
        slot = Slot(self.today, Period.EVENING, {}, zone=self.zone)
        [self.target] = targets.propose(self.profile, slot, [self.exercise], self.circumstances)

    def dose_form(self, data: Any = None) -> DoseChoiceForm:
        initial = {"target": _figure(self.target)}
        return DoseChoiceForm(data, owner=self.owner, zone=self.zone, offered=self.target, initial=initial)

    def readiness(self) -> Readiness:
        return Readiness.of(self.owner, self.circumstances, rules())

    def show(self, status: int = 200, **forms: Any) -> HttpResponse:
        choices = DoseChoice.of(self.owner).kept().filter(exercise=self.exercise).order_by("-date", "-entered_at")
        span = self.target.span
        figure = _figure(self.target)
        swaps = ExerciseChoice.objects.owned_by(self.owner).filter(instead__isnull=False)
        undone = _row(self.request.GET.get("undo", ""))
        context = {
            "exercise": self.exercise,
            "target": self.target,
            "today": self.today,
            "grows": span is not None and span.start < span.goal,
            "span": span,
            "steps": _steps(span, figure) if span else [],
            "form": self.dose_form(),
            "choices": choices[:LAST],
            "deleted": undone and DoseChoice.of(self.owner).filter(pk=undone, deleted_at__isnull=False).first(),
            "rules": rules(),
            "readiness": self.readiness() if self.exercise.opt_in else None,
            "variations": variations(self.profile, self.exercise),
            "instead": swaps.filter(exercise=self.exercise).select_related("instead").first(),
            "takes_place_of": swaps.filter(instead=self.exercise).select_related("exercise").first(),
        }
        return render(self.request, "tracking/target_detail.html", context | forms, status=status)


@private
@require_safe
def target_detail(request: UserRequest, slug: str) -> HttpResponse:
    """Show one exercise's target, its reason and what can be chosen. 13 queries at most."""
    return Page(request, slug).show()


@private
@require_POST
def target_choose(request: UserRequest, slug: str) -> HttpResponse:
    """Keep a figure of one's own."""
    page = Page(request, slug)
    form = page.dose_form(request.POST)
    status = form.attempt()
    if status != 200:
        return page.show(status, form=form)
    messages.success(request, _("Your choice is kept."))
    return redirect("tracking:target-detail", slug)


@private
@require_POST
def target_take_in(request: UserRequest, slug: str) -> HttpResponse:
    """Take a loading exercise in, or leave it out again. Twice is once."""
    with transaction.atomic():
        Profile.objects.lock(request.user, device_zone(request) or "UTC", written=())
        page = Page(request, slug)
        form = TakeInForm(request.POST, readiness=page.readiness())
        accepted = page.exercise.opt_in and form.is_valid()
        if accepted:
            form.store(page.owner, page.exercise)
        else:
            transaction.set_rollback(True)  # the lock is a new edition, and what is refused makes none
    return redirect("tracking:target-detail", slug) if accepted else page.show(422, form=page.dose_form(), wrong=form)


@private
@require_POST
def target_swap(request: UserRequest, slug: str) -> HttpResponse:
    """Swap an exercise for an unmarked variation, or back. Twice is once."""
    with transaction.atomic():
        Profile.objects.lock(request.user, device_zone(request) or "UTC", written=())
        page = Page(request, slug)
        form = SwapForm(request.POST, offered=variations(page.profile, page.exercise))
        accepted = form.is_valid()
        if accepted:
            form.store(page.owner, page.exercise)
        else:
            transaction.set_rollback(True)  # the lock is a new edition, and what is refused makes none
    return redirect("tracking:target-detail", slug) if accepted else page.show(422, wrong=form)


@private
@require_POST
def choice_delete(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Go back to the advice. What was logged with the choice stays."""
    choice = get_object_or_404(DoseChoice.of(request.user).select_related("exercise"), pk=pk)
    choice.discard()
    return _back(choice, f"?undo={choice.pk}")


@private
@require_POST
def choice_undo(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    choice = get_object_or_404(DoseChoice.of(request.user).select_related("exercise"), pk=pk)
    choice.restore()
    messages.success(request, _("It is back."))
    return _back(choice)


def _back(choice: DoseChoice, query: str = "") -> HttpResponse:
    response = redirect("tracking:target-detail", choice.exercise.slug)
    response["Location"] += query
    return response


def _figure(target: Target) -> int:
    """Return the target in the unit of its dose."""
    return target.reps if target.day is None else target.day


def _steps(span: Range, figure: int) -> list[int]:
    """Return the figures a step below and above, as far as there are any."""
    return sorted({span.within(figure - span.step), span.within(figure + span.step)} - {figure})


def _row(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
