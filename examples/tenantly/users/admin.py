from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from .models import Profile, User


@admin.register(User)
class TenantUserAdmin(UserAdmin):
    # Problem: n-plus-one-in-admin-list (QS111): the tenant is nullable, so Django does not join it, and
    # phone() reads the profile of each row.
    list_display = ["username", "email", "tenant", "phone", "is_active"]
    fieldsets = [*UserAdmin.fieldsets, ("Tenantly", {"fields": ["tenant", "job_title"]})]

    @admin.display(description="Phone")
    def phone(self, user):
        return user.profile.phone if hasattr(user, "profile") else ""


@admin.register(Profile)
class ProfileAdmin(admin.ModelAdmin):
    """Right: names what its columns read."""

    list_display = ["user", "time_zone", "tenant_name"]
    list_select_related = ["user__tenant"]
    autocomplete_fields = ["user"]

    @admin.display(description="Tenant")
    def tenant_name(self, profile):
        return profile.user.tenant.name if profile.user.tenant else ""
