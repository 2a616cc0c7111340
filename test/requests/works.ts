/** What makes a response wait: each kind of work as one statement whose last line has the waiting call. */

export type WorkRule =
  | "sync-email-in-request"
  | "sync-http-in-request"
  | "sync-document-in-request"
  | "sync-upload-processing"
  | "sleep-or-subprocess-in-request";

export interface Work {
  /** A name in Python. */
  readonly name: string;
  readonly rule: WorkRule;
  readonly imports: string;
  /** The waiting call stands on the last of these lines. `upload` is the file that the entry point has. */
  readonly lines: readonly string[];
}

const works = (
  rule: WorkRule,
  all: Readonly<Record<string, readonly [imports: string, ...lines: string[]]>>,
): readonly Work[] =>
  Object.entries(all).map(([name, [imports, ...lines]]) => ({ name, rule, imports, lines }));

const message = '"Subject", "Body", None, ["a@example.com"]';

const emails = works("sync-email-in-request", {
  send_mail: ["from django.core.mail import send_mail", `send_mail(${message})`],
  send_mail_of_module: ["from django.core import mail", `mail.send_mail(${message})`],
  send_mass_mail: ["from django.core.mail import send_mass_mail", `send_mass_mail([(${message})])`],
  mail_admins: ["from django.core.mail import mail_admins", 'mail_admins("Subject", "Body")'],
  mail_managers: ["from django.core.mail import mail_managers", 'mail_managers("Subject", "Body")'],
  email_message: ["from django.core.mail import EmailMessage", `EmailMessage(${message}).send()`],
  alternatives: [
    "from django.core.mail import EmailMultiAlternatives",
    `message = EmailMultiAlternatives(${message})`,
    'message.attach_alternative("<p>", "text/html")',
    "message.send(fail_silently=True)",
  ],
  send_messages: [
    "from django.core.mail import EmailMessage, get_connection",
    "connection = get_connection()",
    `connection.send_messages([EmailMessage(${message})])`,
  ],
  send_messages_open: [
    "from django.core.mail import EmailMessage, get_connection",
    "with get_connection() as connection:",
    `    connection.send_messages([EmailMessage(${message})])`,
  ],
  email_user: [
    "from django.contrib.auth.models import User",
    'User.objects.get(pk=1).email_user("Subject", "Body")',
  ],
  email_user_model: [
    "from django.contrib.auth import get_user_model",
    'get_user_model().objects.get(pk=1).email_user("Subject", "Body")',
  ],
  smtplib: [
    "import smtplib",
    'with smtplib.SMTP("localhost") as server:',
    '    server.sendmail("a@example.com", ["b@example.com"], "Text")',
  ],
  anymail: ["from anymail.message import AnymailMessage", `AnymailMessage(${message}).send()`],
  sendgrid: [
    "from sendgrid import SendGridAPIClient",
    'SendGridAPIClient("key").send({"subject": "Subject"})',
  ],
  sendgrid_v3: [
    "import sendgrid",
    'client = sendgrid.SendGridAPIClient(api_key="key")',
    'client.client.mail.send.post(request_body={"subject": "Subject"})',
  ],
  ses: [
    "import boto3",
    'client = boto3.client("ses", region_name="eu-west-1")',
    'client.send_email(Source="a@example.com")',
  ],
  ses_session: [
    "import boto3",
    'client = boto3.Session().client("sesv2")',
    'client.send_email(FromEmailAddress="a@example.com")',
  ],
  postmarker: [
    "from postmarker.core import PostmarkClient",
    'PostmarkClient(server_token="t").emails.send(From="a@example.com")',
  ],
  resend: ["import resend", 'resend.Emails.send({"to": "a@example.com"})'],
  mailjet: ["import mailjet_rest", 'mailjet_rest.Client(auth=("a", "b")).send.create(data={})'],
});

const requests = works("sync-http-in-request", {
  requests_get: ["import requests", 'requests.get("https://example.com", timeout=10)'],
  requests_post: ["from requests import post", 'post("https://example.com", json={})'],
  requests_session: [
    "import requests",
    "session = requests.Session()",
    'session.post("https://example.com", timeout=10)',
  ],
  requests_with: [
    "import requests",
    "with requests.Session() as session:",
    '    session.get("https://example.com", timeout=10)',
  ],
  requests_request: ["import requests", 'requests.request("POST", "https://example.com", timeout=10)'],
  httpx_get: ["import httpx", 'httpx.get("https://example.com")'],
  httpx_client: [
    "import httpx",
    "with httpx.Client(timeout=10) as client:",
    '    client.post("https://example.com")',
  ],
  urlopen: ["from urllib.request import urlopen", 'urlopen("https://example.com")'],
  urlopen_of_module: ["import urllib.request", 'urllib.request.urlopen("https://example.com", timeout=10)'],
  urllib3: ["import urllib3", 'urllib3.PoolManager().request("GET", "https://example.com")'],
  http_client: [
    "import http.client",
    'connection = http.client.HTTPSConnection("example.com", timeout=10)',
    'connection.request("GET", "/")',
  ],
  boto3_client: ["import boto3", 's3 = boto3.client("s3")', 's3.put_object(Bucket="b", Key="k", Body=b"")'],
  boto3_session: [
    "import boto3",
    "session = boto3.Session()",
    'session.client("sqs").send_message(QueueUrl="q", MessageBody="m")',
  ],
  boto3_resource: [
    "import boto3",
    's3 = boto3.resource("s3")',
    's3.Bucket("b").put_object(Key="k", Body=b"")',
  ],
  stripe: ["import stripe", 'stripe.Customer.create(email="a@example.com")'],
  stripe_client: [
    "from stripe import StripeClient",
    'StripeClient("key").customers.create({"email": "a@example.com"})',
  ],
  twilio: [
    "from twilio.rest import Client",
    'Client("sid", "token").messages.create(to="1", from_="2", body="Text")',
  ],
  slack: [
    "from slack_sdk import WebClient",
    'WebClient(token="t").chat_postMessage(channel="c", text="Text")',
  ],
  slack_webhook: [
    "from slack_sdk.webhook import WebhookClient",
    'WebhookClient("https://example.com").send(text="Text")',
  ],
  openai: ["from openai import OpenAI", 'OpenAI().chat.completions.create(model="m", messages=[])'],
  anthropic: [
    "import anthropic",
    'anthropic.Anthropic().messages.create(model="m", max_tokens=1, messages=[])',
  ],
  google: [
    "from googleapiclient.discovery import build",
    'service = build("calendar", "v3")',
    'service.events().list(calendarId="primary").execute()',
  ],
  zeep: ["import zeep", 'zeep.Client("https://example.com?wsdl")'],
  paramiko: ["import paramiko", "client = paramiko.SSHClient()", 'client.connect("example.com")'],
  ldap: [
    "import ldap",
    'directory = ldap.initialize("ldap://example.com")',
    'directory.simple_bind_s("user", "password")',
  ],
  firebase: ["from firebase_admin import messaging", "messaging.send(messaging.Message())"],
  webpush: ["from pywebpush import webpush", 'webpush({}, "Text")'],
  socket: ["import socket", 'socket.create_connection(("example.com", 80))'],
});

const documents = works("sync-document-in-request", {
  weasyprint: ["from weasyprint import HTML", 'HTML(string="<p>").write_pdf()'],
  weasyprint_of_module: ["import weasyprint", 'weasyprint.HTML(string="<p>").write_pdf("/tmp/a.pdf")'],
  xhtml2pdf: ["import io\nfrom xhtml2pdf import pisa", 'pisa.CreatePDF("<p>", dest=io.BytesIO())'],
  pdfkit: ["import pdfkit", 'pdfkit.from_string("<p>", False)'],
  reportlab_canvas: [
    "from reportlab.pdfgen import canvas",
    'sheet = canvas.Canvas("/tmp/a.pdf")',
    'sheet.drawString(1, 1, "Text")',
    "sheet.save()",
  ],
  reportlab_template: [
    "from reportlab.platypus import SimpleDocTemplate",
    'SimpleDocTemplate("/tmp/a.pdf").build([])',
  ],
  fpdf: ["from fpdf import FPDF", "pdf = FPDF()", "pdf.add_page()", 'pdf.output("/tmp/a.pdf")'],
  openpyxl: [
    "from openpyxl import Workbook",
    "book = Workbook()",
    "book.active.append([1])",
    'book.save("/tmp/a.xlsx")',
  ],
  openpyxl_of_module: ["import openpyxl", "book = openpyxl.Workbook()", 'book.save("/tmp/a.xlsx")'],
  xlsxwriter: [
    "import xlsxwriter",
    'book = xlsxwriter.Workbook("/tmp/a.xlsx")',
    "book.add_worksheet()",
    "book.close()",
  ],
  xlwt: ["import xlwt", "book = xlwt.Workbook()", 'book.save("/tmp/a.xls")'],
  pandas: ["import pandas as pd", 'pd.DataFrame([{"a": 1}]).to_excel("/tmp/a.xlsx")'],
  docx: ["from docx import Document", "document = Document()", 'document.save("/tmp/a.docx")'],
  docxtpl: ["from docxtpl import DocxTemplate", 'document = DocxTemplate("a.docx")', "document.render({})"],
  pyplot: ["import matplotlib.pyplot as plt", "plt.plot([1, 2])", 'plt.savefig("/tmp/a.png")'],
  figure: ["from matplotlib.figure import Figure", "figure = Figure()", 'figure.savefig("/tmp/a.png")'],
  subplots: [
    "import matplotlib.pyplot as plt",
    "figure, axes = plt.subplots()",
    "axes.plot([1, 2])",
    'figure.savefig("/tmp/a.png")',
  ],
});

const waits = works("sleep-or-subprocess-in-request", {
  sleep: ["import time", "time.sleep(2)"],
  sleep_of_name: ["from time import sleep", "sleep(2)"],
  subprocess_run: ["import subprocess", 'subprocess.run(["convert", "a", "b"], check=True)'],
  check_output: ["from subprocess import check_output", 'check_output(["ls"])'],
  popen: ["import subprocess", 'process = subprocess.Popen(["ls"])', "process.communicate()"],
  os_system: ["import os", 'os.system("ls")'],
  os_popen: ["import os", 'os.popen("ls").read()'],
});

/** Their last line works on the file `upload`. */
const uploads = works("sync-upload-processing", {
  csv: ["import csv", "list(csv.DictReader(upload))"],
  csv_text: ["import csv\nimport io", "list(csv.reader(io.TextIOWrapper(upload)))"],
  csv_read: ["import csv", "text = upload.read().decode()", "list(csv.reader(text.splitlines()))"],
  workbook: ["from openpyxl import load_workbook", "load_workbook(upload)"],
  read_excel: ["import pandas as pd", "pd.read_excel(upload)"],
  thumbnail: ["from PIL import Image", "image = Image.open(upload)", "image.thumbnail((100, 100))"],
  resize: ["from PIL import Image", "Image.open(upload).resize((100, 100))"],
  unzip: ["import zipfile", "zipfile.ZipFile(upload).extractall('/tmp')"],
  unzip_with: [
    "import zipfile",
    "with zipfile.ZipFile(upload) as archive:",
    "    archive.extractall('/tmp')",
  ],
  json: ["import json", "json.load(upload)"],
});

export const allWorks: readonly Work[] = [...emails, ...requests, ...documents, ...waits];
export const uploadWorks: readonly Work[] = uploads;
