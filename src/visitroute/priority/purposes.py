"""What a visit is for, in one line, and what is gone through there: from segment and tasks."""

from __future__ import annotations

from collections.abc import Sequence

from visitroute.model import Segment, Task
from visitroute.policy import Checklists
from visitroute.texts import Texts


def purpose_of(segment: Segment, tasks: Sequence[Task], texts: Texts, days_overdue: int = 0) -> str:
    """Return the purpose line of a visit, tasks first."""
    parts = []
    names = [_name(task, texts) for task in tasks]
    if names:
        parts.append(f"{texts.say('purpose.tasks')}: {', '.join(names)}")
    if days_overdue:
        parts.append(texts.say("purpose.overdue", days=days_overdue))
    parts.append(texts.say(f"purpose.{segment}"))
    return texts.say("purpose.joint").join(parts)


def checklist_of(
    segment: Segment, tasks: Sequence[Task], checklists: Checklists, texts: Texts
) -> tuple[str, ...]:
    """Return what is gone through on a visit: its tasks, then the checklist of the segment."""
    own = checklists.get(segment, {}).get(texts.language, ())
    return (*(_name(task, texts) for task in tasks), *own)


def _name(task: Task, texts: Texts) -> str:
    key = "work_type." + task.work_type.strip().lower().replace(" ", "_")
    kind = texts.table.get(key, task.work_type)
    label = task.name or kind or task.id
    if task.name and kind:
        label = f"{task.name} ({kind})"
    return f"{label} [{task.quadrant}]"
