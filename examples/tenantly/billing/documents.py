import io

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas


def invoice_pdf(invoice):
    """The bytes of an invoice as PDF."""
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=A4)
    page.drawString(72, 770, f"Invoice {invoice.number}")
    for position, line in enumerate(invoice.lines.all()):
        page.drawString(72, 730 - 18 * position, f"{line.description}: {line.amount} {invoice.currency}")
    # Problem: sync-document-in-request (QS404): the view that downloads it draws it while the browser waits.
    page.save()
    return buffer.getvalue()
