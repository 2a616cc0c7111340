import { describe, expect, it } from "vitest";
import type { Deployment, Process } from "./deployment.ts";
import { readDeployment } from "./read-deployment.ts";

function read(files: Readonly<Record<string, string>>): Deployment {
  return readDeployment({
    paths: Object.keys(files).sort(),
    text: (path) => files[path],
    python: () => undefined,
  });
}

/** The only process, without what is not given. */
function only(files: Readonly<Record<string, string>>): Partial<Process> {
  const { processes, problems } = read(files);
  expect(problems).toEqual([]);
  expect(processes).toHaveLength(1);
  const [process] = processes;
  const given = Object.entries(process ?? {}).filter(([, value]) => value !== undefined && value !== false);
  return Object.fromEntries(given);
}

const written = (files: Readonly<Record<string, string>>, process: Partial<Process> | undefined): string => {
  const { path = "", range = { start: 0, end: 0 } } = process?.location ?? {};
  return `${path}: ${files[path]?.slice(range.start, range.end)}`;
};

describe("a Dockerfile", () => {
  it("says what its last command starts, with the variables of its stages", () => {
    const files = {
      Dockerfile: `FROM python:3.12 AS base
ENV WEB_CONCURRENCY=3 \\
    PYTHONUNBUFFERED=1
FROM base AS dev
CMD ["python", "manage.py", "runserver"]
FROM base
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["gunicorn", "shop.wsgi", "--threads=4", "-t", "90"]
`,
    };
    const { processes } = read(files);
    expect(processes.map(({ kind, purpose }) => [kind, purpose])).toEqual([
      ["web", "development"],
      ["web", "production"],
    ]);
    expect(processes[1]).toMatchObject({
      program: "gunicorn",
      workers: { value: 3 },
      threads: { value: 4 },
      timeout: { value: 90 },
      maxRequests: undefined,
    });
    expect(written(files, processes[1])).toBe(
      `Dockerfile: CMD ["gunicorn", "shop.wsgi", "--threads=4", "-t", "90"]`,
    );
  });

  it("may start a shell, or a wrapper", () => {
    const line = "python manage.py migrate && exec newrelic-admin run-program uwsgi --ini u.ini";
    expect(read({ Dockerfile: `FROM python\nCMD ${line}` }).processes).toMatchObject([
      { kind: "managementCommand", command: "migrate" },
      { program: "uwsgi", workers: "unknown" },
    ]);
    expect(
      only({ Dockerfile: "FROM python\nCMD sh -c 'exec poetry run gunicorn -w 2 shop.wsgi'" }),
    ).toMatchObject({ program: "gunicorn", workers: { value: 2 } });
  });

  it("may split a command between its entry point and its command", () => {
    const text = 'FROM python\nENTRYPOINT ["gunicorn", "shop.wsgi"]\nCMD ["--workers", "4"]\n';
    expect(only({ Dockerfile: text })).toMatchObject({ workers: { value: 4 } });
  });

  it("that is none gives nothing", () => {
    expect(read({ Dockerfile: "\u0000 FROM\n\n\\" })).toMatchObject({ processes: [], problems: [] });
  });
});

describe("a compose file", () => {
  const files = {
    "docker-compose.prod.yml": `
x-worker: &worker
  image: shop
  environment:
    - GUNICORN_CMD_ARGS=--max-requests 500
services:
  web:
    <<: *worker
    command: gunicorn shop.wsgi --workers \${WORKERS:-2}
    deploy:
      replicas: 3
  tasks:
    <<: *worker
    command: ["celery", "-A", "shop", "worker", "-Q", "mail,reports", "-c4", "--pool=gevent", "-E"]
  beat:
    <<: *worker
    command: celery -A shop beat
  db:
    image: postgres:16-alpine
    command: postgres -c max_connections=200
  cache:
    image: redis:7
    command: redis-server --maxmemory 100mb
`,
  };

  it("lists processes with their options, variables and copies", () => {
    const { processes } = read(files);
    expect(processes).toMatchObject([
      {
        kind: "web",
        name: "web",
        purpose: "production",
        replicas: 3,
        workers: { value: 2, variable: "WORKERS" },
        maxRequests: { value: 500 },
      },
      {
        kind: "celeryWorker",
        queues: { value: ["mail", "reports"] },
        concurrency: { value: 4 },
        pool: { value: "gevent" },
        sendsEvents: true,
      },
      { kind: "celeryBeat" },
    ]);
    expect(written(files, processes[2])).toBe("docker-compose.prod.yml: celery -A shop beat");
  });

  it("lists servers by their images", () => {
    const { services } = read(files);
    expect(services.map(({ name, kind, options }) => [name, kind, ...options])).toEqual([
      ["db", "postgresql", ["max_connections", "200"]],
      ["cache", "redis", ["maxmemory", "100mb"]],
    ]);
  });

  it("is for development where it mounts the code", () => {
    const text =
      "services:\n  web:\n    build: .\n    command: python manage.py runserver\n    volumes: [.:/app]\n";
    expect(only({ "docker-compose.yml": text })).toMatchObject({
      program: "runserver",
      purpose: "development",
    });
    expect(only({ "compose.yaml": text.replace(".:/app", "data:/data") })).toMatchObject({
      purpose: "unclear",
    });
  });

  it.each([
    "pgbouncer.ini",
    "postgresql.conf",
    "redis.conf",
    "uwsgi.ini",
    "supervisord.conf",
    "web.service",
    "nginx.conf",
    "Procfile",
    "compose.yml",
    "k8s/web.yaml",
  ])("of bytes that are no text is survived: %s", (path) => {
    const bytes = Array.from({ length: 4_000 }, (_, index) => String.fromCharCode((index * 7919) % 256));
    const { processes, services, webServers } = read({ [path]: bytes.join("") });
    expect({ processes, services, webServers }).toEqual({ processes: [], services: [], webServers: [] });
  });

  it("tells the variables of the project's services, not those of servers, and not texts from elsewhere", () => {
    const text = `services:
  web:
    image: shop
    environment:
      CACHE_URL: redis://cache/0
      SECRET_KEY: \${SECRET_KEY}
      DEBUG:
  tasks:
    image: shop
    environment: ["BROKER_URL=redis://queue/0", "SENTRY_DSN"]
  db:
    image: postgres:16
    environment: { POSTGRES_DB: shop }
`;
    expect(read({ "compose.prod.yml": text }).variables).toEqual([
      { name: "CACHE_URL", value: "redis://cache/0", purpose: "production" },
      { name: "SECRET_KEY", value: undefined, purpose: "production" },
      { name: "DEBUG", value: undefined, purpose: "production" },
      { name: "BROKER_URL", value: "redis://queue/0", purpose: "production" },
      { name: "SENTRY_DSN", value: undefined, purpose: "production" },
    ]);
  });

  it("with an error is a problem that names its line", () => {
    const { processes, problems } = read({ "compose.yml": "services:\n  web: [\n" });
    expect(processes).toEqual([]);
    expect(problems).toEqual([
      {
        path: "compose.yml",
        message: expect.stringMatching(/^line \d: no valid YAML: .+; the file is left out$/),
      },
    ]);
  });

  it("of another shape, or that refers to itself, gives nothing", () => {
    for (const text of [
      "",
      "- a\n- b\n",
      "services: 3\n",
      "services: &a\n  web: *a\n",
      "a: &a\n  <<: *a\nservices: *a\n",
    ])
      expect(read({ "compose.yml": text }).processes).toEqual([]);
  });

  it("that is too long is left out", () => {
    const { problems } = read({ "compose.yml": `# ${"x".repeat(600_000)}` });
    expect(problems).toMatchObject([{ message: expect.stringContaining("limit of 500,000") }]);
  });
});

describe("other files", () => {
  it("manifests of Kubernetes", () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: app
          image: registry.example.org/shop:1
          command: ["gunicorn"]
          args: ["shop.wsgi", "--workers=4"]
          env:
            - { name: GUNICORN_CMD_ARGS, value: "--threads 2" }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: sessions }
spec:
  jobTemplate: { spec: { template: { spec: { containers: [{ name: c, command: [python, manage.py, clearsessions] }] } } } }
`;
    expect(read({ "k8s/web.yaml": text }).processes).toMatchObject([
      { kind: "web", replicas: 2, workers: { value: 4 }, threads: { value: 2 } },
      { kind: "managementCommand", command: "clearsessions", name: "sessions" },
    ]);
    const variables = `apiVersion: v1
kind: Pod
spec:
  containers:
    - name: app
      image: shop
      env: [{ name: HOST, value: db }, { name: KEY, valueFrom: { secretKeyRef: { name: s, key: k } } }]
---
apiVersion: v1
kind: ConfigMap
data: { CACHE_URL: redis://cache/0, nginx.conf: "server {}" }
`;
    expect(read({ "k8s/web.yaml": variables }).variables.map(({ name, value }) => [name, value])).toEqual([
      ["HOST", "db"],
      ["KEY", undefined],
      ["CACHE_URL", "redis://cache/0"],
    ]);
    expect(read({ "k8s/values.yaml": "a: 1" })).toMatchObject({ processes: [], problems: [] });
    expect(read({ "k8s/chart.yaml": "apiVersion: v1\nname: {{ .Values.name }}\n" })).toMatchObject({
      problems: [],
    });
  });

  it("a Procfile", () => {
    const files = {
      Procfile: "web: gunicorn shop.wsgi --workers 3\n# worker: no\nworker: celery -A shop worker -B\n",
    };
    const { processes } = read(files);
    expect(processes.map((process) => written(files, process))).toEqual([
      "Procfile: web: gunicorn shop.wsgi --workers 3",
      "Procfile: worker: celery -A shop worker -B",
    ]);
    expect(processes[1]).toMatchObject({ name: "worker", runsBeat: true, concurrency: undefined });
  });

  it("a unit of systemd", () => {
    const text = `[Unit]
Description=web
[Service]
Environment=WEB_CONCURRENCY=5
Environment="OTHER=1"
ExecStart=/srv/venv/bin/gunicorn \\
    --timeout 0 \\
    shop.wsgi
`;
    expect(only({ "web.service": text })).toMatchObject({ workers: { value: 5 }, timeout: { value: 0 } });
    expect(read({ "web.service": text }).variables).toMatchObject([
      { name: "WEB_CONCURRENCY", value: "5" },
      { name: "OTHER", value: "1" },
    ]);
  });

  it("supervisor's programs", () => {
    const text = "[program:tasks]\ncommand=/venv/bin/celery -A shop worker -c 8\nnumprocs=2\n";
    expect(only({ "supervisord.conf": text })).toMatchObject({
      name: "tasks",
      replicas: 2,
      concurrency: { value: 8 },
    });
  });

  it("uWSGI's", () => {
    const text = "[uwsgi]\nmodule = shop.wsgi\nprocesses = 4\nthreads=2\nharakiri = 60\n";
    expect(only({ "uwsgi.ini": text })).toMatchObject({
      program: "uwsgi",
      workers: { value: 4 },
      threads: { value: 2 },
      timeout: { value: 60 },
    });
  });

  it.each([
    "python3 -m venv .venv\n. .venv/bin/activate\npip install shop\npython manage.py runserver 0.0.0.0:80",
    "django-admin startproject --template=https://example.org/site.zip myshop\npython manage.py runserver",
  ])("scripts that make an environment or a project, as those of who tries the product", (text) => {
    const [process] = read({ "install.sh": text }).processes;
    expect(process).toMatchObject({ program: "runserver", purpose: "development" });
  });

  it("scripts, by the lines that start something", () => {
    const text = `#!/bin/bash
set -e
echo gunicorn
if [ "$MIGRATE" = 1 ]; then python manage.py migrate; fi
exec gunicorn shop.wsgi $GUNICORN_OPTIONS --workers $(nproc)
`;
    expect(read({ "docker/start.sh": text }).processes).toMatchObject([
      { kind: "managementCommand", command: "migrate" },
      { kind: "web", workers: "unknown", timeout: "unknown", purpose: "unclear" },
    ]);
  });

  it("PgBouncer's", () => {
    const text =
      "[databases]\n* = host=db port=5432\n[pgbouncer]\npool_mode = transaction\n; max_client_conn = 1\n";
    const { poolers } = read({ "pgbouncer.ini": text });
    expect([...(poolers[0]?.settings ?? [])].map(([name, { value }]) => [name, value])).toEqual([
      ["pool_mode", "transaction"],
    ]);
    expect([...(poolers[0]?.databases.keys() ?? [])]).toEqual(["*"]);
  });

  it("PostgreSQL's and Redis'", () => {
    const { databases, redis } = read({
      "postgresql.conf": "max_connections = 100 # all\nshared_buffers '2GB'\n#work_mem = 4MB\n",
      "redis.conf": "maxmemory 100mb\nsave 900 1\n",
    });
    expect([...(databases[0]?.settings ?? [])].map(([name, { value }]) => [name, value])).toEqual([
      ["max_connections", "100"],
      ["shared_buffers", "2GB"],
    ]);
    expect(redis[0]?.settings.get("maxmemory")?.value).toBe("100mb");
  });

  it("nginx'", () => {
    const text = `
server {
  gzip on; # compress
  location /static/ { alias /srv/static/; expires 1y; }
  location ~ ^/media/ { proxy_pass http://app; }
  location / { proxy_pass http://app; }
}}
`;
    expect(read({ "nginx/default.conf": text }).webServers).toMatchObject([
      {
        compresses: true,
        locations: [
          { prefix: "/static/", servesFiles: true, setsExpiry: true, isProxied: false },
          { prefix: "^/media/", servesFiles: false, isProxied: true },
          { prefix: "/", isProxied: true },
        ],
      },
    ]);
  });

  it("by their names, for production or not", () => {
    const command = "web: gunicorn shop.wsgi\n";
    const purposes = ["Procfile", "Procfile.dev", "examples/Procfile", "deploy/Procfile"].map(
      (path) => read({ [path]: command }).processes[0]?.purpose,
    );
    expect(purposes).toEqual(["production", "development", "development", "production"]);
  });
});
