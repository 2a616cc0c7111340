from django.contrib import admin

from .models import Invoice, InvoiceLine


class InvoiceLineInline(admin.TabularInline):
    model = InvoiceLine
    extra = 0


@admin.register(Invoice)
# Problem: expensive-total-count (QS606): each page counts the matching rows, and all of them once more.
class InvoiceAdmin(admin.ModelAdmin):
    """Right: the nullable project is joined, and what total() reads is prefetched."""

    list_display = ["number", "tenant", "project", "status", "due", "total"]
    list_select_related = ["tenant", "project"]
    list_filter = ["status", "currency"]
    raw_id_fields = ["tenant", "project"]
    inlines = [InvoiceLineInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("lines")
