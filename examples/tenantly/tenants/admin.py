from django.contrib import admin

from .models import Plan, Tenant


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ["name", "max_projects", "monthly_price"]


@admin.register(Tenant)
# Problem: expensive-total-count (QS606): each page counts the matching rows, and all of them once more.
class TenantAdmin(admin.ModelAdmin):
    """Right: the plan is not nullable, so Django joins it by itself."""

    list_display = ["name", "plan", "is_active", "trial_ends"]
    list_filter = ["is_active", "plan"]
    search_fields = ["name", "slug"]
