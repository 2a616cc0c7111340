/** Calls that a library refuses before it sends anything: the view raises `TypeError`, and waits for nobody. */
import type { BlockingCall } from "../../interpret/facts.ts";

/** What boto3 adds to the clients of S3; all operations that botocore makes of a service's description take keywords only. */
const takesPositions: ReadonlySet<string> = new Set([
  "copy",
  "download_file",
  "download_fileobj",
  "upload_file",
  "upload_fileobj",
]);

const operationOfClient = /^boto3\.client\([^)]*\)\.([a-z]\w*)$/;

/** `s3.abort_multipart_upload(bucket, key, upload)` */
export function isRefused({ library, node }: BlockingCall): boolean {
  const [, operation] = operationOfClient.exec(library) ?? [];
  return (
    operation !== undefined &&
    !takesPositions.has(operation) &&
    node.arguments.some(({ kind }) => kind !== "Starred")
  );
}
