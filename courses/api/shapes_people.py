"""What is said of learners and enrolments, and of many of them at once."""

from rest_framework import serializers

from courses.api.values import Moment, Shape

Text = serializers.CharField


class LearnerShape(Shape):
    id = serializers.UUIDField(source="uuid")
    external_id = Text(source="subject")
    first_name = Text(source="user_names.first_name")
    last_name = Text(source="user_names.last_name")
    email = Text(source="user_names.email")
    is_active = serializers.BooleanField(help_text="Not deactivated by this platform.")
    created_at = Moment()
    updated_at = Moment()


class EnrolmentShape(Shape):
    id = serializers.UUIDField(source="uuid")
    course = Text(source="course.key")
    role = Text()
    state = Text()
    cycle = serializers.IntegerField()
    enrolled_at = Moment()
    completed_at = Moment(allow_null=True)


class PlaceShape(Shape):
    pointer = Text(help_text="A JSON pointer into the request.")
    message = Text()


class BulkRow(Shape):
    """What became of one row; the same for everything that takes many."""

    index = serializers.IntegerField()
    external_id = Text(required=False, help_text="As it was sent; missing where none was.")
    status = serializers.IntegerField(help_text="201 made, 200 there already, else refused.")
    learner = LearnerShape(required=False, help_text="Of `POST /learners`.")
    enrolment = EnrolmentShape(required=False, help_text="Of `POST …/enrolments`.")
    errors = PlaceShape(many=True, required=False, help_text="Where it was refused.")


class BulkReport(Shape):
    results = BulkRow(many=True)
