"""The group that may edit the content: give it to a physiotherapist's account, and mark the account as staff."""

from django.contrib.auth.models import Group, Permission

from exercises.records import BY_MODEL

GROUP = "Editors"


def ensure() -> None:
    """Make the group if there is none, and give it what it lacks of the rights to edit content and read its history."""
    group, _ = Group.objects.get_or_create(name=GROUP)
    given = set(group.permissions.values_list("pk", flat=True))
    group.permissions.add(*(permission for permission in rights() if permission.pk not in given))


def rights() -> list[Permission]:
    """Return the permissions of an editor: all for content, none to rewrite its history."""
    content = {model._meta.model_name for model in BY_MODEL}
    found = Permission.objects.filter(content_type__app_label="exercises").select_related("content_type")
    return [permission for permission in found if permission.content_type.model in content or reads_history(permission)]


def reads_history(permission: Permission) -> bool:
    return permission.codename.startswith("view_historical")
