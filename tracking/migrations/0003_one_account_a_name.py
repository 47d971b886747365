"""One account a user name, whatever its case: two that sign up at the same moment must not both get it.

The index is on UPPER(username), which is how a sign-in looks a name up, so that it serves that search as well.
"""

from collections import Counter

from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Upper

ONE_A_NAME = models.UniqueConstraint(Upper("username"), name="one_account_a_name")


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    User = apps.get_model(settings.AUTH_USER_MODEL)
    for user in User.objects.only("pk", "username").iterator():
        name = AbstractUser.normalize_username(user.username)
        if name != user.username:
            User.objects.filter(pk=user.pk).update(username=name)
    names = Counter(User.objects.values_list(Upper("username"), flat=True))
    doubles = sorted(name for name, count in names.items() if count > 1)
    if doubles:
        raise ValueError(
            f"These user names belong to more than one account: {', '.join(doubles)}. "
            "Rename all but one of each with `manage.py shell`, then migrate again."
        )
    schema_editor.add_constraint(User, ONE_A_NAME)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.remove_constraint(apps.get_model(settings.AUTH_USER_MODEL), ONE_A_NAME)


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0002_flares_choices_and_measures"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(add, remove)]
