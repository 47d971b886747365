"""What every kind of content has in the admin: the pack beside the row, versions to return to, a look before saving."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exercises import differences, versions
from exercises.admin_forms import ContentForm, PlainText, is_key, parts_are_sound
from exercises.models import Exercise, Revision
from exercises.pack import LONGEST
from exercises.records import Stamp, save_other_ends
from exercises.seeded import Seeded

SHOWN_VERSIONS = 100
VERSION_KEY = "%Y%m%dT%H%M%S%f"
LOOKUPS = ("", "__exact", "__isnull", "__id__exact")  # what the links of a list's filters ask
PACK_STATES = {"changed": _("changed by an editor"), "made": _("made by an editor"), "same": _("as the pack gives it")}


class PackFilter(admin.SimpleListFilter):
    """Compares each row and its parts with what the pack gave last."""

    title = _("content pack")
    parameter_name = "pack"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(PACK_STATES.items())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() not in PACK_STATES:
            return queryset
        return queryset.filter(pk__in=[item.pk for item in queryset if pack_state(item) == self.value()])


def pack_state(item: Any) -> str:
    """Return one of PACK_STATES; without a query where the changelist fetched the row's parts."""
    if not item.pack:
        return "made"
    if isinstance(item, Exercise):
        parts = [*([item.dose] if hasattr(item, "dose") else []), *item.phases.all()]
    else:
        parts = list(item.steps.all()) if hasattr(item, "steps") else []
    return "changed" if differences.touched(item, parts) else "same"


class ContentAdmin(admin.ModelAdmin[Any]):
    form = ContentForm
    formfield_overrides = {models.TextField: {"form_class": PlainText, "max_length": LONGEST}}
    save_on_top = True
    object_history_template = "admin/exercises/history.html"
    has_page = True  # can be looked at on the site

    class Media:
        css = {"all": ["css/admin.css"]}

    # --- Lists -------------------------------------------------------------------------------------------------------

    @admin.display(description=_("shown"), boolean=True, ordering="retired")
    def shown(self, item: Any) -> bool:
        return not item.retired

    @admin.display(description=_("content pack"))
    def compared(self, item: Any) -> str:
        return str(PACK_STATES[pack_state(item)])

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow what the filters beside a list ask, and no more: a regular expression could keep a worker for hours."""
        if lookup == PackFilter.parameter_name:
            return True
        if "\0" in value:
            return False
        shown = [found[0] if isinstance(found, tuple) else found for found in self.list_filter]
        field = next((name for name in shown if lookup in [f"{name}{end}" for end in LOOKUPS]), None)
        if not isinstance(field, str):
            return False
        asks_for_a_row = self.opts.get_field(field).is_relation and not lookup.endswith("__isnull")
        return not asks_for_a_row or is_key(value)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Deleting many at once would ask nobody whether a row is the pack's or in use."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # --- One row -----------------------------------------------------------------------------------------------------

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One writer at a time: what the form was checked against is what it is written over."""
        with one_writer(request):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        if request.method == "POST" and not parts_are_sound(request.POST, prefix, inline.model._meta.pk.name):
            raise BadRequest("The form's list of parts does not agree with itself.")
        return super().get_formset_kwargs(request, obj, inline, prefix)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        with one_writer(request):
            return super().delete_view(request, object_id, extra_context)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and reason_to_keep(obj))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj and obj.pack else super().get_prepopulated_fields(request, obj)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return None if obj is None or getattr(obj, "retired", False) else self.page_url(obj)

    def page_url(self, item: Any) -> str | None:
        return str(item.get_absolute_url()) if self.has_page else None

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        item = kwargs.get("obj")
        context["can_preview"] = self.has_page
        if item is not None:
            may_change = self.has_change_permission(request, item)
            context |= {
                "differences": differences.differences(item),
                "reset_url": self.url("reset", item) if item.pack and may_change else "",
                "reason_to_keep": reason_to_keep(item),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save only what was changed: the history has no versions without a difference."""
        if not change or form.changed_data:
            self.stamp(request).put_on(obj)
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = set(form.instance.variations.all()) if isinstance(form.instance, Exercise) else set()
        super().save_related(request, form, formsets, change)
        if isinstance(form.instance, Exercise):
            save_other_ends(before ^ set(form.instance.variations.all()), self.stamp(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        stamp = self.stamp(request)
        for part in formset.save(commit=False):
            stamp.put_on(part)
            part.save()
        for part in formset.deleted_objects:
            stamp.put_on(part)
            part.delete()
        formset.save_m2m()

    def stamp(self, request: HttpRequest) -> Stamp:
        """Return the moment that all rows of one save share in their histories."""
        if not hasattr(request, "stamp"):
            request.stamp = Stamp(timezone.now(), "")  # type: ignore[attr-defined]
        found: Stamp = request.stamp  # type: ignore[attr-defined]
        return found

    # --- A look at what is not saved, or not shown -------------------------------------------------------------------

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if "_preview" in request.POST:
            return self.preview(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_preview" in request.POST:
            return self.preview(request, obj)
        return super().response_change(request, obj)

    def preview(self, request: HttpRequest, item: Any) -> HttpResponse:
        """Return the public page as it would be, and take everything back that was saved for it."""
        if getattr(item, "retired", False):
            type(item)._default_manager.filter(pk=item.pk).update(retired=False)
        url = self.page_url(item) or "/"
        match = resolve(url)
        look = copy(request)
        look.method, look.path, look.path_info, look.GET = "GET", url, url, QueryDict()
        look.resolver_match = match
        messages.info(request, gettext("This is how the page would look. Nothing of it is saved yet."))
        try:
            response: HttpResponse = match.func(look, *match.args, **match.kwargs)
        finally:
            transaction.set_rollback(True)
        return response

    # --- The pack, and earlier versions ------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/reset/", view(alone(self.reset_view)), name=self.url_name("reset")),
            path(
                "<path:object_id>/history/<str:version>/", view(alone(self.restore_view)), name=self.url_name("restore")
            ),
            *super().get_urls(),
        ]

    def url_name(self, action: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{action}"

    def url(self, action: str, item: Any, *more: str) -> str:
        return reverse(f"admin:{self.url_name(action)}", args=[item.pk, *more], current_app=self.admin_site.name)

    def reset_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.item(request, object_id, change=True)
        if not item.pack:
            raise Http404
        wording = {
            "title": gettext("Reset to the pack: %(name)s") % {"name": item},
            "intro": gettext("These fields go back to what the content pack gives. The history keeps your version."),
            "button": gettext("Reset to the pack"),
            "old_heading": gettext("Becomes"),
            "new_heading": gettext("Is now"),
        }
        return self.confirmed(request, item, differences.differences(item), differences.reset, wording)

    def restore_view(self, request: HttpRequest, object_id: str, version: str) -> HttpResponse:
        item = self.item(request, object_id, change=True)
        try:
            when = datetime.strptime(version, VERSION_KEY).replace(tzinfo=UTC)
            changes = versions.way_back(item, when)
        except (ValueError, LookupError) as error:
            raise Http404 from error
        wording = {
            "title": gettext("An earlier version: %(name)s") % {"name": item},
            "intro": gettext("These fields go back to what they were then. The history keeps today's version."),
            "button": gettext("Bring this version back"),
            "old_heading": gettext("Becomes"),
            "new_heading": gettext("Is now"),
        }
        return self.confirmed(request, item, changes, lambda found: versions.restore(found, when), wording)

    def confirmed(
        self,
        request: HttpRequest,
        item: Any,
        changes: list[differences.Difference],
        act: Callable[[Any], int],
        wording: dict[str, str],
    ) -> HttpResponse:
        """Show what an action would change, and do it when that is posted."""
        if request.method != "POST":
            context = self.page_context(request, item) | wording | {"differences": changes}
            return render(request, "admin/exercises/confirm.html", context)
        try:
            with transaction.atomic():
                act(item)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            self.log_change(request, item, wording["title"])
            messages.success(request, gettext("Done. The page shows it at once."))
        return redirect(self.url("change", item))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        item = self.item(request, object_id, change=False)
        found = versions.versions(item)
        rows = [
            (version, self.url("restore", item, version.when.strftime(VERSION_KEY)) if index else "")
            for index, version in enumerate(found[:SHOWN_VERSIONS])
        ]
        context = self.page_context(request, item) | {
            "title": gettext("History: %(name)s") % {"name": item},
            "versions": rows,
            "older": max(len(found) - SHOWN_VERSIONS, 0),
            "may_change": self.has_change_permission(request, item),
        }
        return render(request, self.object_history_template, context | (extra_context or {}))

    def item(self, request: HttpRequest, object_id: str, *, change: bool) -> Any:
        found = self.get_object(request, unquote(object_id))
        allowed = self.has_change_permission if change else self.has_view_or_change_permission
        if not allowed(request, found):
            raise PermissionDenied
        if found is None:
            raise Http404
        return found

    def page_context(self, request: HttpRequest, item: Any) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "object": item,
            "opts": self.opts,
            "module_name": str(self.opts.verbose_name_plural),
        }


@contextmanager
def one_writer(request: HttpRequest) -> Iterator[None]:
    """Let a request that writes content wait for any other, load or editor; one that only reads waits for nobody."""
    if request.method != "POST":
        yield
        return
    with transaction.atomic():
        Revision.lock()
        yield


def alone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with one_writer(request):
            return view(request, *args, **kwargs)

    return wrapper


def reason_to_keep(item: Seeded) -> str:
    """Return why a row cannot be deleted, or nothing."""
    if item.pack:
        return gettext("It came with the content pack: retire it instead of deleting it.")
    for relation in item._meta.get_fields(include_hidden=True):  # what people have logged is hidden from content
        if not isinstance(relation, models.ManyToOneRel) or relation.on_delete is not models.PROTECT:
            continue
        rows: Any = relation.related_model
        if rows._base_manager.filter(**{relation.field.name: item.pk}).exists():
            return gettext("It is in use: retire it instead of deleting it.")
    return ""
