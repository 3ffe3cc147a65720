"""Pin for the attempts that exist what their questions show now."""

import hashlib
import json
import re

from django.db import migrations

NAMED = re.compile(r"\basset:([A-Za-z0-9][\w.-]*)|\[\[term:([A-Za-z0-9][\w.-]*)")
BATCH = 500


def pin(apps, schema_editor):
    items = apps.get_model("courses", "AttemptItem").objects.using(schema_editor.connection.alias)
    changed = []
    rows = items.select_related("version__question__stimulus").order_by("pk")
    for item in rows.iterator(chunk_size=BATCH):
        question = item.version.question
        stimulus = question.stimulus
        text = json.dumps(item.version.data, ensure_ascii=False)
        if stimulus is not None:
            text += stimulus.body
            item.stimulus = _of_texts(apps, stimulus, "key", "title", "body")
        item.pinned = list(_pins(apps, question, text, item.version.data))
        if stimulus is not None or item.pinned:
            changed.append(item)
        if len(changed) >= BATCH:
            items.bulk_update(changed, ["stimulus", "pinned"])
            changed = []
    items.bulk_update(changed, ["stimulus", "pinned"])


def _pins(apps, question, text, data):
    files = {match[1] for match in NAMED.finditer(text) if match[1]}
    if isinstance(data, dict) and isinstance(data.get("image"), str):
        files.add(data["image"])
    assets = apps.get_model("courses", "Asset").objects
    for row in assets.filter(module=question.module_id, name__in=files):
        yield ["asset", row.name, _kept(apps, bytes(row.content), row.content_type).content_hash]
    keys = {match[2] for match in NAMED.finditer(text) if match[2]}
    terms = apps.get_model("courses", "Term").objects
    for row in terms.filter(course=question.course_id, key__in=keys):
        kept = _of_texts(apps, row, "key", "term", "definition")
        yield ["term", row.key, kept.content_hash]


def _of_texts(apps, row, *names):
    values = {name: getattr(row, name) for name in names}
    data = json.dumps(values, ensure_ascii=False, sort_keys=True).encode()
    return _kept(apps, data, "application/json")


def _kept(apps, data, content_type):
    row, _is_new = apps.get_model("courses", "PinnedContent").objects.get_or_create(
        content_hash=hashlib.sha256(data).hexdigest(),
        defaults={"content_type": content_type, "content": data},
    )
    return row


class Migration(migrations.Migration):
    dependencies = [("courses", "0014_pinned_content")]

    operations = [migrations.RunPython(pin, migrations.RunPython.noop)]
