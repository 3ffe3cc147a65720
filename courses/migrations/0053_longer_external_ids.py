import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cx_courses", "0052_giving_up"),
    ]

    operations = [
        migrations.AlterField(
            model_name="externalidentity",
            name="subject",
            field=models.CharField(
                max_length=255,
                validators=[django.core.validators.MinLengthValidator(1)],
                verbose_name="external id",
            ),
        ),
    ]
