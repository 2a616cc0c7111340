from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView
from django.core.mail import send_mail
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse_lazy

from .emails import send_invitation
from .forms import InvitationForm, SignupForm
from .models import Profile, User
from .tasks import push_to_crm, send_password_changed_email


def signup(request):
    form = SignupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            user = form.save()
            Profile.objects.create(user=user)
            # Problem: task-receives-model-instance (QS901): the worker gets the user as it was when this ran.
            # Problem: task-enqueued-inside-transaction (QS902): a worker may look for the user before the commit.
            push_to_crm.delay(user)
        # Problem: sync-email-in-request (QS401): signing up takes as long as the mail server does.
        send_mail("Welcome to Tenantly", "Good to have you here.", None, [user.email])
        return redirect("login")
    return render(request, "users/signup.html", {"form": form})


@login_required
def invite(request):
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        for address in form.cleaned_data["addresses"]:
            # The same through a helper in another module, and one connection to the mail server per address.
            send_invitation(request.user, address)
        messages.success(request, "Your invitations are on their way.")
        return redirect("people")
    return render(request, "users/invite.html", {"form": form})


@login_required
def people(request):
    # Problem: n-plus-one-reverse-one-to-one (QS103): one query per user for the profile, also where there is none.
    users = User.objects.filter(tenant=request.tenant).order_by("last_name", "pk")
    entries = []
    for user in users:
        if hasattr(user, "profile"):
            entries.append({"name": user.display_name, "phone": user.profile.phone})
        else:
            entries.append({"name": user.display_name, "phone": ""})
    return render(request, "users/people.html", {"entries": entries})


@login_required
def contact_labels(request):
    """Labels for badges and mailings of everybody who is active."""
    # Problem: n-plus-one-via-method (QS107): organisation_label() reads tenant and plan of each user.
    users = User.objects.filter(is_active=True).exclude(tenant=None)
    labels = [user.organisation_label() for user in users]
    return render(request, "users/labels.html", {"labels": labels})


class ChangePassword(PasswordChangeView):
    success_url = reverse_lazy("people")
    template_name = "users/change_password.html"

    def form_valid(self, form):
        """Right: sent by a worker, after the transaction."""
        response = super().form_valid(form)
        transaction.on_commit(lambda: send_password_changed_email.delay(self.request.user.pk))
        return response
