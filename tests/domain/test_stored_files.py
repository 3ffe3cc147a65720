"""Files live as long as something names them, and crashes leave no row without its file."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections, transaction

from courses import file_store
from courses.domain import retention, stored_files
from courses.domain.authoring import editions
from courses.models import Asset, Edition, PinnedContent, StoredFile
from tests.factories import NOW, CourseFactory, ModuleFactory, make_asset

LATER = NOW + stored_files.KEPT_UNUSED + timedelta(minutes=1)
IN_MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


@pytest.fixture(autouse=True)
def _storage(settings):
    """A storage without folders, as hosts may have one."""
    settings.STORAGES = {**settings.STORAGES, "courses": IN_MEMORY}


def names() -> set[str]:
    return set(file_store.stored_hashes())


def clean(now=LATER) -> None:
    stored_files.mark_unused(now=NOW)
    stored_files.purge(now=now)


@pytest.mark.django_db
def test_a_file_lives_as_long_as_a_row_an_attempt_or_an_edition_names_it():
    course = CourseFactory()
    module = ModuleFactory(course=course)
    origin = editions.Origin(Edition.Channel.STUDIO, None, NOW)
    files = {}
    for name in ("row.csv", "attempt.csv", "edition.csv", "nothing.csv"):
        files[name] = make_asset(module=module, name=name, content=name.encode()).content_hash
    pinned = files["attempt.csv"]
    PinnedContent.objects.create(content_hash=pinned, content_type="text/csv; charset=utf-8")
    row = Asset.objects.get(name="edition.csv")
    with editions.recording(row, origin=origin):
        row.delete()
    Asset.objects.filter(name__in=("attempt.csv", "nothing.csv")).delete()

    clean(now=NOW + timedelta(hours=1))
    assert names() == set(files.values())
    clean()

    assert names() == set(files.values()) - {files["nothing.csv"]}
    assert StoredFile.objects.count() == 3
    assert Asset.objects.get(name="row.csv").content == b"row.csv"


@pytest.mark.django_db
def test_what_is_named_again_before_it_is_deleted_stays():
    module = ModuleFactory()
    row = make_asset(module=module, name="a.csv")
    digest = row.content_hash
    row.delete()
    stored_files.mark_unused(now=NOW)

    make_asset(module=module, name="b.csv")
    stored_files.purge(now=LATER)
    assert StoredFile.objects.get().unused_since is None

    StoredFile.objects.update(unused_since=NOW)  # By code that does not ask.
    stored_files.purge(now=LATER)
    assert names() == {digest}


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_file_and_row_leaves_no_row_and_the_file_goes_later():
    module = ModuleFactory()

    def crash():
        try:
            with transaction.atomic():
                make_asset(module=module, name="a.csv")
                raise RuntimeError
        except RuntimeError:
            connections.close_all()

    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()

    assert not Asset.objects.exists()
    assert not StoredFile.objects.exists()
    assert len(names()) == 1
    clean(now=NOW + timedelta(hours=1))
    assert len(names()) == 1
    clean()
    assert names() == set()
    assert make_asset(module=module, name="a.csv").content == b"a,b\n1,2\n"


@pytest.mark.django_db
def test_a_file_that_was_cut_off_is_written_again():
    content = b"whole,content\n"
    digest = file_store.hash_of(content)
    file_store.write(digest, content=b"who")

    row = make_asset(module=ModuleFactory(), name="a.csv", content=content)

    assert row.content == content
    assert names() == {digest}


@pytest.mark.django_db
def test_verifying_names_files_that_are_lost_or_changed(capsys):
    module = ModuleFactory()
    kept, lost, changed = (
        make_asset(module=module, name=f"{text}.csv", content=text.encode()).content_hash
        for text in ("kept", "lost", "changed")
    )
    file_store.delete(lost)
    file_store.delete(changed)
    file_store.write(changed, content=b"other")

    with pytest.raises(CommandError, match="2 "):
        call_command("verify_records")
    said = capsys.readouterr().out
    assert lost in said
    assert changed in said
    assert kept not in said


@pytest.mark.django_db
def test_the_relay_looks_once_a_day_and_deletes_what_is_due(django_assert_num_queries):
    make_asset(module=ModuleFactory(), name="a.csv").delete()
    retention.purge_files(now=NOW)
    with django_assert_num_queries(1):
        assert retention.purge_files(now=NOW + timedelta(hours=1)) == 0
    assert retention.purge_files(now=LATER) == 1
    assert names() == set()


@pytest.mark.django_db
def test_many_files_take_as_many_queries_as_one(django_assert_num_queries):
    def store(count):
        texts = {file_store.hash_of(b"%d" % n): b"%d" % n for n in range(count)}
        stored_files.store(contents={key: text.__bytes__ for key, text in texts.items()})

    for count in (1, 50):
        with django_assert_num_queries(2):
            store(count)
