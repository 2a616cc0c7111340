from django.contrib import admin

from .models import Activity


@admin.register(Activity)
class ActivityAdmin(admin.ModelAdmin):
    """Right: both relations are not nullable, and their names need nothing deeper."""

    list_display = ["verb", "actor", "project", "created_at"]
    list_select_related = ["actor", "project"]
    raw_id_fields = ["actor", "project"]
    show_full_result_count = False
