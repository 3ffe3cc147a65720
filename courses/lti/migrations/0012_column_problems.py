from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cx_courses_lti", "0011_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="ltilink",
            name="problem",
            field=models.CharField(
                blank=True,
                choices=[
                    ("refused", "The platform does not let this site make columns."),
                    ("elsewhere", "The platform's list of columns goes on at another site."),
                    ("leads_back", "The platform's list of columns leads back to itself."),
                    ("too_long", "The platform's list of columns is too long."),
                ],
                editable=False,
                max_length=10,
                verbose_name="problem of the column",
            ),
        ),
    ]
