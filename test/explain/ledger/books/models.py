from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Lower


class Account(models.Model):
    name = models.CharField(max_length=100)


class Entry(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="entries")
    number = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=[("open", "Open"), ("draft", "Draft"), ("done", "Done")])
    created_at = models.DateTimeField(auto_now_add=True)
    code = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    owner = models.CharField(max_length=100)
    contact = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(fields=["code"], name="entry_code"),
            models.Index(fields=["account"], name="entry_account"),
        ]


class Batch(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    token = models.CharField(max_length=40)
    is_closed = models.BooleanField(default=False, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Note(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    email = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(Lower("email"), name="note_email")]


class Job(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    state = models.CharField(max_length=10, choices=[("new", "New"), ("done", "Done"), ("lost", "Lost")])
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)
