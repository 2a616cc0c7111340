"""The time of the rows and pages, the same each time."""

import datetime
import itertools

NOW = datetime.datetime(2026, 1, 15, 12, tzinfo=datetime.timezone.utc)


class Clock:
    """One second passes with each row; pages are asked for a day later."""

    def __init__(self):
        self.start()

    def start(self):
        self.seconds = itertools.count()

    def stop(self):
        self.seconds = itertools.repeat(24 * 60 * 60)

    def now(self):
        return NOW + datetime.timedelta(seconds=next(self.seconds))
