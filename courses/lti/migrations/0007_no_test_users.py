from django.db import migrations


def give_role(apps, schema_editor):
    """Give the platforms' test users the role that they have had since there is one."""
    tests = apps.get_model("cx_courses_lti", "LtiTestUser").objects.values("enrolment")
    enrolments = apps.get_model("cx_courses", "Enrolment").objects
    enrolments.filter(pk__in=tests, role="learner").update(role="tester")


class Migration(migrations.Migration):

    dependencies = [
        ("cx_courses", "0051_test_learners"),
        ("cx_courses_lti", "0006_rosters"),
    ]

    operations = [
        migrations.RunPython(give_role, migrations.RunPython.noop),
        migrations.DeleteModel(name="LtiTestUser"),
    ]
