from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from .models import User


class SignupForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "email", "first_name", "last_name"]


class InvitationForm(forms.Form):
    addresses = forms.CharField(widget=forms.Textarea, help_text="One e-mail address per line")

    def clean_addresses(self):
        return [line.strip() for line in self.cleaned_data["addresses"].splitlines() if line.strip()]
