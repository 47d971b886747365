"""People in the admin: accounts, addresses and second factors, never what they log; each look leaves an entry."""

from collections.abc import Iterable
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from backcare.models import TrailEntry

Action = TrailEntry.Action
PAGE = 50  # rows; each of them is one entry of the trail
DIGITS = 19  # of the largest number that the database keeps
MOST_NAMES = 100  # that a search goes through


def named(name: str | None, number: int) -> str:
    """Return how the trail shows a person, who may be gone by now."""
    return f"{name} ({number})" if name else str(number)


def person_of(record: Any) -> int:
    """Return the number of the person whom ``record`` is about."""
    number: int = record.pk if isinstance(record, User) else record.user_id
    return number


def note(request: HttpRequest, action: Action, records: Iterable[Model]) -> None:
    """Write down that ``action`` was done with each of ``records``. Nothing is shown when this fails."""
    staff = request.user.pk
    assert staff is not None  # noqa: S101  # for the type checker: the admin lets nobody else in
    TrailEntry.objects.bulk_create(
        TrailEntry(staff=staff, action=action, kind=record._meta.model_name or "", person=person_of(record))
        for record in records
    )


class TrailedAdmin(admin.ModelAdmin[Any]):
    """For records about a person: every way to see or change one passes these doors."""

    list_per_page = list_max_show_all = PAGE

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            note(request, Action.LISTED, context["cl"].result_list)
        elif "queryset" in context:  # the page that asks whether to delete those who were chosen names them
            note(request, Action.LISTED, context["queryset"])
        return response

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Refuse an address that filters by what is no filter: it would tell a secret letter by letter."""
        return lookup.split(LOOKUP_SEP)[0] in self.list_filter and super().lookup_allowed(lookup, value, request)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            note(request, Action.READ, [found])
        return found

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        note(request, Action.ADDED, [obj])
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        note(request, Action.CHANGED, [obj])
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        note(request, Action.DELETED, queryset)
        return super().log_deletions(request, queryset)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Name what is deleted and nothing that hangs on it: that is what people have logged."""
        records = list(objs)
        return [str(one) for one in records], {str(self.opts.verbose_name_plural): len(records)}, set(), []


class PersonAdmin(TrailedAdmin, UserAdmin[User]):
    pass


class AddressAdmin(TrailedAdmin):
    """Addresses are mended by their owners; staff may look and take away."""

    list_display = ("email", "user", "primary", "verified")
    list_select_related = ("user",)
    list_filter: ClassVar[tuple[str, ...]] = ("primary", "verified")
    search_fields: ClassVar[tuple[str, ...]] = ("email", "user__username")
    fields = readonly_fields = ("user", "email", "primary", "verified")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SecondFactorAdmin(AddressAdmin):
    """For a person who has lost theirs: staff may take it away, and see none of its secrets."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__username",)
    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")


class TrailAdmin(admin.ModelAdmin[TrailEntry]):
    """The trail, for superusers to read."""

    list_display = ("at", "who", "action", "kind", "whom")
    list_display_links = None
    list_filter = ("action", "kind")
    list_per_page = list_max_show_all = PAGE
    search_fields = ("person", "staff")
    search_help_text = _("A person's or staff member's name or number.")
    actions = None
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrailEntry]:
        names = User.objects.values("username")
        return (
            super()
            .get_queryset(request)
            .annotate(
                staff_name=Subquery(names.filter(pk=OuterRef("staff"))),
                person_name=Subquery(names.filter(pk=OuterRef("person"))),
            )
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[TrailEntry], search_term: str
    ) -> tuple[QuerySet[TrailEntry], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.isdecimal() and len(term) < DIGITS:
            numbers = [int(term)]
        else:
            numbers = list(User.objects.filter(username__icontains=term).values_list("pk", flat=True)[:MOST_NAMES])
        return queryset.filter(Q(person__in=numbers) | Q(staff__in=numbers)), False

    @admin.display(description=_("who"))
    def who(self, entry: Any) -> str:
        return named(entry.staff_name, entry.staff)

    @admin.display(description=_("whom"))
    def whom(self, entry: Any) -> str:
        return named(entry.person_name, entry.person)


def register() -> None:
    """Put these pages in the place of those that the apps bring, none of which leaves an entry."""
    own: dict[Any, type[admin.ModelAdmin[Any]]] = {
        User: PersonAdmin,
        EmailAddress: AddressAdmin,
        Authenticator: SecondFactorAdmin,
    }
    admin.site.unregister(own)
    for model, page in own.items():
        admin.site.register(model, page)
    admin.site.register(TrailEntry, TrailAdmin)
