from django.http import JsonResponse
from django.shortcuts import get_object_or_404

from .models import Batch, Entry, Job, Note


def entry(request, number):
    return JsonResponse({"entries": list(Entry.objects.filter(number=number).values("id", "code"))})


def entry_lines(request, number):
    return JsonResponse({"n": Entry.objects.filter(number=number).count()})


def entry_state(request, number):
    return JsonResponse({"state": list(Entry.objects.filter(number=number).values_list("state", flat=True))})


def batch(request, token):
    return JsonResponse({"batches": list(Batch.objects.filter(token=token).values("id"))})


def close_batch(request, token):
    return JsonResponse({"n": Batch.objects.filter(token=token).update(is_closed=True)})


def batch_state(request, token):
    return JsonResponse({"closed": Batch.objects.filter(token=token, is_closed=True).exists()})


def open_entries(request):
    return JsonResponse({"open": list(Entry.objects.filter(state="open").order_by("-created_at").values("id")[:25])})


def drafts(request):
    return JsonResponse({"drafts": list(Entry.objects.filter(state="draft").order_by("-created_at").values("id")[:25])})


def by_code(request, code):
    return JsonResponse({"entries": list(Entry.objects.filter(code__startswith=code).values("id"))})


def by_email(request, email):
    return JsonResponse({"notes": list(Note.objects.filter(email__iexact=email).values("id"))})


def notes(request, pk):
    return JsonResponse({"notes": list(Note.objects.filter(content_type_id=7, object_id=pk).values("text"))})


def search(request, text):
    return JsonResponse({"entries": list(Entry.objects.filter(text__icontains=text).values("id"))})


def by_owner(request, name):
    return JsonResponse({"entry": get_object_or_404(Entry, owner=name).pk})


def by_contact(request, contact):
    return JsonResponse({"entries": list(Entry.objects.filter(contact__iexact=contact).values("id"))})


def new_jobs(request):
    jobs = Job.objects.filter(state="new", deleted_at__isnull=True).order_by("-created_at")[:25]
    return JsonResponse({"jobs": [job.pk for job in jobs]})


def done_jobs(request):
    jobs = Job.objects.filter(state="done", deleted_at__isnull=True).order_by("-created_at")[:25]
    return JsonResponse({"jobs": [job.pk for job in jobs]})


def lost_jobs(request):
    jobs = Job.objects.filter(state="lost", deleted_at__isnull=True).order_by("-created_at")[:25]
    return JsonResponse({"jobs": [job.pk for job in jobs]})


def jobs_of(request, pk):
    return JsonResponse({"jobs": list(Job.objects.filter(account_id=pk, deleted_at__isnull=True).values("id"))})


def job(request, pk):
    return JsonResponse({"found": Job.objects.filter(pk=pk, deleted_at__isnull=True).exists()})
