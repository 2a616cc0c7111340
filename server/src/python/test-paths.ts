/** Files that are there for tests, by the conventions of their names. */

/** `pytest_…` is how plugins of pytest are named. */
const testFolder = /^(tests?|test_.*|pytest_.*|.*_tests?|testing|testutils?|fixtures|factories|seeds)$/;

const testFile =
  /^(tests?|test_.*|pytest_.*|.*_tests?|testing|testutils?|conftest|factory|factories|seeds?|seed_.*)\.py$|\.ipynb$/;

/** A command or script that fills the tables of a developer, or of those who want to have a look. */
const exampleData = /(?:^|_)(?:demo|seeds?)(?:_|\.py$)/;

const scriptFolder = /(?:^|\/)(?:management\/commands|scripts)$/;

export function isTestPath(path: string): boolean {
  const folders = path.split("/");
  const file = folders.pop() ?? "";
  return (
    testFile.test(file) ||
    folders.some((folder) => testFolder.test(folder)) ||
    (exampleData.test(file) && scriptFolder.test(folders.join("/")))
  );
}
