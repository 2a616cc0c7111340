from django import forms

from teams.models import Team

from .models import Project


class ProjectForm(forms.ModelForm):
    # Problem: n-plus-one-in-form-choices (QS113): each option is named by Team.__str__, which reads the tenant.
    team = forms.ModelChoiceField(queryset=Team.objects.order_by("name"), required=False)

    class Meta:
        model = Project
        fields = ["name", "slug", "team", "status", "budget", "due"]


class ImportForm(forms.Form):
    file = forms.FileField()
