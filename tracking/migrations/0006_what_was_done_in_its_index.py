from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0005_editions_of_a_persons_records"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="sessionexercise", name="last_days_of_an_exercise"),
        migrations.AddIndex(
            model_name="sessionexercise",
            index=models.Index(fields=["owner", "exercise", "-date", "done"], name="last_days_of_an_exercise"),
        ),
    ]
