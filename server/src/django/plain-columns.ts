/**
 * Django's fields whose attribute is the value that the database gives, and cannot be changed in place: files are
 * objects around it, JSON is data that somebody may extend.
 */
export const plainColumns: ReadonlySet<string> = new Set([
  "AutoField",
  "BigAutoField",
  "BigIntegerField",
  "BooleanField",
  "CharField",
  "DateField",
  "DateTimeField",
  "DecimalField",
  "DurationField",
  "EmailField",
  "FloatField",
  "GenericIPAddressField",
  "IntegerField",
  "PositiveBigIntegerField",
  "PositiveIntegerField",
  "PositiveSmallIntegerField",
  "SlugField",
  "SmallAutoField",
  "SmallIntegerField",
  "TextField",
  "TimeField",
  "URLField",
  "UUIDField",
]);
