import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    """What was kept until now, and what the code of before keeps, counts as changed from end to end."""

    dependencies = [("tracking", "0009_what_the_past_adds_up_to")]

    operations = [
        migrations.AddField(
            model_name="keptpast",
            name="changed_first",
            field=models.DateField(db_default=datetime.date.min, default=datetime.date.max),
        ),
        migrations.AddField(
            model_name="keptpast",
            name="changed_last",
            field=models.DateField(db_default=datetime.date.max, default=datetime.date.min),
        ),
    ]
