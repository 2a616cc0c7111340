/** Functions of libraries whose callers wait: for other servers, for processes, for work that takes long. */
import type { ExternalValue } from "../../queryset/value.ts";
import type { Wait } from "../facts.ts";
import type { Arguments } from "../interpreter.ts";
import { emailCalls } from "./email-functions.ts";
import {
  downloaded,
  isStoredFile,
  storedContent,
  storedFile,
  uploadedFile,
  uploadedFiles,
} from "./file-values.ts";
import type { LibraryCall, Timeout } from "./library-call.ts";

type Entries = readonly (readonly [name: string, call: LibraryCall])[];

/** `each("requests", "get post", call)`: the same for several names of one module or object. */
function each(prefix: string, names: string, call: LibraryCall): Entries {
  return names.split(" ").map((name) => [name === "" ? prefix : `${prefix}.${name}`, call]);
}

/** Several names of one class, and what methods of its objects do. */
function objects(classes: string, gives: string, methods: Entries, made: LibraryCall = {}): Entries {
  return [
    ...classes.split(" ").map((name) => [name, { ...made, gives }] as const),
    ...methods.map(([name, call]) => [`${gives}.${name}`, call] as const),
  ];
}

function methods(names: string, call: LibraryCall): Entries {
  return names.split(" ").map((name) => [name, call]);
}

const verbs = "get post put patch delete head options request";

const timeout = (byDefault: Wait, position?: number): Timeout => ({
  keyword: "timeout",
  byDefault,
  ...(position === undefined ? {} : { position }),
});

const http = (byDefault: Wait, position?: number): LibraryCall => ({
  operation: "http",
  timeout: timeout(byDefault, position),
});
/** Its timeout is set elsewhere: with the client, or by the service's own library. */
const service: LibraryCall = { operation: "http" };
const connection = (byDefault: Wait, position?: number): LibraryCall => ({
  operation: "connection",
  timeout: timeout(byDefault, position),
});

/** With `stream=True` the content comes in parts, for those who ask for parts. */
const download: LibraryCall = {
  ...http("forever"),
  gives: ({ keywords, open }) => (open || keywords.has("stream") ? "requests.Response()" : downloaded.name),
};

const session: Entries = [...methods(`${verbs} send`, http("forever")), ["get", download]];

/** Pools of connections: what each request waits can be said for all of them. */
function pools(classes: string, name: string): Entries {
  const requests = (byDefault: Wait) =>
    methods("request urlopen request_encode_body request_encode_url", http(byDefault));
  const [patient, limited] = [`${name}()`, `${name}(timeout)`];
  const gives = ({ keywords, open }: Arguments): string =>
    open || keywords.has("timeout") ? limited : patient;
  return [
    ...classes.split(" ").map((each) => [each, { gives }] as const),
    ...requests("forever").map(([method, call]) => [`${patient}.${method}`, call] as const),
    ...requests("limited").map(([method, call]) => [`${limited}.${method}`, call] as const),
  ];
}

const httpClients: Entries = [
  ...["requests", "requests.api"].flatMap((module) => [
    ...each(module, verbs, http("forever")),
    ...each(module, "get", download),
  ]),
  ...objects("requests.Session requests.session requests.sessions.Session", "requests.Session()", session),
  ...objects(
    "requests_oauthlib.OAuth1Session requests_oauthlib.OAuth2Session authlib.integrations.requests_client.OAuth2Session",
    "requests_oauthlib.OAuth2Session()",
    [...session, ...methods("fetch_token fetch_access_token refresh_token", http("forever"))],
  ),
  ...each("httpx", `${verbs} stream`, http(5)),
  // Its calls wait as long as the client says; that one waits forever is reported where it is made.
  ...objects(
    "httpx.Client",
    "httpx.Client()",
    methods(`${verbs} stream send`, http("limited")),
    connection(5),
  ),
  ...[
    "urllib.request.urlopen",
    "urllib2.urlopen",
    "six.moves.urllib.request.urlopen",
    "django.utils.six.moves.urllib.request.urlopen",
  ].map((name) => [name, http("forever", 2)] as const),
  ...each("urllib.request", "urlretrieve", http("unknown")),
  ["urllib3.request", http("forever")],
  ...pools("urllib3.PoolManager urllib3.poolmanager.PoolManager", "urllib3.PoolManager"),
  ...pools("urllib3.HTTPConnectionPool urllib3.HTTPSConnectionPool", "urllib3.HTTPConnectionPool"),
  ...objects(
    "http.client.HTTPConnection http.client.HTTPSConnection",
    "http.client.HTTPConnection()",
    methods("request getresponse", service),
    connection("forever", 2),
  ),
  ["socket.create_connection", http("forever", 1)],
  ...objects(
    "ftplib.FTP ftplib.FTP_TLS",
    "ftplib.FTP()",
    methods("connect login retrbinary storbinary retrlines storlines nlst dir", service),
    connection("forever"),
  ),
];

const clientsOfServices: Entries = [
  ...objects(
    "paramiko.SSHClient paramiko.client.SSHClient",
    "paramiko.SSHClient()",
    methods("connect exec_command open_sftp", service),
  ),
  ...objects(
    "ldap.initialize",
    "ldap.initialize()",
    methods("search_s search_st search_ext_s bind_s simple_bind_s modify_s add_s delete_s", service),
  ),
  ...objects(
    "slack_sdk.webhook.WebhookClient",
    "slack_sdk.webhook.WebhookClient()",
    methods("send", service),
  ),
  ...objects("zeep.Client zeep.client.Client suds.client.Client", "zeep.Client()", [], service),
  ["pywebpush.webpush", http("forever")],
  ...each("firebase_admin.messaging", "send send_each send_multicast send_all", service),
  ["openai.ChatCompletion.create", service],
  ["openai.Completion.create", service],
  ["openai.Embedding.create", service],
];

/** What describes a request to Google and does not send it: `service.events().list(…)`. */
const googleRequest: LibraryCall = { gives: "googleapiclient.discovery.Resource()" };

/** Clients with so many methods that their names are told by a pattern, by the name of the object or module. */
const patterns: readonly (readonly [prefix: string, methods: RegExp, call?: LibraryCall])[] = [
  [
    "stripe",
    /^([a-z_]+\.)*[A-Z]\w*\.(create|retrieve|list|modify|delete|capture|cancel|confirm|pay|refund|search|create_\w+|finalize_\w+)$/,
  ],
  [
    "stripe.StripeClient()",
    /^(?:v\d\.)?(?:[a-z_]+\.)+(?:create|retrieve|list|update|delete|capture|cancel|confirm|pay|refund|search|finalize_\w+)$/,
  ],
  ["twilio.rest.Client()", /\.(create|fetch|update|list|delete)$/],
  ["slack_sdk.WebClient()", /^[a-z]+_\w+$/],
  ["openai.OpenAI()", /\.(create|parse|generate|retrieve)$/],
  ["anthropic.Anthropic()", /\.(create|stream)$/],
  [
    "boto3.client()",
    /^(?!generate_presigned|get_paginator$|get_waiter$|can_paginate$|close$|meta$|exceptions\b)[a-z]+\w*$/,
  ],
  [
    "boto3.resource()",
    /^(?:create_\w+|get_queue_by_name|batch_\w+|meta\.client\.(?!generate_presigned)[a-z]\w*)$/,
  ],
  ["googleapiclient.discovery.Resource()", /^execute$/],
  ["googleapiclient.discovery.Resource()", /^[a-z]\w*$/, googleRequest],
];

/** `boto3.client("ses")` sends e-mail. */
function cloudClient({ positional, keywords }: Arguments): string {
  const service = positional[0] ?? keywords.get("service_name");
  const sendsEmail = service?.kind === "literal" && (service.value === "ses" || service.value === "sesv2");
  return sendsEmail ? "boto3.client('ses')" : "boto3.client()";
}

/** What a service holds, and what its methods ask the service for. */
const cloudObjects: Entries = Object.entries({
  Bucket:
    "copy create delete delete_objects download_file download_fileobj put_object upload_file upload_fileobj",
  Object:
    "copy copy_from delete download_file download_fileobj get load put restore_object upload_file upload_fileobj",
  Queue: "delete_messages receive_messages send_message send_messages",
  Table: "delete_item get_item put_item query scan update_item",
  Topic: "publish",
}).flatMap(([name, asking]) =>
  objects(`boto3.resource().${name}`, `boto3.resource().${name}()`, methods(asking, service)),
);

const clientClasses: Entries = [
  ["boto3.client", { gives: cloudClient }],
  ["boto3.resource", { gives: "boto3.resource()" }],
  ...objects("boto3.Session boto3.session.Session", "boto3.Session()", [
    ["client", { gives: cloudClient }],
    ["resource", { gives: "boto3.resource()" }],
  ]),
  ...cloudObjects,
  ["googleapiclient.discovery.build", googleRequest],
  ["googleapiclient.discovery.build_from_document", googleRequest],
  ["stripe.StripeClient", { gives: "stripe.StripeClient()" }],
  ["twilio.rest.Client", { gives: "twilio.rest.Client()" }],
  ["slack_sdk.WebClient", { gives: "slack_sdk.WebClient()" }],
  ["slack_sdk.web.WebClient", { gives: "slack_sdk.WebClient()" }],
  ["slack_sdk.web.client.WebClient", { gives: "slack_sdk.WebClient()" }],
  ["slack.WebClient", { gives: "slack_sdk.WebClient()" }],
  ["openai.OpenAI", { gives: "openai.OpenAI()" }],
  ["openai.AzureOpenAI", { gives: "openai.OpenAI()" }],
  ["anthropic.Anthropic", { gives: "anthropic.Anthropic()" }],
];

const makesDocument: LibraryCall = { operation: "document" };
const parses: LibraryCall = { operation: "parsing" };
const worksOnImage: LibraryCall = { operation: "image", gives: "PIL.Image.Image()" };
const archives: LibraryCall = { operation: "archive" };

/** A chart of matplotlib. */
export const figure: ExternalValue = { kind: "external", name: "matplotlib.figure.Figure()" };

const documents: Entries = [
  ...objects(
    "weasyprint.HTML",
    "weasyprint.HTML()",
    methods("write_pdf write_png write_image_surface", makesDocument),
  ),
  ...each("xhtml2pdf.pisa", "CreatePDF pisaDocument", makesDocument),
  ["xhtml2pdf.document.pisaDocument", makesDocument],
  ...each("pdfkit", "from_url from_string from_file", makesDocument),
  ...objects(
    "reportlab.platypus.SimpleDocTemplate reportlab.platypus.BaseDocTemplate reportlab.platypus.doctemplate.SimpleDocTemplate reportlab.platypus.doctemplate.BaseDocTemplate",
    "reportlab.platypus.BaseDocTemplate()",
    methods("build multiBuild", makesDocument),
  ),
  ...objects(
    "reportlab.pdfgen.canvas.Canvas",
    "reportlab.pdfgen.canvas.Canvas()",
    methods("save", makesDocument),
  ),
  ...objects("fpdf.FPDF", "fpdf.FPDF()", methods("output", makesDocument)),
  ...objects(
    "pypdf.PdfWriter PyPDF2.PdfWriter PyPDF2.PdfFileWriter pypdf.PdfMerger PyPDF2.PdfMerger PyPDF2.PdfFileMerger",
    "pypdf.PdfWriter()",
    methods("write", makesDocument),
  ),
  ...objects(
    "openpyxl.Workbook openpyxl.workbook.Workbook",
    "openpyxl.Workbook()",
    methods("save", makesDocument),
  ),
  ["openpyxl.load_workbook", { ...parses, gives: "openpyxl.Workbook()" }],
  ["openpyxl.writer.excel.save_virtual_workbook", makesDocument],
  ["openpyxl.reader.excel.load_workbook", { ...parses, gives: "openpyxl.Workbook()" }],
  ...objects(
    "xlsxwriter.Workbook xlsxwriter.workbook.Workbook",
    "xlsxwriter.Workbook()",
    methods("close", makesDocument),
  ),
  ...objects("xlwt.Workbook", "xlwt.Workbook()", methods("save", makesDocument)),
  ["xlrd.open_workbook", parses],
  ...each("pandas", "read_csv read_excel read_json read_xml read_parquet", {
    ...parses,
    gives: "pandas.DataFrame()",
  }),
  ...objects(
    "pandas.DataFrame pandas.DataFrame.from_records pandas.DataFrame.from_dict",
    "pandas.DataFrame()",
    methods("to_excel", makesDocument),
  ),
  ...objects("docx.Document", "docx.Document()", methods("save", makesDocument)),
  ...objects("docxtpl.DocxTemplate", "docxtpl.DocxTemplate()", methods("render save", makesDocument)),
  ["matplotlib.pyplot.savefig", makesDocument],
  ...objects(
    "matplotlib.figure.Figure matplotlib.pyplot.figure matplotlib.pyplot.gcf",
    figure.name,
    methods("savefig", makesDocument),
  ),
];

const images: Entries = [
  ...objects(
    "PIL.Image.open PIL.Image.new PIL.Image.frombytes",
    "PIL.Image.Image()",
    methods(
      "convert crop filter quantize reduce resize rotate save thumbnail transform transpose",
      worksOnImage,
    ),
  ),
  ...each("PIL.ImageOps", "contain cover exif_transpose fit pad scale", worksOnImage),
];

const files: Entries = [
  ...objects(
    "zipfile.ZipFile",
    "zipfile.ZipFile()",
    methods("extract extractall read testzip write writestr", archives),
  ),
  ...objects(
    "tarfile.open tarfile.TarFile tarfile.TarFile.open",
    "tarfile.open()",
    methods("add addfile extract extractall", archives),
  ),
  ...each("shutil", "copytree make_archive unpack_archive", archives),
  ...each("django.core.files.storage.default_storage", "delete save", { operation: "storage" }),
];

const ofUploads: LibraryCall = { operation: "parsing", ofUploads: true };
const hasStoredFile = ({ positional, keywords }: Arguments): boolean =>
  [...positional, ...keywords.values()].some(
    (value) => isStoredFile(value) || (value.kind === "external" && value.name === storedContent.name),
  );
const passesOn = (name: string) => (args: Arguments) => (hasStoredFile(args) ? storedFile.name : `${name}()`);
const serves: LibraryCall = { operation: "serving", applies: hasStoredFile };
/** Also what a generator gives of a file, part after part. */
const streams: LibraryCall = {
  operation: "serving",
  applies: (args) =>
    hasStoredFile(args) ||
    args.positional.some(
      (value) => value.kind === "collection" && hasStoredFile({ ...args, positional: [value.element] }),
    ),
};
/** The text is a second copy of the whole file. */
const encodes: LibraryCall = {
  operation: "reading",
  applies: ({ positional: [content] }) => content?.kind === "external" && content.name === storedContent.name,
};

/** What was downloaded as a whole becomes a file. */
const keepsDownload: LibraryCall = {
  operation: "reading",
  applies: ({ positional: [content] }) =>
    content?.kind === "external" && content.name === `${downloaded.name}.content`,
};

/** A buffer of the project's own class is how a response is streamed: `writer(Echo())`. */
const givesWriter =
  (name: string) =>
  ({ positional: [file] }: Arguments) =>
    file?.kind === "object" ? `${name}(stream)` : `${name}()`;
const writesRow: LibraryCall = { operation: "export" };
const writesRows: LibraryCall = {
  operation: "export",
  applies: ({ positional: [rows] }) => rows?.kind === "queryset" && rows.bound.kind === "none",
};

const servingViews: ReadonlySet<string> = new Set([
  "django.views.static.serve",
  "django.contrib.staticfiles.views.serve",
]);

/** `re_path("^media/…", serve)` */
const routesFiles: LibraryCall = {
  operation: "serving",
  applies: ({ positional: [, view] }) => view?.kind === "external" && servingViews.has(view.name),
};

const transfers: Entries = [
  // As annotations name it.
  ...[
    "ninja.UploadedFile",
    "ninja.files.UploadedFile",
    ...["InMemoryUploadedFile", "TemporaryUploadedFile", "UploadedFile"].map(
      (name) => `django.core.files.uploadedfile.${name}`,
    ),
  ].map((name) => [name, { gives: uploadedFile.name }] as const),
  [`${uploadedFiles.name}.get`, { gives: uploadedFile.name }],
  [`${uploadedFiles.name}.pop`, { gives: uploadedFile.name }],
  ...each("django.urls", "path re_path url", routesFiles),
  ...each("django.conf.urls", "url", routesFiles),
  ...each("csv", "reader DictReader", ofUploads),
  ...each("json", "load loads", ofUploads),
  ...each("yaml", "load safe_load", ofUploads),
  ...each("xml.etree.ElementTree", "parse fromstring iterparse", ofUploads),
  [
    "uploaded().read",
    { operation: "reading", gives: "uploaded()", applies: ({ positional }) => positional.length === 0 },
  ],
  ...each("django.http", "FileResponse HttpResponse", serves),
  ["django.http.StreamingHttpResponse", streams],
  ...each("base64", "b64encode encodebytes standard_b64encode urlsafe_b64encode", encodes),
  ...each("django.core.files.base", "ContentFile", keepsDownload),
  ...each(storedFile.name, "write", keepsDownload),
  ...objects("tempfile.NamedTemporaryFile tempfile.TemporaryFile", "tempfile.TemporaryFile()", [
    ["write", keepsDownload],
  ]),
  ...["wsgiref.util.FileWrapper", "django.core.files.File", "django.core.files.base.File"].map(
    (name) => [name, { gives: passesOn(name) }] as const,
  ),
  ["django.core.files.storage.default_storage.open", { operation: "storage", gives: storedFile.name }],
  ["stored().read", { gives: storedContent.name }],
  ...["csv.writer", "csv.DictWriter"].flatMap(
    (name): Entries => [
      [name, { gives: givesWriter(name) }],
      [`${name}().writerow`, writesRow],
      [`${name}().writerows`, writesRows],
    ],
  ),
];

const runs = (byDefault: Wait): LibraryCall => ({ operation: "process", timeout: timeout(byDefault) });

const processes: Entries = [
  ...each("subprocess", "call check_call check_output getoutput getstatusoutput run", runs("forever")),
  ...objects("subprocess.Popen", "subprocess.Popen()", methods("communicate wait", runs("forever"))),
  ["os.system", runs("forever")],
  // The process runs at the side until somebody reads what it writes.
  ...objects("os.popen", "os.popen()", methods("close read readline readlines", runs("forever"))),
  ["pexpect.run", runs(30)],
  ...objects(
    "concurrent.futures.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor concurrent.futures.thread.ThreadPoolExecutor concurrent.futures.process.ProcessPoolExecutor",
    "concurrent.futures.Executor()",
    methods("submit", { gives: "concurrent.futures.Future()" }),
  ),
  [
    "concurrent.futures.Future().result",
    { operation: "future", timeout: { keyword: "timeout", position: 0, byDefault: "forever" } },
  ],
  ["time.sleep", { operation: "sleep", timeout: { keyword: "secs", position: 0, byDefault: "unknown" } }],
];

const connections = "django.db.connection";
const cursor: LibraryCall = { gives: `${connections}.cursor()` };

/** Statements that code writes itself. */
const statements: Entries = [
  ["django.db.transaction.get_connection", { gives: connections }],
  ...each(connections, "cursor chunked_cursor", cursor),
  ...each(`${connections}.cursor()`, "execute callproc", { operation: "sql" }),
];

const calls: ReadonlyMap<string, LibraryCall> = new Map([
  ...Object.entries(emailCalls),
  ...httpClients,
  ...clientsOfServices,
  ...clientClasses,
  ...documents,
  ...images,
  ...files,
  ...transfers,
  ...processes,
  ...statements,
]);

/** Undefined for whatever returns at once, or is not known. */
export function libraryCall(name: string): LibraryCall | undefined {
  const known = calls.get(name);
  if (known) return known;
  for (const [prefix, pattern, call = service] of patterns) {
    if (name.startsWith(prefix) && pattern.test(name.slice(prefix.length + 1))) return call;
  }
  return undefined;
}
