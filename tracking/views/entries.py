"""Taking back what was entered, and bringing it back: the same for every kind of entry."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracking.models import CheckIn, Flare, Goal, Pause, Questionnaire, Session
from tracking.requests import UserRequest, private

Kind = type[CheckIn | Flare | Goal | Pause | Questionnaire | Session]


@private
@require_POST
def delete(request: UserRequest, pk: uuid.UUID, model: Kind) -> HttpResponse:
    entry: Any = get_object_or_404(model.of(request.user).select_related("owner"), pk=pk)
    entry.discard()
    return redirect(entry)


@private
@require_POST
def undo(request: UserRequest, pk: uuid.UUID, model: Kind) -> HttpResponse:
    entry: Any = get_object_or_404(model.of(request.user).select_related("owner"), pk=pk)
    if entry.restore():
        messages.success(request, _("It is back."))
    else:
        messages.warning(request, entry.stays_deleted)
    return redirect(entry)
