from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import render
from django.views.generic import ListView

from .models import Team


class TeamListView(LoginRequiredMixin, ListView):
    """Right: what the template reads is loaded with three queries, however many teams there are."""

    template_name = "teams/team_list.html"
    context_object_name = "teams"
    paginate_by = 50

    def get_queryset(self):
        return (
            Team.objects.for_tenant(self.request.tenant)
            .select_related("lead", "tenant")
            .prefetch_related("members__profile")
            .order_by("name", "pk")
        )


@login_required
def workload(request):
    # Problem: n-plus-one-reverse-one-to-one (QS103): the profile of each member, and (QS102) the members of each
    # team, twice.
    teams = Team.objects.for_tenant(request.tenant).order_by("name")
    rows = []
    for team in teams:
        time_zones = {member.profile.time_zone for member in team.members.all()}
        rows.append({"team": team.name, "people": len(team.members.all()), "time_zones": sorted(time_zones)})
    return render(request, "teams/workload.html", {"rows": rows})


@login_required
def leads(request):
    teams = Team.objects.for_tenant(request.tenant).prefetch_related("memberships")
    missing = []
    for team in teams:
        # Problem: prefetch-bypassed (QS104): filter() ignores the memberships that were prefetched.
        if not team.memberships.filter(role="lead"):
            missing.append(team.name)
    return render(request, "teams/leads.html", {"missing": missing})
