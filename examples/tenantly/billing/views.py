import json

import requests
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Sum
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .documents import invoice_pdf
from .models import Invoice, InvoiceLine, Payment
from .tasks import send_receipt


@login_required
def invoice_list(request):
    # Problem: n-plus-one-via-method (QS107): total is a property that loads the lines of each invoice, and
    # the project is read beside it.
    invoices = Invoice.objects.for_tenant(request.tenant).order_by("-due", "-pk")
    rows = [
        {
            "number": invoice.number,
            "project": invoice.project.name if invoice.project else "",
            "total": invoice.total,
            "status": invoice.status,
        }
        for invoice in invoices
    ]
    return render(request, "billing/invoice_list.html", {"rows": rows})


@login_required
def open_invoices(request):
    """Right: the project is joined, the total is a column of the query."""
    invoices = (
        Invoice.objects.for_tenant(request.tenant)
        .filter(status=Invoice.Status.SENT)
        .select_related("project")
        .annotate(amount=Sum(F("lines__quantity") * F("lines__unit_price")))
        .order_by("due", "pk")
    )
    rows = [
        {
            "number": invoice.number,
            "project": invoice.project.name if invoice.project else "",
            "total": invoice.amount,
            "status": invoice.status,
        }
        for invoice in invoices
    ]
    return render(request, "billing/invoice_list.html", {"rows": rows})


@login_required
# Problem: uncached-expensive-view (QS701): three aggregates over all invoices on each load of the page.
def overview(request):
    """Figures for the owner of the account."""
    lines = InvoiceLine.objects.filter(invoice__tenant=request.tenant)
    amount = Sum(F("quantity") * F("unit_price"))
    return JsonResponse(
        {
            "invoiced": lines.aggregate(total=amount)["total"],
            "outstanding": lines.filter(invoice__status=Invoice.Status.SENT).aggregate(total=amount)["total"],
            "paid": Payment.objects.filter(invoice__tenant=request.tenant).aggregate(total=Sum("amount"))["total"],
        }
    )


@login_required
def download(request, number):
    invoice = get_object_or_404(Invoice.objects.for_tenant(request.tenant), number=number)
    return HttpResponse(invoice_pdf(invoice), content_type="application/pdf")


@login_required
def exchange_rates(request):
    # Problem: sync-http-in-request (QS402): this page is as slow as somebody else's server.
    # Problem: http-without-timeout (QS403): and hangs when that one hangs.
    rates = requests.get(settings.EXCHANGE_RATE_URL).json()
    return JsonResponse(rates)


@login_required
@require_POST
def remind(request):
    sent = Invoice.objects.for_tenant(request.tenant).filter(status=Invoice.Status.OVERDUE)
    for invoice in sent:
        # Problem: email-in-loop (QS408): one connection to the mail server per invoice, inside the request.
        # Problem: sync-email-in-request (QS401)
        send_mail(f"Invoice {invoice.number}", "Please pay.", None, [invoice.recipient])
        # Problem: read-modify-write (QS308): loses a reminder when two requests do this at once.
        invoice.reminders += 1
        # Problem: save-in-loop (QS302)
        invoice.save()
    return redirect("invoice-list")


@csrf_exempt
@require_POST
# Problem: webhook-processed-inline (QS406): should be stored and answered, and processed by a worker.
def payment_webhook(request):
    """The payment provider repeats a call that takes longer than two seconds."""
    event = json.loads(request.body)
    invoice = get_object_or_404(Invoice, number=event["invoice"])
    with transaction.atomic():
        Payment.objects.create(invoice=invoice, amount=event["amount"])
        invoice.status = Invoice.Status.PAID
        invoice.save()
        # Problem: task-enqueued-inside-transaction (QS902): a worker may still see the invoice as unpaid.
        send_receipt.delay(invoice.pk)
    # Problem: sync-email-in-request (QS401): the provider waits for the mail server, and calls again.
    send_mail(f"Paid: {invoice.number}", "A payment has arrived.", None, ["accounts@tenantly.example"])
    return JsonResponse({"received": True})
