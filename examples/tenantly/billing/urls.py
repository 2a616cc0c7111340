from django.urls import path

from . import views

urlpatterns = [
    path("", views.invoice_list, name="invoice-list"),
    path("open/", views.open_invoices, name="invoice-open"),
    path("overview/", views.overview, name="billing-overview"),
    path("rates/", views.exchange_rates, name="exchange-rates"),
    path("remind/", views.remind, name="invoice-remind"),
    path("webhook/", views.payment_webhook, name="payment-webhook"),
    path("<str:number>.pdf", views.download, name="invoice-download"),
]
