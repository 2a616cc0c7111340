from rest_framework.pagination import CursorPagination, LimitOffsetPagination


class TaskPagination(LimitOffsetPagination):
    # Problem: unbounded-page-size (QS607): no max_limit, so ?limit=1000000 is answered.
    default_limit = 25


class NewestFirst(CursorPagination):
    """Right: keyset pagination over a unique order, with a size that the client cannot change."""

    ordering = "-pk"
    page_size = 50
