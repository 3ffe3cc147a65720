from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cx_courses", "0053_longer_external_ids"),
    ]

    operations = [
        migrations.AddField(
            model_name="trial",
            name="is_guest",
            field=models.BooleanField(default=False),
        ),
    ]
