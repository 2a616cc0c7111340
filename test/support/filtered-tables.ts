/** A project whose views filter tables, three times each: enough for advice about an index. */

interface Files extends Readonly<Record<string, string>> {
  readonly "shop/models.py": string;
}

/** File texts by path: a model, and a view that reads it, of each name. */
export function projectFiltering(names: readonly string[]): Files {
  return {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
    "config/__init__.py": "",
    "config/settings.py": 'INSTALLED_APPS = ["shop"]\nROOT_URLCONF = "config.urls"\n',
    "config/urls.py": `from django.urls import path
from shop import views

urlpatterns = [${names.map((name) => `path("${name}", views.${name.toLowerCase()}s)`).join(", ")}]
`,
    "shop/__init__.py": "",
    "shop/models.py": `from django.db import models\n\n${names.map(model).join("\n")}`,
    "shop/views.py": `from django.http import HttpResponse
from shop.models import ${names.join(", ")}

${names.map(view).join("\n")}`,
  };
}

const model = (name: string) => `
class ${name}(models.Model):
    code = models.CharField(max_length=40)
    created = models.DateTimeField(auto_now_add=True)
`;

const view = (name: string) => `
def ${name.toLowerCase()}s(request):
    ${name}.objects.filter(code=request.GET["a"]).first()
    ${name}.objects.filter(code=request.GET["b"]).first()
    ${name}.objects.filter(code=request.GET["c"]).first()
    return HttpResponse()
`;
