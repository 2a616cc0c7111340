from django.urls import path

from . import views

urlpatterns = [
    path("", views.people, name="people"),
    path("signup/", views.signup, name="signup"),
    path("invite/", views.invite, name="invite"),
    path("labels/", views.contact_labels, name="contact-labels"),
    path("password/", views.ChangePassword.as_view(), name="change-password"),
]
