"""What waits for somebody, as the first page shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """Something that waits, with the page on which it is done."""

    icon: str
    title: str
    text: str
    url: str
    action: str


@dataclass(frozen=True)
class TaskGroup:
    title: str
    tasks: list[Task]
