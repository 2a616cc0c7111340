from django.contrib import admin

from .models import Membership, Team


class MembershipInline(admin.TabularInline):
    model = Membership
    autocomplete_fields = ["user"]
    extra = 0


@admin.register(Team)
# Problem: expensive-total-count (QS606): each page counts the matching rows, and all of them once more.
class TeamAdmin(admin.ModelAdmin):
    # Problem: n-plus-one-in-admin-list (QS111): __str__ of each team reads its tenant, and the
    # nullable lead is not joined.
    list_display = ["__str__", "lead", "size"]
    search_fields = ["name"]
    autocomplete_fields = ["tenant", "lead"]
    inlines = [MembershipInline]

    def size(self, team):
        # Problem: n-plus-one-aggregate (QS106): one query for each team.
        return team.members.count()
