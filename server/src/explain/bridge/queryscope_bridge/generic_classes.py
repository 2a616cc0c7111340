"""`class TaskAdmin(admin.ModelAdmin[Task])`: Django's classes take no types at run time until `django_stubs_ext` has them do so."""
import importlib

#: Those that projects inherit from and call, by module.
_CLASSES = {
    "django.contrib.admin.options": ("BaseModelAdmin",),
    "django.contrib.messages.views": ("SuccessMessageMixin",),
    "django.contrib.sitemaps": ("Sitemap",),
    "django.contrib.syndication.views": ("Feed",),
    "django.core.paginator": ("Paginator",),
    "django.db.models.expressions": ("ExpressionWrapper", "Func", "Subquery"),
    "django.db.models.fields": ("Field",),
    "django.db.models.lookups": ("Lookup",),
    "django.db.models.query": ("ModelIterable", "Prefetch", "RawQuerySet"),
    "django.forms.formsets": ("BaseFormSet",),
    "django.forms.models": ("BaseModelForm", "BaseModelFormSet", "ModelChoiceField", "ModelChoiceIterator"),
    "django.utils.functional": ("LazyObject",),
    "django.views": ("View",),
    "django.views.generic.base": ("TemplateResponseMixin",),
    "django.views.generic.detail": ("SingleObjectMixin",),
    "django.views.generic.edit": ("DeletionMixin", "FormMixin"),
    "django.views.generic.list": ("MultipleObjectMixin",),
}


def make_generic(extra_classes=(), include_builtins=True):
    for module, names in _CLASSES.items():
        for name in names:
            _make_generic(getattr(importlib.import_module(module), name))
    for cls in extra_classes or ():
        _make_generic(cls)


def _make_generic(cls):
    if not hasattr(cls, "__class_getitem__"):
        cls.__class_getitem__ = classmethod(lambda cls, _types: cls)
