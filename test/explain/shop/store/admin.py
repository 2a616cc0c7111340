from django.contrib import admin

from .models import Line, Order


class LineInline(admin.TabularInline):
    model = Line

    def get_queryset(self, request):
        return super().get_queryset(request).filter(amount__gt=0)


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    inlines = [LineInline]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(number__gt="")
