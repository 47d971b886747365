"""What editors are told about doses and claims, without the word that also means a drawing. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exercises", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dose",
            name="progression_reason",
            field=models.TextField(
                blank=True,
                help_text="Needed when repetitions, hold, start or goal leave what the source gives. Only editors see it.",
                verbose_name="reason for going beyond the source",
            ),
        ),
        migrations.AlterField(
            model_name="historicaldose",
            name="progression_reason",
            field=models.TextField(
                blank=True,
                help_text="Needed when repetitions, hold, start or goal leave what the source gives. Only editors see it.",
                verbose_name="reason for going beyond the source",
            ),
        ),
        migrations.AlterConstraint(
            model_name="routine",
            name="routine_claim_is_whole",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claimed_minutes_max__isnull", True), ("claimed_minutes_min__isnull", True)),
                    models.Q(
                        models.Q(("claimed_minutes_max__isnull", False), ("claimed_minutes_min__isnull", False)),
                        ("claimed_minutes_max__gte", models.F("claimed_minutes_min")),
                        ("claimed_minutes_min__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="routine_claim_is_whole",
                violation_error_message="Give both numbers of minutes, the smaller one first, or neither.",
            ),
        ),
    ]
