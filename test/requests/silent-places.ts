/** Code that nobody waits for: tasks, commands, threads and what hands work to them. */
import { type EntryPoint, entry } from "./entry-points.ts";

const http = "from django.http import HttpResponse";

export const silentPlaces: readonly EntryPoint[] = [
  entry("celery_delay", {
    imports: `${http}\nfrom celery import shared_task`,
    code: `
@shared_task
def work_ID(pk):
    WORK


def view_ID(request, pk):
    work_ID.delay(pk)
    return HttpResponse()`,
  }),
  entry("celery_retry", {
    imports: `${http}\nfrom celery import Celery\n\napp = Celery("shop")`,
    code: `
@app.task(bind=True, max_retries=3)
def work_ID(self, pk):
    try:
        WORK
    except OSError as error:
        raise self.retry(exc=error)


def view_ID(request, pk):
    work_ID.apply_async(args=[pk], countdown=5)
    return HttpResponse()`,
  }),
  entry("celery_signature", {
    imports: `${http}\nfrom celery import chain, group, shared_task`,
    code: `
@shared_task
def work_ID(pk):
    WORK


def view_ID(request, pk):
    chain(work_ID.s(pk), work_ID.si(pk)).delay()
    group(work_ID.s(each) for each in [1, 2])()
    return HttpResponse()`,
  }),
  entry("celery_class", {
    imports: `${http}\nfrom celery import Task, current_app`,
    code: `
class Work_ID(Task):
    def run(self, pk):
        WORK


started_ID = current_app.register_task(Work_ID())


def view_ID(request, pk):
    started_ID.delay(pk)
    return HttpResponse()`,
  }),
  entry("lambda_after_commit", {
    imports: `${http}\nfrom celery import shared_task\nfrom django.db import transaction`,
    code: `
@shared_task
def work_ID(pk):
    WORK


def view_ID(request, pk):
    transaction.on_commit(lambda: work_ID.delay(pk))
    return HttpResponse()`,
  }),
  entry("partial_after_commit", {
    imports: `${http}\nfrom functools import partial\nfrom celery import shared_task\nfrom django.db import transaction`,
    code: `
@shared_task
def work_ID(pk):
    WORK


def view_ID(request, pk):
    transaction.on_commit(partial(work_ID.delay, pk))
    work_ID.delay_on_commit(pk)
    return HttpResponse()`,
  }),
  entry("receiver_with_task", {
    path: "shop/models.py",
    imports: `from celery import shared_task
from django.db import models, transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
${http}`,
    code: `
class Row_ID(models.Model):
    name = models.CharField(max_length=100)


@shared_task
def work_ID(pk):
    WORK


@receiver(post_save, sender=Row_ID)
def saved_ID(sender, instance, **kwargs):
    transaction.on_commit(lambda: work_ID.delay(instance.pk))


def view_ID(request):
    Row_ID.objects.create(name="A")
    return HttpResponse()`,
  }),
  entry("saved_by_task", {
    path: "shop/models.py",
    imports: "",
    code: `
class Stored_ID(models.Model):
    name = models.CharField(max_length=100)

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        WORK


@shared_task
def store_ID():
    Stored_ID.objects.create(name="A")`,
  }),
  entry("command", {
    path: "shop/management/commands/work.py",
    imports: "from django.core.management.base import BaseCommand",
    code: `
class Command_ID(BaseCommand):
    def handle(self, *args, **options):
        self.work()

    def work(self):
        WORK`,
  }),
  entry("migration", {
    path: "shop/migrations/0001_initial.py",
    imports: "",
    code: `
def forwards_ID(apps, schema_editor):
    WORK`,
  }),
  entry("thread", {
    imports: `${http}\nimport threading`,
    code: `
def work_ID(pk):
    WORK


def view_ID(request, pk):
    threading.Thread(target=work_ID, args=(pk,), daemon=True).start()
    return HttpResponse()`,
  }),
  entry("thread_of_closure", {
    imports: `${http}\nfrom threading import Thread`,
    code: `
def view_ID(request, pk):
    def work():
        WORK

    thread = Thread(target=work)
    thread.start()
    return HttpResponse()`,
  }),
  entry("thread_of_lambda", {
    imports: `${http}\nfrom threading import Thread`,
    code: `
def work_ID(pk):
    WORK


def view_ID(request, pk):
    Thread(target=lambda: work_ID(pk)).start()
    return HttpResponse()`,
  }),
  entry("thread_of_method", {
    imports: `${http}\nfrom threading import Thread\nfrom django.views import View`,
    code: `
class View_ID(View):
    def post(self, request):
        Thread(target=self.work).start()
        return HttpResponse()

    def work(self):
        WORK`,
  }),
  entry("thread_class", {
    imports: `${http}\nimport threading`,
    code: `
class Work_ID(threading.Thread):
    def run(self):
        WORK


def view_ID(request):
    Work_ID().start()
    return HttpResponse()`,
  }),
  entry("thread_decorator", {
    imports: `${http}\nfrom functools import wraps\nfrom threading import Thread\n\n\ndef in_thread(function):\n    @wraps(function)\n    def start(*args, **kwargs):\n        Thread(target=function, args=args, kwargs=kwargs).start()\n    return start`,
    code: `
@in_thread
def work_ID(pk):
    WORK


def view_ID(request, pk):
    work_ID(pk)
    return HttpResponse()`,
  }),
  entry("timer", {
    imports: `${http}\nfrom threading import Timer`,
    code: `
def work_ID():
    WORK


def view_ID(request):
    Timer(5, work_ID).start()
    return HttpResponse()`,
  }),
  entry("pool", {
    imports: `${http}\nfrom concurrent.futures import ThreadPoolExecutor\n\npool = ThreadPoolExecutor()`,
    code: `
def work_ID(pk):
    WORK


def view_ID(request, pk):
    pool.submit(work_ID, pk)
    pool.submit(lambda: work_ID(pk))
    return HttpResponse()`,
  }),
  entry("receiver_with_thread", {
    path: "shop/models.py",
    imports: "from threading import Thread",
    code: `
class Threaded_ID(models.Model):
    name = models.CharField(max_length=100)


def background_ID(pk):
    WORK


@receiver(post_save, sender=Threaded_ID)
def threaded_ID(sender, instance, **kwargs):
    Thread(target=background_ID, args=(instance.pk,)).start()


def make_ID(request):
    Threaded_ID.objects.create(name="A")
    return HttpResponse()`,
  }),
  entry("process", {
    imports: `${http}\nfrom multiprocessing import Process`,
    code: `
def work_ID(pk):
    WORK


def view_ID(request, pk):
    Process(target=work_ID, args=(pk,)).start()
    return HttpResponse()`,
  }),
  entry("rq_enqueue", {
    imports: `${http}\nimport django_rq`,
    code: `
def work_ID(pk):
    WORK


def view_ID(request, pk):
    django_rq.enqueue(work_ID, pk)
    django_rq.get_queue("default").enqueue(work_ID, pk)
    return HttpResponse()`,
  }),
  entry("rq_job", {
    imports: `${http}\nfrom django_rq import job`,
    code: `
@job
def work_ID(pk):
    WORK


def view_ID(request, pk):
    work_ID.delay(pk)
    return HttpResponse()`,
  }),
  entry("django_q", {
    imports: `${http}\nfrom django_q.tasks import async_task`,
    code: `
def work_ID(pk):
    WORK


def view_ID(request, pk):
    async_task(work_ID, pk)
    async_task("shop.django_q.work_ID", pk)
    return HttpResponse()`,
  }),
  entry("dramatiq", {
    imports: `${http}\nimport dramatiq`,
    code: `
@dramatiq.actor
def work_ID(pk):
    WORK


def view_ID(request, pk):
    work_ID.send(pk)
    return HttpResponse()`,
  }),
  entry("huey", {
    imports: `${http}\nfrom huey.contrib.djhuey import db_task, task`,
    code: `
@db_task()
def work_ID(pk):
    WORK


def view_ID(request, pk):
    work_ID(pk)
    return HttpResponse()`,
  }),
  entry("background_task", {
    imports: `${http}\nfrom background_task import background`,
    code: `
@background(schedule=60)
def work_ID(pk):
    WORK


def view_ID(request, pk):
    work_ID(pk)
    return HttpResponse()`,
  }),
  entry("django_tasks", {
    imports: `${http}\nfrom django.tasks import task`,
    code: `
@task
def work_ID(pk):
    WORK


def view_ID(request, pk):
    work_ID.enqueue(pk)
    return HttpResponse()`,
  }),
  entry("scheduler", {
    imports: `${http}\nfrom apscheduler.schedulers.background import BackgroundScheduler\n\nscheduler = BackgroundScheduler()`,
    code: `
def work_ID():
    WORK


def view_ID(request):
    scheduler.add_job(work_ID)
    return HttpResponse()`,
  }),
  entry("own_test", {
    path: "shop/tests/test_work.py",
    imports: "from django.test import TestCase",
    code: `
class Work_ID(TestCase):
    def test_work(self):
        WORK`,
  }),
  entry("thread_with_request", {
    imports: `${http}\nfrom threading import Thread`,
    code: `
def work_ID(request, pk):
    WORK


def view_ID(request, pk):
    Thread(target=work_ID, args=(request, pk)).start()
    return HttpResponse()`,
  }),
  entry("thread_decorator_with_options", {
    imports: `${http}\nfrom functools import wraps\nfrom threading import Thread\n\n\ndef threaded(daemon=True):\n    def decorator(function):\n        @wraps(function)\n        def start(*args, **kwargs):\n            def run():\n                function(*args, **kwargs)\n            thread = Thread(target=run, daemon=daemon)\n            thread.start()\n            return thread\n        return start\n    return decorator`,
    code: `
class Mailer_ID:
    @threaded(daemon=False)
    def work(self):
        WORK


def view_ID(request, pk):
    Mailer_ID().work()
    return HttpResponse()`,
  }),
  entry("huey_instance", {
    imports: `${http}\nfrom huey import RedisHuey\n\nhuey = RedisHuey("shop")`,
    code: `
@huey.task()
def work_ID(pk):
    WORK


def view_ID(request, pk):
    work_ID(pk)
    return HttpResponse()`,
  }),
  entry("form_thread", {
    imports: "from django import forms\nfrom threading import Thread",
    code: `
class Form_ID(forms.Form):
    def save(self):
        Thread(target=self.work, daemon=True).start()

    def work(self):
        WORK`,
  }),
  entry("async_client", {
    imports: `${http}\nimport asyncio\nimport aiohttp\nimport httpx`,
    code: `
async def view_ID(request):
    async with aiohttp.ClientSession() as session:
        async with session.get("https://example.com") as response:
            await response.text()
    async with httpx.AsyncClient() as client:
        await client.get("https://example.com")
    await asyncio.sleep(1)
    process = await asyncio.create_subprocess_exec("ls")
    await process.wait()
    return HttpResponse()


def work_ID():
    WORK`,
  }),
];
