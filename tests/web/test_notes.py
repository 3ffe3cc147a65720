"""Notes on the pages: at their paragraphs, without a script, theirs alone, and as a file."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.domain.authoring import refresh_lessons
from courses.markup import paragraphs
from courses.models import Enrolment, LessonNote
from courses.models.note import LONGEST
from tests.factories import make_learner, make_lesson

pytestmark = pytest.mark.django_db
BODY = "Ask those who left.\n\n- Ask <b>twice</b>.\n  - Or thrice.\n"
SWITCH = "data-note-switch"


class Noted:
    """A lesson with two paragraphs and one below, a learner in it who is signed in."""

    def __init__(self, client):
        self.client = client
        self.lesson = make_lesson(checks=0)
        self.course = self.lesson.module.course
        self.rewrite(BODY)
        self.places = paragraphs.named_paragraphs(self.lesson.html)
        self.learner = make_learner(self.course)
        client.force_login(self.learner.user)

    def rewrite(self, body):
        self.lesson.body = body
        self.lesson.save()
        refresh_lessons(course=self.course)
        self.lesson.refresh_from_db()

    def url(self, name="lesson", *more):
        return reverse(f"cx_courses:{name}", args=[self.course.key, self.lesson.key, *more])

    @property
    def page(self):
        return self.client.get(self.url()).text

    @property
    def list(self):
        return reverse("cx_courses:notes", args=[self.course.key])

    def save(self, text="Mine.", at=0, based_on=0, **more):
        where = self.url("lesson-note", self.places[at])
        return self.client.post(where, {"text": text, "based_on": based_on}, **more)

    def delete(self, at=0, based_on=1, **more):
        where = self.url("lesson-note-delete", self.places[at])
        return self.client.post(where, {"based_on": based_on}, **more)


@pytest.fixture
def noted(client):
    return Noted(client)


def test_links_to_write_stand_at_every_paragraph_only_when_asked_for(noted):
    assert noted.page.count("data-note-link") == 1  # in the template for the script
    assert f'href="{noted.url()}?notes" {SWITCH}' in noted.page
    asked = noted.client.get(noted.url() + "?notes").text
    for place in noted.places:
        assert f'aria-describedby="{place}"' in asked
    assert f'href="{noted.url()}" {SWITCH}' in asked


def test_note_is_written_shown_at_its_paragraph_changed_and_deleted(noted):
    form = noted.client.get(noted.url("lesson-note", noted.places[0])).text
    assert "Ask those who left." in form
    assert "instructors do not see them" in form
    saved = noted.save("<script>1</script>\nTwo.")
    assert saved.headers["Location"] == f"{noted.url()}#{noted.places[0]}"
    page = noted.page
    assert "Your note is saved." in page
    note = page.index(f'id="note-{noted.places[0]}"')
    assert page.index("Ask those who left.</p>") < note < page.index("Ask &lt;b&gt;twice")
    assert "&lt;script&gt;1&lt;/script&gt;<br>Two." in page

    noted.save("", at=1)
    page = noted.page
    assert page.index("Ask &lt;b&gt;twice") < page.index('"Your bookmark"') < page.index("thrice")
    assert noted.save("Other.", based_on=1).status_code == 302
    assert "Other." in noted.page

    asked = noted.client.get(noted.url("lesson-note-delete", noted.places[0])).text
    assert "Delete this note?" in asked
    assert LessonNote.objects.count() == 2
    assert noted.delete(based_on=2).headers["Location"].startswith(noted.url())
    assert noted.delete(at=1).status_code == 302
    assert noted.delete(at=1).status_code == 302
    assert 'role="note" id=' not in noted.page
    gone = noted.client.get(noted.url("lesson-note-delete", noted.places[0]))
    assert gone.status_code == 302


def test_refused_texts_stay_in_the_form(noted):
    noted.save("One.")
    stale = noted.save("Typed.", based_on=7)
    assert stale.status_code == 409
    assert "It says now:" in stale.text
    assert ">\nTyped.</textarea>" in stale.text
    assert '<input type="hidden" name="based_on" value="1">' in stale.text
    for text, status in (("x" * (LONGEST + 1), 400), ("a\0b", 400)):
        refused = noted.save(text, based_on=1)
        assert refused.status_code == status
        assert 'aria-invalid="true"' in refused.text
    assert noted.save(based_on="x").status_code == 400
    assert LessonNote.objects.get().text == "One."
    changed = noted.delete(based_on=5)
    assert (changed.status_code, "changed elsewhere" in changed.text) == (409, True)
    noted.rewrite("Nothing of it.")
    lost = noted.save("Typed on.", at=1)
    assert lost.status_code == 404
    assert ">\nTyped on.</textarea>" in lost.text


def test_scripts_get_the_form_the_note_and_nothing_else(noted):
    ask = {"headers": {"X-Fragment": "note"}}
    form = noted.client.get(noted.url("lesson-note", noted.places[0]), **ask)
    assert form.headers["X-Fragment"] == "form"
    assert "<html" not in form.text
    saved = noted.save("Mine.", **ask)
    assert (saved.status_code, saved.headers["X-Fragment"]) == (200, "note")
    assert f'id="note-{noted.places[0]}"' in saved.text
    stale = noted.save("Typed.", **ask)
    assert (stale.status_code, stale.headers["X-Fragment"]) == (409, "form")
    assert ">\nTyped.</textarea>" in stale.text
    assert noted.delete(**ask).status_code == 204


def test_note_of_a_changed_text_stands_at_the_end_with_its_quote(noted):
    noted.save("On those who left.")
    noted.rewrite("Quite another text.")
    page = noted.page
    assert "Your notes on a text that has changed since" in page
    assert page.index("Quite another text.") < page.index("Ask those who left.")
    assert noted.save("Still.", based_on=1).status_code == 302
    own = noted.client.get(noted.list).text
    assert "The text of the lesson has changed since." in own
    noted.lesson.is_archived = True
    noted.lesson.save()
    assert "not in the course any more" in noted.client.get(noted.list).text
    sent = noted.client.post(
        noted.url("lesson-note-delete", noted.places[0]) + "?from=notes", {"based_on": 2}
    )
    assert sent.headers["Location"] == noted.list
    assert "You have no notes yet." in noted.client.get(noted.list).text


def test_all_notes_are_a_page_and_a_file(noted):
    learning = reverse("cx_courses:my-learning", args=[noted.course.key])
    assert "Notes and bookmarks" in noted.client.get(learning).text
    noted.save("Line <one>.\nTwo.")
    noted.save("", at=2)
    page = noted.client.get(noted.list).text
    assert f'href="{noted.url()}#{noted.places[2]}"' in page
    assert "All notes and bookmarks" in noted.client.get(learning).text
    file = noted.client.get(reverse("cx_courses:notes-file", args=[noted.course.key]))
    assert file.headers["Content-Disposition"].endswith(f'"{noted.course.key}-notes.md"')
    assert "> Ask those who left.\n\n" in file.text
    assert "Line <one>.\nTwo." in file.text
    assert "> Or thrice.\n\n" in file.text
    assert "<time" not in file.text


def test_others_do_not_see_them(noted, client):
    noted.save("Only mine.")
    for role in ("learner", "instructor"):
        other = make_learner(noted.course)
        if role == "instructor":
            Enrolment.objects.filter(pk=other.pk).update(role=role)
        client.force_login(other.user)
        assert "Only mine." not in noted.page
        assert "Only mine." not in client.get(noted.list).text
        form = client.get(noted.url("lesson-note", noted.places[0]))
        assert (form.status_code, "Only mine." in form.text) == (200, False)
        noted.delete()
    assert LessonNote.objects.get().text == "Only mine."


def test_visitors_have_no_notes_and_a_form_sent_signed_out_is_kept(noted, client):
    client.logout()
    typed = noted.save("Typed long ago.")
    where = noted.url("lesson-note", noted.places[0])
    assert where in typed.headers["Location"]
    noted.course.sample = noted.lesson.key
    noted.course.save()
    sample = client.get(noted.url() + "?notes")
    assert (sample.status_code, "data-note" in sample.text) == (200, False)
    kept = dict(client.session)
    client.force_login(noted.learner.user)
    session = client.session
    session.update(kept)
    session.save()
    assert ">\nTyped long ago.</textarea>" in client.get(where).text
    assert not LessonNote.objects.exists()


def test_only_the_pages_of_those_with_notes_read_them(noted, django_assert_num_queries):
    assert noted.page
    with CaptureQueriesContext(connection) as without:
        assert noted.page
    before = len(without)
    noted.save()
    assert noted.page  # with the message
    with django_assert_num_queries(before + 1):
        assert noted.page


def test_words_of_a_note_stay_text_whatever_they_look_like(noted):
    hostile = '<img src=x onerror=alert(1)> {{ one }} %s p-here slot_place "\n\nEnd.'
    noted.save(hostile)
    noted.save("Second.", at=1)
    page = noted.page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; {{ one }} %s p-here slot_place &quot;</p>" in page
    assert "<p>End.</p>" in page
    assert "<p>Second.</p>" in page
    for place in noted.places[:2]:
        assert page.count(f'id="note-{place}"') == 1


def test_notes_of_two_languages_and_two_learners_are_not_mixed(noted, client):
    noted.save("Hers.")
    assert "Delete" in noted.page
    german = client.get(noted.url(), headers={"accept-language": "de"}).text
    assert 'aria-label="Ihre Notiz"' in german
    other = make_learner(noted.course)
    client.force_login(other.user)
    noted.save("His.")
    assert "His." in noted.page
    assert "Hers." not in noted.page
