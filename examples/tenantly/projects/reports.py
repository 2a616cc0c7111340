"""Helpers that turn rows into what pages and exports show. They read relations, and do not know who loaded the rows."""


def board_card(task):
    return {
        "title": task.title,
        "status": task.status,
        "project": task.project.name,
        "team": team_name(task.project),
        "assignee": task.assignee.display_name if task.assignee else "nobody",
    }


def team_name(project):
    return project.team.name if project.team else "no team"


def workload_hours(tasks):
    """Hours of estimated work per person."""
    hours = {}
    for task in tasks:
        if task.assignee is not None:
            name = task.assignee.display_name
            hours[name] = hours.get(name, 0) + task.estimate_hours
    return hours
