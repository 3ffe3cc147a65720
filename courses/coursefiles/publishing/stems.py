"""Stems that are equal, or nearly: see `coursefiles.publishing.likeness` for the measure."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.likeness import alike, triples
from courses.coursefiles.publishing.material import Material
from courses.coursefiles.publishing.rules import PublishRules


def check_stems(material: Material, rules: PublishRules) -> Iterator[FileProblem]:
    percent = rules.alike_percent
    if percent is None:
        return
    questions = material.ready
    sets = [triples(question.item.prompt) for question in questions]
    for later, earlier, similarity in alike(sets, least=percent / 100):
        first, second = questions[earlier], questions[later]
        text = _(
            "The stem is like that of “%(key)s”: they share %(percent)d %% of their word triples."
        )
        values = {"key": first.record.key, "percent": round(100 * similarity)}
        yield second.problem("data.stem", text % values)
