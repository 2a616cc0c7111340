import { checkProject } from "./check-project.mjs";

/**
 * Checks a project as a user would, and says what must not be.
 * @param {string} folder
 * @returns {{ files: number, findings: number, complaints: readonly string[] }}
 */
export function smokeCheck(folder) {
  const { status, errors, report } = checkProject(folder);
  const failures = (report?.problems ?? []).filter(({ message }) => /failed|defect/i.test(message));
  return {
    files: report?.summary.files ?? 0,
    findings: report?.findings.length ?? 0,
    complaints: [
      ...(status === 0 || status === 1 ? [] : [`exit status ${status}`]),
      ...(/internal error/.test(errors) ? [errors.trim()] : []),
      ...(report === undefined ? ["no report"] : []),
      ...(report?.findings.length === 0 ? ["no findings"] : []),
      ...failures.map(({ path, message }) => `${path}: ${message}`),
    ],
  };
}
