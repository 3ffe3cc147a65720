from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cx_courses_lti", "0008_guests"),
    ]

    operations = [
        migrations.AddField(
            model_name="ltiregistration",
            name="sends_reviews",
            field=models.BooleanField(
                default=False,
                help_text="Columns that are made here then offer to open a learner's work.",
                verbose_name="the platform sends submission reviews",
            ),
        ),
    ]
