from datetime import timedelta

from celery import shared_task
from django.core.mail import send_mail
from django.utils import timezone

from .models import Invoice, InvoiceLine


@shared_task
# Problem: task-without-retry (QS905): the customer gets no receipt when the mail server has a bad moment.
def send_receipt(invoice_id):
    invoice = Invoice.objects.get(pk=invoice_id)
    send_mail(f"Receipt for {invoice.number}", "Thank you.", None, [invoice.recipient])
    # Problem: long-eta (QS913): longer than Redis keeps a task from other workers (one hour): runs many times.
    ask_for_feedback.apply_async(args=[invoice_id], countdown=3 * 24 * 3600)


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def ask_for_feedback(invoice_id):
    invoice = Invoice.objects.get(pk=invoice_id)
    send_mail("How was it?", f"You paid {invoice.number}.", None, [invoice.recipient])


@shared_task
def mark_overdue_invoices():
    # Problem: save-in-loop (QS302): one UPDATE per invoice, for all tenants.
    for invoice in Invoice.objects.filter(status=Invoice.Status.SENT, due__lt=timezone.localdate()):
        invoice.status = Invoice.Status.OVERDUE
        invoice.save()


@shared_task
def invoice_finished_month(tenant_id, project_ids):
    """One invoice with one line for each project."""
    today = timezone.localdate()
    invoices = [
        Invoice(
            tenant_id=tenant_id,
            project_id=project_id,
            number=f"{today:%Y%m}-{project_id}",
            recipient="accounts@customer.example",
            due=today + timedelta(days=14),
        )
        for project_id in project_ids
    ]
    Invoice.objects.bulk_create(invoices, batch_size=500)
    for invoice in invoices:
        # Problem: create-in-loop (QS301): one INSERT per invoice.
        InvoiceLine.objects.create(invoice=invoice, description=f"Work in {today:%B}", unit_price=900)
