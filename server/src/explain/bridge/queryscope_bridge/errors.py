"""Failures by kind. The caller shows `message`; `kind` is for programs."""


class BridgeError(Exception):
    def __init__(self, kind, message, detail=None):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.detail = detail
        #: What had been assumed before it failed.
        self.notes = []

    def as_json(self):
        return {"kind": self.kind, "message": self.message, "detail": self.detail, "notes": self.notes}


class OperationBlocked(PermissionError):
    """Project code tried something that the bridge refuses. An `OSError`, because libraries are prepared for those."""


class StatementLimit(Exception):
    """The expression runs queries without end."""
