"""The admin's pages for sources, exercises, routines, guide pages and safety notes."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import CheckboxSelectMultiple, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from exercises.admin_forms import DoseFormSet, ExerciseForm, PartForm, PartFormSet, PhaseForm, PhaseFormSet, RowsField
from exercises.editing import ContentAdmin, PackFilter
from exercises.models import Dose, Exercise, GuidePage, Phase, Routine, RoutineStep, SafetyNote, Source
from exercises.templatetags.content import dose_line

SHORT_TITLE = 28
PLACE: Any = (_("On the site"), {"fields": ("slug", "order", "retired")})


def short_titles(sources: Iterable[Source]) -> str:
    """Return the sources' titles for a list's column, each cut to a few words."""
    return "; ".join(Truncator(source.title).chars(SHORT_TITLE) for source in sources)


class DoseInline(admin.StackedInline[Dose, Exercise]):
    model = Dose
    form = PartForm
    formset = DoseFormSet
    min_num, validate_min, can_delete = 1, True, False
    fieldsets = [
        (
            None,
            {
                "fields": (("sets", "reps_min", "reps_max", "per"), ("per_side", "times_per_day")),
                "description": _("As the source gives it. Both numbers are the same where it gives one."),
            },
        ),
        (
            _("Hold"),
            {
                "fields": (("hold_kind", "hold_min", "hold_max"),),
                "description": _("All three, or none where nothing is held."),
            },
        ),
        (
            _("Progression"),
            {
                "fields": (("start", "goal", "step"), "progression_reason"),
                "description": _("Repetitions, from where one starts to the goal; all three, or none."),
            },
        ),
    ]


class PhaseInline(admin.TabularInline[Phase, Exercise]):
    model = Phase
    form = PhaseForm
    formset = PhaseFormSet
    extra = 1
    prepopulated_fields = {"slug": ("cue",)}
    verbose_name_plural = _("phases, in their order: the steps on the page, the player's timer and the figure")


class StepInline(admin.TabularInline[RoutineStep, Routine]):
    model = RoutineStep
    form = PartForm
    formset = PartFormSet
    fields = ("order", "exercise", "retired")
    extra = 1
    verbose_name_plural = _("exercises, in their order")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[RoutineStep]:
        return super().get_queryset(request).select_related("routine", "exercise")


class LinkedAdmin(ContentAdmin):
    """For rows with links to others: tick boxes, which work without a script and show all that there is."""

    def formfield_for_manytomany(
        self, db_field: "models.ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        own = {"widget": CheckboxSelectMultiple, "form_class": RowsField}
        return super().formfield_for_manytomany(db_field, request, **kwargs | own)


@admin.register(Exercise)
class ExerciseAdmin(LinkedAdmin):
    form = ExerciseForm
    inlines = (DoseInline, PhaseInline)
    list_display = ("name", "order", "dose_column", "source_key", "compared", "shown")
    list_filter = (PackFilter, "retired", "opt_in", ("source", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name", "slug", "summary", "position", "cautions", "instead", "phases__cue")
    list_select_related = ("source", "dose")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = [
        (None, {"fields": ("name", "summary", "position", "source")}),
        (_("Care"), {"fields": ("cautions", "instead", "precautions", "opt_in", "correction")}),
        (
            _("Figure or picture"),
            {"fields": ("figure", "picture", "picture_alt", ("picture_author", "picture_licence"))},
        ),
        (_("Variations"), {"fields": ("variations",)}),
        PLACE,
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Exercise]:
        return super().get_queryset(request).select_related("source", "dose").prefetch_related("phases", "variations")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Keep the picture of a preview, which takes all else back: the page that is shown asks for it afterwards."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if "_preview" in request.POST and (picture := getattr(request, "picture", None)):
            picture.keep()
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        request.picture = form.cleaned_data.get("picture")  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    @admin.display(description=_("dose"))
    def dose_column(self, exercise: Exercise) -> str:
        return dose_line(exercise) if hasattr(exercise, "dose") else ""

    @admin.display(description=_("source"), ordering="source__slug")
    def source_key(self, exercise: Exercise) -> str:
        return short_titles([exercise.source])


@admin.register(Routine)
class RoutineAdmin(ContentAdmin):
    inlines = (StepInline,)
    list_display = ("name", "order", "exercise_count", "times_per_day", "compared", "shown")
    list_filter = (PackFilter, "retired", ("source", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name", "slug", "summary", "body", "steps__exercise__name")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = [
        (None, {"fields": ("name", "summary", "body", "correction")}),
        (_("Source"), {"fields": ("source", ("claimed_minutes_min", "claimed_minutes_max"), "times_per_day")}),
        PLACE,
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Routine]:
        return super().get_queryset(request).select_related("source").prefetch_related("steps")

    @admin.display(description=_("exercises"))
    def exercise_count(self, routine: Routine) -> int:
        return sum(not step.retired for step in routine.steps.all())


@admin.register(GuidePage)
class GuidePageAdmin(LinkedAdmin):
    list_display = ("title", "order", "source_keys", "compared", "shown")
    list_filter = (PackFilter, "retired", ("sources", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title", "slug", "summary", "body")
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = [(None, {"fields": ("title", "summary", "body", "correction", "sources")}), PLACE]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[GuidePage]:
        return super().get_queryset(request).prefetch_related("sources")

    @admin.display(description=_("sources"))
    def source_keys(self, page: GuidePage) -> str:
        return short_titles(page.sources.all())


@admin.register(SafetyNote)
class SafetyNoteAdmin(LinkedAdmin):
    list_display = ("text", "kind", "order", "source_keys", "compared", "shown")
    list_filter = ("kind", PackFilter, "retired", ("sources", admin.RelatedOnlyFieldListFilter))
    search_fields = ("text", "slug")
    fieldsets = [(None, {"fields": ("kind", "text", "sources")}), PLACE]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SafetyNote]:
        return super().get_queryset(request).prefetch_related("sources")

    @admin.display(description=_("sources"))
    def source_keys(self, note: SafetyNote) -> str:
        return short_titles(note.sources.all())

    def page_url(self, item: SafetyNote) -> str:
        in_a_spasm = item.kind in (SafetyNote.Kind.HELPS, SafetyNote.Kind.AVOID)
        return reverse("exercises:spasm" if in_a_spasm else "exercises:safety")


@admin.register(Source)
class SourceAdmin(ContentAdmin):
    has_page = False
    list_display = ("title", "slug", "kind", "publisher", "published", "compared", "shown")
    list_filter = (PackFilter, "kind", "retired")
    search_fields = ("title", "slug", "publisher", "reference")
    fieldsets = [(None, {"fields": ("title", "slug", "kind", "publisher", "published", "reference", "retired")})]
