from django.core.management.base import BaseCommand

from billing.models import Invoice


class Command(BaseCommand):
    help = "Prints what customers still have to pay."

    def handle(self, *args, **options):
        # Problem: select-related-bare (QS120): joins whatever is not nullable, needed or not, up to five levels deep.
        invoices = Invoice.objects.select_related().filter(status=Invoice.Status.SENT)
        for invoice in invoices.order_by("due", "pk"):
            self.stdout.write(f"{invoice.due} {invoice.number} {invoice.tenant.name}")
