/** Functions that tell the time: within one request, the same wherever they are called. */
export const clockCalls: ReadonlySet<string> = new Set([
  "django.utils.timezone.now",
  "django.utils.timezone.localdate",
  "django.utils.timezone.localtime",
  "datetime.date.today",
  "datetime.datetime.now",
]);
