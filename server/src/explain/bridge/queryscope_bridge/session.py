"""What belongs to one expression: its unknown values and what the user should know about them."""
from .placeholders import Samples, Unknown


class Session:
    def __init__(self):
        self.samples = Samples()
        self.notes = []

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def unknown(self, name):
        return Unknown(name, self)

    def attribute(self, owner, name):
        full_name = "%s.%s" % (owner, name)
        if name == "user" and (owner == "request" or owner.endswith(".request")):
            from django.contrib.auth import get_user_model

            return self.instance(get_user_model(), full_name)
        return self.unknown(full_name)

    def instance(self, model, name):
        """A saved row of the model with made-up values: `tenant.orders.all()` works on it."""
        fields = [field for field in model._meta.concrete_fields]
        values = [self.samples.of_field(field, "%s.%s" % (name, field.attname)) for field in fields]
        try:
            return model.from_db("default", [field.attname for field in fields], values)
        except Exception as error:
            self.note("`%s` could not be made up: %s" % (name, describe(error)))
            return self.unknown(name)


def describe(error):
    text = str(error)
    return "%s: %s" % (type(error).__name__, text) if text else type(error).__name__
