/** What Django and its libraries call while a client waits, each as code around a work. */

export interface EntryPoint {
  /** A name in Python. */
  readonly name: string;
  /** The module in which it stands. */
  readonly path: string;
  readonly imports: string;
  /** @param id a name of its own for each work */
  code(id: string, body: readonly string[]): string;
  /** The function of the module at which the evidence starts. */
  root(id: string): string;
  /** The function that the request leads to, in which the work stands; the root where there is none. */
  through(id: string): string | undefined;
  /** How the entry point names the file that was uploaded; none where it has none. */
  readonly upload?: string;
}

const indented = (body: readonly string[], depth: number): string =>
  body.map((line) => " ".repeat(4 * depth) + line).join("\n");

interface Form {
  readonly imports: string;
  readonly path?: string;
  /** `WORK` stands for the statements, `ID` for the name. */
  readonly code: string;
  readonly root?: string;
  readonly through?: string;
  readonly upload?: string;
}

export function entry(
  name: string,
  { imports, path = `shop/${name}.py`, code, root = "", through, upload }: Form,
): EntryPoint {
  return {
    name,
    path,
    imports,
    code: (id, body) =>
      code
        .trim()
        .replaceAll("ID", id)
        .replace(/^( *)WORK$/m, (_, indent: string) => indented(body, indent.length / 4)),
    root: (id) => root.replaceAll("ID", id),
    through: (id) => through?.replaceAll("ID", id),
    ...(upload === undefined ? {} : { upload }),
  };
}

const http = "from django.http import HttpResponse";

export const entryPoints: readonly EntryPoint[] = [
  entry("function_view", {
    imports: http,
    code: `
def view_ID(request):
    WORK
    return HttpResponse()`,
    root: "view_ID",
    upload: 'request.FILES["file"]',
  }),
  entry("decorated_view", {
    imports: `${http}\nfrom django.contrib.auth.decorators import login_required\nfrom django.views.decorators.http import require_POST`,
    code: `
@login_required
@require_POST
def view_ID(request, pk):
    if pk:
        WORK
    return HttpResponse()`,
    root: "view_ID",
    upload: 'request.FILES.get("file")',
  }),
  entry("after_commit", {
    imports: `${http}\nfrom django.db import transaction`,
    code: `
def view_ID(request):
    def work():
        WORK
    transaction.on_commit(work)
    return HttpResponse()`,
    root: "view_ID",
    through: "work",
  }),
  entry("wrapper", {
    imports: `${http}\nfrom functools import wraps`,
    code: `
def around_ID(view):
    @wraps(view)
    def inner(request, *args, **kwargs):
        WORK
        return view(request, *args, **kwargs)
    return inner


@around_ID
def view_ID(request):
    return HttpResponse()`,
    root: "around_ID.inner",
  }),
  entry("class_view", {
    imports: `${http}\nfrom django.views import View`,
    code: `
class View_ID(View):
    def post(self, request):
        WORK
        return HttpResponse()`,
    root: "View_ID.post",
    upload: 'self.request.FILES["file"]',
  }),
  entry("context_data", {
    imports: "from django.views.generic import TemplateView",
    code: `
class Page_ID(TemplateView):
    template_name = "page.html"

    def get_context_data(self, **kwargs):
        WORK
        return super().get_context_data(**kwargs)`,
    root: "Page_ID.get",
    through: "Page_ID.get_context_data",
  }),
  entry("form_valid", {
    imports: "from django import forms\nfrom django.views.generic import FormView",
    code: `
class Form_ID(forms.Form):
    file = forms.FileField()


class FormView_ID(FormView):
    form_class = Form_ID

    def form_valid(self, form):
        WORK
        return super().form_valid(form)`,
    root: "FormView_ID.post",
    through: "FormView_ID.form_valid",
    upload: 'form.cleaned_data["file"]',
  }),
  entry("create_view", {
    imports: "from django.views.generic import CreateView\nfrom shop.models import Owner",
    code: `
class Create_ID(CreateView):
    model = Owner
    fields = ["name"]

    def form_valid(self, form):
        response = super().form_valid(form)
        WORK
        return response`,
    root: "Create_ID.post",
    through: "Create_ID.form_valid",
    upload: 'self.request.FILES["file"]',
  }),
  entry("form_save", {
    imports: `${http}\nfrom django import forms\nfrom shop.models import Owner`,
    code: `
class Form_ID(forms.ModelForm):
    file = forms.FileField()

    class Meta:
        model = Owner
        fields = ["name"]

    def save(self, commit=True):
        owner = super().save(commit)
        WORK
        return owner


def view_ID(request):
    form = Form_ID(request.POST, request.FILES)
    if form.is_valid():
        form.save()
    return HttpResponse()`,
    root: "view_ID",
    through: "Form_ID.save",
    upload: 'self.cleaned_data["file"]',
  }),
  entry("form_clean", {
    imports: `${http}\nfrom django import forms`,
    code: `
class Form_ID(forms.Form):
    file = forms.FileField()

    def clean(self):
        data = super().clean()
        WORK
        return data


def view_ID(request):
    form = Form_ID(request.POST, request.FILES)
    if form.is_valid():
        pass
    return HttpResponse()`,
    root: "view_ID",
    through: "Form_ID.clean",
    upload: 'self.cleaned_data["file"]',
  }),
  entry("form_clean_field", {
    imports: `${http}\nfrom django import forms`,
    code: `
class Form_ID(forms.Form):
    file = forms.FileField()

    def clean_file(self):
        WORK
        return None


def view_ID(request):
    form = Form_ID(request.POST, request.FILES)
    if form.is_valid():
        pass
    return HttpResponse()`,
    root: "view_ID",
    through: "Form_ID.clean_file",
    upload: 'self.cleaned_data["file"]',
  }),
  entry("form_of_nobody", {
    imports: "from django import forms",
    code: `
class Form_ID(forms.Form):
    file = forms.FileField()

    def save(self):
        WORK`,
    root: "Form_ID.save",
    upload: 'self.cleaned_data["file"]',
  }),
  entry("middleware", {
    imports: "",
    code: `
class Middleware_ID:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        WORK
        return self.get_response(request)`,
    root: "Middleware_ID.__call__",
  }),
  entry("middleware_hook", {
    imports: "from django.utils.deprecation import MiddlewareMixin",
    code: `
class Middleware_ID(MiddlewareMixin):
    def process_request(self, request):
        WORK`,
    root: "Middleware_ID.process_request",
  }),
  entry("middleware_view_hook", {
    imports: "",
    code: `
class Middleware_ID:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        WORK`,
    root: "Middleware_ID.process_view",
  }),
  entry("middleware_function", {
    imports: "",
    code: `
def middleware_ID(get_response):
    def middleware(request):
        WORK
        return get_response(request)
    return middleware`,
    root: "middleware_ID.middleware",
  }),
  entry("context_processor", {
    imports: "",
    code: `
def processor_ID(request):
    WORK
    return {}`,
    root: "processor_ID",
  }),
  entry("template_tag", {
    path: "shop/templatetags/shop_tags.py",
    imports: "from django import template\n\nregister = template.Library()",
    code: `
@register.simple_tag
def tag_ID():
    WORK
    return ""`,
    root: "tag_ID",
  }),
  entry("admin_action", {
    imports: "from django.contrib import admin\nfrom shop.models import Owner",
    code: `
class Admin_ID(admin.ModelAdmin):
    actions = ["work"]

    @admin.action(description="Work")
    def work(self, request, queryset):
        WORK`,
    root: "Admin_ID.work",
    upload: 'request.FILES["file"]',
  }),
  entry("admin_action_function", {
    imports: "from django.contrib import admin",
    code: `
@admin.action(description="Work")
def work_ID(modeladmin, request, queryset):
    WORK`,
    root: "work_ID",
  }),
  entry("admin_save_model", {
    imports: "from django.contrib import admin",
    code: `
class Admin_ID(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        WORK`,
    root: "Admin_ID.save_model",
    upload: 'request.FILES["file"]',
  }),
  entry("auth_backend", {
    imports: "from django.contrib.auth.backends import BaseBackend",
    code: `
class Backend_ID(BaseBackend):
    def authenticate(self, request, **credentials):
        WORK`,
    root: "Backend_ID.authenticate",
  }),
  entry("logged_in", {
    imports: "from django.contrib.auth.signals import user_logged_in\nfrom django.dispatch import receiver",
    code: `
@receiver(user_logged_in)
def note_ID(sender, request, user, **kwargs):
    WORK`,
    root: "note_ID",
  }),
  entry("model_save", {
    path: "shop/models.py",
    imports: `from django.db import models
${http}


class Owner(models.Model):
    name = models.CharField(max_length=100)`,
    code: `
class Row_ID(models.Model):
    name = models.CharField(max_length=100)

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        WORK


def create_ID(request):
    Row_ID.objects.create(name="A")
    return HttpResponse()`,
    root: "create_ID",
    through: "Row_ID.save",
  }),
  entry("model_saved", {
    path: "shop/models.py",
    imports: "",
    code: `
class Saved_ID(models.Model):
    name = models.CharField(max_length=100)

    def save(self, *args, **kwargs):
        WORK
        super().save(*args, **kwargs)


def change_ID(request, pk):
    row = Saved_ID.objects.get(pk=pk)
    row.name = "B"
    row.save()
    return HttpResponse()`,
    root: "change_ID",
    through: "Saved_ID.save",
  }),
  entry("model_method", {
    path: "shop/models.py",
    imports: "",
    code: `
class Method_ID(models.Model):
    name = models.CharField(max_length=100)

    def publish(self):
        WORK

    @property
    def text(self):
        self.publish()
        return self.name


def show_ID(request, pk):
    return HttpResponse(Method_ID.objects.get(pk=pk).text)`,
    root: "show_ID",
    through: "Method_ID.publish",
  }),
  entry("signal_receiver", {
    path: "shop/models.py",
    imports:
      "from django.db.models.signals import post_delete, post_save\nfrom django.dispatch import receiver",
    code: `
class Signal_ID(models.Model):
    name = models.CharField(max_length=100)


@receiver(post_save, sender=Signal_ID)
def saved_ID(sender, instance, created, **kwargs):
    if created:
        WORK


def order_ID(request):
    row = Signal_ID(name="A")
    row.save()
    return HttpResponse()`,
    root: "order_ID",
    through: "saved_ID",
  }),
  entry("deleted_receiver", {
    path: "shop/models.py",
    imports: "",
    code: `
class Deleted_ID(models.Model):
    name = models.CharField(max_length=100)


def deleted_ID(sender, instance, **kwargs):
    WORK


post_delete.connect(deleted_ID, sender=Deleted_ID)


def delete_ID(request, pk):
    Deleted_ID.objects.get(pk=pk).delete()
    return HttpResponse()`,
    root: "delete_ID",
    through: "deleted_ID",
  }),
  entry("rest_view", {
    imports: "from rest_framework.response import Response\nfrom rest_framework.views import APIView",
    code: `
class View_ID(APIView):
    def post(self, request):
        WORK
        return Response()`,
    root: "View_ID.post",
    upload: 'request.FILES["file"]',
  }),
  entry("rest_function", {
    imports: "from rest_framework.decorators import api_view\nfrom rest_framework.response import Response",
    code: `
@api_view(["POST"])
def view_ID(request):
    WORK
    return Response()`,
    root: "view_ID",
    upload: 'request.FILES["file"]',
  }),
  entry("perform_create", {
    imports:
      "from rest_framework import viewsets\nfrom shop.serializers import OwnerSerializer\nfrom shop.models import Owner",
    code: `
class Set_ID(viewsets.ModelViewSet):
    queryset = Owner.objects.all()
    serializer_class = OwnerSerializer

    def perform_create(self, serializer):
        serializer.save()
        WORK`,
    root: "Set_ID.create",
    through: "Set_ID.perform_create",
    upload: 'self.request.FILES["file"]',
  }),
  entry("rest_action", {
    imports:
      "from rest_framework import viewsets\nfrom rest_framework.decorators import action\nfrom rest_framework.response import Response\nfrom shop.serializers import OwnerSerializer\nfrom shop.models import Owner",
    code: `
class Set_ID(viewsets.ModelViewSet):
    queryset = Owner.objects.all()
    serializer_class = OwnerSerializer

    @action(detail=True, methods=["post"])
    def work(self, request, pk=None):
        WORK
        return Response()`,
    root: "Set_ID.work",
    upload: 'request.FILES["file"]',
  }),
  entry("rest_permission", {
    imports: "from rest_framework.permissions import BasePermission",
    code: `
class Permission_ID(BasePermission):
    def has_permission(self, request, view):
        WORK
        return True`,
    root: "Permission_ID.has_permission",
  }),
  entry("serializer_create", {
    imports: "from rest_framework import serializers\nfrom shop.models import Owner",
    code: `
class Create_ID(serializers.ModelSerializer):
    file = serializers.FileField()

    class Meta:
        model = Owner
        fields = ["name", "file"]

    def create(self, validated_data):
        WORK
        return super().create(validated_data)`,
    root: "Create_ID.create",
    upload: 'validated_data["file"]',
  }),
  entry("serializer_save", {
    imports: "from rest_framework import serializers",
    code: `
class Save_ID(serializers.Serializer):
    file = serializers.FileField()

    def save(self, **kwargs):
        WORK`,
    root: "Save_ID.save",
    upload: 'self.validated_data["file"]',
  }),
  entry("serializer_validate", {
    imports: "from rest_framework import serializers",
    code: `
class Validate_ID(serializers.Serializer):
    file = serializers.FileField()

    def validate(self, attrs):
        WORK
        return attrs`,
    root: "Validate_ID.validate",
    upload: 'attrs["file"]',
  }),
  entry("serializer_validate_field", {
    imports: "from rest_framework import serializers",
    code: `
class ValidateField_ID(serializers.Serializer):
    file = serializers.FileField()

    def validate_file(self, value):
        WORK
        return value`,
    root: "ValidateField_ID.validate_file",
    upload: "value",
  }),
  entry("serializer_representation", {
    imports: "from rest_framework import serializers",
    code: `
class Represent_ID(serializers.Serializer):
    name = serializers.CharField()

    def to_representation(self, instance):
        WORK
        return super().to_representation(instance)`,
    root: "Represent_ID.to_representation",
  }),
  entry("serializer_method_field", {
    imports: "from rest_framework import serializers\nfrom shop.models import Owner",
    code: `
class Method_ID(serializers.ModelSerializer):
    rate = serializers.SerializerMethodField()

    class Meta:
        model = Owner
        fields = ["rate"]

    def get_rate(self, obj):
        WORK
        return 1`,
    root: "Method_ID.get_rate",
  }),
  entry("graphene_mutation", {
    imports: "import graphene",
    code: `
class Mutation_ID(graphene.Mutation):
    ok = graphene.Boolean()

    def mutate(self, info, pk):
        WORK
        return Mutation_ID(ok=True)`,
    root: "Mutation_ID.mutate",
  }),
  entry("graphene_static_mutation", {
    imports: "import graphene",
    code: `
class Mutation_ID(graphene.relay.ClientIDMutation):
    ok = graphene.Boolean()

    @classmethod
    def mutate_and_get_payload(cls, root, info, **data):
        WORK
        return cls(ok=True)`,
    root: "Mutation_ID.mutate_and_get_payload",
  }),
  entry("graphene_resolver", {
    imports: "import graphene",
    code: `
class Query_ID(graphene.ObjectType):
    rate = graphene.Int()

    def resolve_rate(self, info):
        WORK
        return 1`,
    root: "Query_ID.resolve_rate",
  }),
  entry("strawberry_mutation", {
    imports: "import strawberry",
    code: `
@strawberry.type
class Mutation_ID:
    @strawberry.mutation
    def work(self, pk: int) -> bool:
        WORK
        return True`,
    root: "Mutation_ID.work",
  }),
  entry("strawberry_field", {
    imports: "import strawberry",
    code: `
@strawberry.type
class Query_ID:
    @strawberry.field
    def rate(self) -> int:
        WORK
        return 1`,
    root: "Query_ID.rate",
  }),
  entry("ariadne_mutation", {
    imports: "from ariadne import MutationType\n\nmutation = MutationType()",
    code: `
@mutation.field("work_ID")
def resolve_ID(obj, info):
    WORK
    return True`,
    root: "resolve_ID",
  }),
  entry("ninja_operation", {
    imports: "from ninja import Router, UploadedFile\n\nrouter = Router()",
    code: `
@router.post("/ID")
def operation_ID(request, file: UploadedFile):
    WORK
    return {}`,
    root: "operation_ID",
    upload: "file",
  }),
  entry("rest_update", {
    imports: "from rest_framework import serializers\nfrom shop.models import Owner",
    code: `
class Update_ID(serializers.ModelSerializer):
    class Meta:
        model = Owner
        fields = ["name"]

    def update(self, instance, validated_data):
        WORK
        return super().update(instance, validated_data)`,
    root: "Update_ID.update",
  }),
  entry("serializer_of_view", {
    imports:
      "from rest_framework import serializers\nfrom rest_framework.response import Response\nfrom rest_framework.views import APIView\nfrom shop.models import Owner",
    code: `
class OfView_ID(serializers.ModelSerializer):
    class Meta:
        model = Owner
        fields = ["name"]

    def create(self, validated_data):
        WORK
        return super().create(validated_data)


class ViewOf_ID(APIView):
    def post(self, request):
        serializer = OfView_ID(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)`,
    root: "ViewOf_ID.post",
    through: "OfView_ID.create",
  }),
  entry("perform_destroy", {
    imports:
      "from rest_framework import generics\nfrom shop.serializers import OwnerSerializer\nfrom shop.models import Owner",
    code: `
class Destroy_ID(generics.DestroyAPIView):
    queryset = Owner.objects.all()
    serializer_class = OwnerSerializer

    def perform_destroy(self, instance):
        WORK
        instance.delete()`,
    root: "Destroy_ID.delete",
    through: "Destroy_ID.perform_destroy",
  }),
  entry("rest_get_queryset", {
    imports:
      "from rest_framework import generics\nfrom shop.serializers import OwnerSerializer\nfrom shop.models import Owner",
    code: `
class List_ID(generics.ListAPIView):
    serializer_class = OwnerSerializer

    def get_queryset(self):
        WORK
        return Owner.objects.all()`,
    root: "List_ID.get",
    through: "List_ID.get_queryset",
  }),
  entry("rest_authentication", {
    imports: "from rest_framework.authentication import BaseAuthentication",
    code: `
class Authentication_ID(BaseAuthentication):
    def authenticate(self, request):
        WORK
        return None`,
    root: "Authentication_ID.authenticate",
  }),
  entry("rest_throttle", {
    imports: "from rest_framework.throttling import BaseThrottle",
    code: `
class Throttle_ID(BaseThrottle):
    def allow_request(self, request, view):
        WORK
        return True`,
    root: "Throttle_ID.allow_request",
  }),
  entry("rest_renderer", {
    imports: "from rest_framework.renderers import BaseRenderer",
    code: `
class Renderer_ID(BaseRenderer):
    def render(self, data, accepted_media_type=None, renderer_context=None):
        WORK
        return b""`,
    root: "Renderer_ID.render",
  }),
  entry("list_view", {
    imports: "from django.views.generic import ListView\nfrom shop.models import Owner",
    code: `
class List_ID(ListView):
    model = Owner

    def get_queryset(self):
        WORK
        return super().get_queryset()`,
    root: "List_ID.get",
    through: "List_ID.get_queryset",
  }),
  entry("delete_view", {
    imports: "from django.views.generic import DeleteView\nfrom shop.models import Owner",
    code: `
class Delete_ID(DeleteView):
    model = Owner
    success_url = "/"

    def delete(self, request, *args, **kwargs):
        WORK
        return super().delete(request, *args, **kwargs)`,
    root: "Delete_ID.delete",
  }),
  entry("delete_form_valid", {
    imports: "from django.views.generic import DeleteView\nfrom shop.models import Owner",
    code: `
class DeleteValid_ID(DeleteView):
    model = Owner
    success_url = "/"

    def form_valid(self, form):
        WORK
        return super().form_valid(form)`,
    root: "DeleteValid_ID.post",
    through: "DeleteValid_ID.form_valid",
  }),
  entry("detail_get_object", {
    imports: "from django.views.generic import DetailView\nfrom shop.models import Owner",
    code: `
class Detail_ID(DetailView):
    model = Owner

    def get_object(self, queryset=None):
        WORK
        return super().get_object(queryset)`,
    root: "Detail_ID.get",
    through: "Detail_ID.get_object",
  }),
  entry("dispatch", {
    imports: "from django.views.generic import TemplateView",
    code: `
class Dispatch_ID(TemplateView):
    template_name = "page.html"

    def dispatch(self, *args, **kwargs):
        WORK
        return super().dispatch(*args, **kwargs)`,
    root: "Dispatch_ID.get",
    through: "Dispatch_ID.dispatch",
  }),
  entry("mixin", {
    imports: "from django.views.generic import TemplateView",
    code: `
class Mixin_ID:
    def get_context_data(self, **kwargs):
        WORK
        return super().get_context_data(**kwargs)


class WithMixin_ID(Mixin_ID, TemplateView):
    template_name = "page.html"`,
    root: "WithMixin_ID.get",
    through: "Mixin_ID.get_context_data",
  }),
  entry("login_form_valid", {
    imports: "from django.contrib.auth.views import LoginView",
    code: `
class Login_ID(LoginView):
    def form_valid(self, form):
        WORK
        return super().form_valid(form)`,
    root: "Login_ID.form_valid",
  }),
  entry("user_form", {
    imports:
      "from django.contrib.auth.forms import UserCreationForm\nfrom django.views.generic import CreateView",
    code: `
class UserForm_ID(UserCreationForm):
    def save(self, commit=True):
        user = super().save(commit)
        WORK
        return user


class SignUp_ID(CreateView):
    form_class = UserForm_ID
    success_url = "/"`,
    root: "UserForm_ID.save",
  }),
  entry("admin_save_form", {
    imports: "from django.contrib import admin\nfrom django import forms\nfrom shop.models import Owner",
    code: `
class AdminForm_ID(forms.ModelForm):
    class Meta:
        model = Owner
        fields = ["name"]

    def clean(self):
        WORK
        return super().clean()


class FormAdmin_ID(admin.ModelAdmin):
    form = AdminForm_ID`,
    root: "AdminForm_ID.clean",
  }),
  entry("admin_column", {
    imports: "from django.contrib import admin",
    code: `
class Column_ID(admin.ModelAdmin):
    list_display = ["rate"]

    def rate(self, obj):
        WORK
        return 1`,
    root: "Column_ID.rate",
  }),
  entry("admin_response", {
    imports: "from django.contrib import admin",
    code: `
class Response_ID(admin.ModelAdmin):
    def response_change(self, request, obj):
        WORK
        return super().response_change(request, obj)`,
    root: "Response_ID.response_change",
  }),
  entry("admin_delete_queryset", {
    imports: "from django.contrib import admin",
    code: `
class DeleteAdmin_ID(admin.ModelAdmin):
    def delete_queryset(self, request, queryset):
        WORK
        super().delete_queryset(request, queryset)`,
    root: "DeleteAdmin_ID.delete_queryset",
  }),
  entry("model_delete", {
    path: "shop/models.py",
    imports: "",
    code: `
class DeleteRow_ID(models.Model):
    def delete(self, *args, **kwargs):
        WORK
        return super().delete(*args, **kwargs)


def drop_ID(request, pk):
    DeleteRow_ID.objects.get(pk=pk).delete()
    return HttpResponse()`,
    root: "drop_ID",
    through: "DeleteRow_ID.delete",
  }),
  entry("model_clean", {
    path: "shop/models.py",
    imports: "",
    code: `
class CleanRow_ID(models.Model):
    name = models.CharField(max_length=100)

    def clean(self):
        WORK


def check_ID(request, pk):
    CleanRow_ID.objects.get(pk=pk).full_clean()
    return HttpResponse()`,
    root: "check_ID",
    through: "CleanRow_ID.clean",
  }),
  entry("saved_by_form", {
    path: "shop/models.py",
    imports: "from django import forms",
    code: `
class FormRow_ID(models.Model):
    name = models.CharField(max_length=100)

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        WORK


class RowForm_ID(forms.ModelForm):
    class Meta:
        model = FormRow_ID
        fields = ["name"]


def edit_ID(request):
    form = RowForm_ID(request.POST)
    if form.is_valid():
        form.save()
    return HttpResponse()`,
    root: "edit_ID",
    through: "FormRow_ID.save",
  }),
  entry("signal_by_form", {
    path: "shop/models.py",
    imports: "",
    code: `
class SignalRow_ID(models.Model):
    name = models.CharField(max_length=100)


@receiver(post_save, sender=SignalRow_ID)
def row_saved_ID(sender, instance, **kwargs):
    WORK


class SignalForm_ID(forms.ModelForm):
    class Meta:
        model = SignalRow_ID
        fields = ["name"]


def fill_ID(request):
    form = SignalForm_ID(request.POST)
    if form.is_valid():
        form.save()
    return HttpResponse()`,
    root: "fill_ID",
    through: "row_saved_ID",
  }),
  entry("signal_by_serializer", {
    path: "shop/models.py",
    imports: "from rest_framework import serializers, viewsets",
    code: `
class ApiRow_ID(models.Model):
    name = models.CharField(max_length=100)


@receiver(post_save, sender=ApiRow_ID)
def api_saved_ID(sender, instance, **kwargs):
    WORK


class ApiSerializer_ID(serializers.ModelSerializer):
    class Meta:
        model = ApiRow_ID
        fields = ["name"]


class ApiSet_ID(viewsets.ModelViewSet):
    queryset = ApiRow_ID.objects.all()
    serializer_class = ApiSerializer_ID`,
    root: "ApiSet_ID.create",
    through: "api_saved_ID",
  }),
  entry("signal_by_create_view", {
    path: "shop/models.py",
    imports: "from django.views.generic import CreateView",
    code: `
class PageRow_ID(models.Model):
    name = models.CharField(max_length=100)


@receiver(post_save, sender=PageRow_ID)
def page_saved_ID(sender, instance, **kwargs):
    WORK


class PageCreate_ID(CreateView):
    model = PageRow_ID
    fields = ["name"]`,
    root: "PageCreate_ID.post",
    through: "page_saved_ID",
  }),
  entry("custom_signal", {
    path: "shop/models.py",
    imports: "from django.dispatch import Signal",
    code: `
paid_ID = Signal()


@receiver(paid_ID)
def on_paid_ID(sender, **kwargs):
    WORK


def pay_ID(request):
    paid_ID.send(sender=None)
    return HttpResponse()`,
    root: "pay_ID",
    through: "on_paid_ID",
  }),
  entry("manager_method", {
    path: "shop/models.py",
    imports: "",
    code: `
class Manager_ID(models.Manager):
    def register(self, name):
        row = self.create(name=name)
        WORK
        return row


class ManagedRow_ID(models.Model):
    name = models.CharField(max_length=100)
    objects = Manager_ID()


def register_ID(request):
    ManagedRow_ID.objects.register("A")
    return HttpResponse()`,
    root: "register_ID",
    through: "Manager_ID.register",
  }),
  entry("service_object", {
    imports: http,
    code: `
class Service_ID:
    def __init__(self, owner):
        self.owner = owner

    def run(self):
        self._work()

    def _work(self):
        WORK


def view_ID(request):
    Service_ID(request.user).run()
    return HttpResponse()`,
    root: "view_ID",
    through: "Service_ID._work",
  }),
  entry("async_to_sync_view", {
    imports: `${http}\nfrom asgiref.sync import sync_to_async`,
    code: `
async def view_ID(request):
    def work():
        WORK
    await sync_to_async(work)()
    return HttpResponse()`,
    root: "view_ID",
    through: "work",
  }),
  entry("on_commit_lambda", {
    imports: `${http}\nfrom django.db import transaction`,
    code: `
def work_ID():
    WORK


def view_ID(request):
    transaction.on_commit(lambda: work_ID())
    return HttpResponse()`,
    root: "view_ID",
    through: "work_ID",
  }),
  entry("on_commit_partial", {
    imports: `${http}\nfrom functools import partial\nfrom django.db import transaction`,
    code: `
def work_ID(pk):
    WORK


def view_ID(request):
    transaction.on_commit(partial(work_ID, 1))
    return HttpResponse()`,
    root: "view_ID",
    through: "work_ID",
  }),
  entry("wrapper_of_class", {
    imports: `${http}\nfrom functools import wraps`,
    code: `
def around_ID(level):
    def decorator(view):
        @wraps(view)
        def inner(self, request, *args, **kwargs):
            WORK
            return view(self, request, *args, **kwargs)
        return inner
    return decorator`,
    root: "around_ID.decorator.inner",
  }),
  entry("ninja_file", {
    imports: "from ninja import File, NinjaAPI\nfrom ninja.files import UploadedFile\n\napi = NinjaAPI()",
    code: `
@api.post("/ID")
def operation_ID(request, file: UploadedFile = File(...)):
    WORK
    return {}`,
    root: "operation_ID",
    upload: "file",
  }),
];
