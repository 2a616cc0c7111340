/** What extensions see of the language features, on the example project. */
const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { setTimeout } = require("node:timers/promises");

async function open({ Uri, window, workspace }, path) {
  const [folder] = workspace.workspaceFolders ?? [];
  const document = await workspace.openTextDocument(Uri.joinPath(folder.uri, path));
  return window.showTextDocument(document);
}

function place(document, snippet, offset = 0) {
  const index = document.getText().indexOf(snippet);
  assert.ok(index >= 0, `${document.fileName} does not contain ${snippet}`);
  return document.positionAt(index + offset);
}

/** Milliseconds. On a busy machine the first analysis takes its time. */
const patience = 180_000;

/** Asks until the answer is there: the server may still be analysing. */
async function eventually(ask) {
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    const value = await ask();
    if (value) return value;
    await setTimeout(50);
  }
  throw new Error(`never came: ${ask}`);
}

const diagnostic = ({ languages }, uri, code) =>
  eventually(() => languages.getDiagnostics(uri).find((each) => each.code?.value === code));

const run = ({ commands }, ...given) => commands.executeCommand(...given);

module.exports = {
  async "a diagnostic has the page of its rule and the places of its evidence"(vscode) {
    const { document } = await open(vscode, "projects/views.py");
    const { code, relatedInformation, source } = await diagnostic(vscode, document.uri, "QS101");
    assert.equal(source, "queryscope");
    assert.match(String(code.target), /rules\/n-plus-one-forward\.md/);
    assert.ok(relatedInformation.length >= 3);
  },

  async "completion offers the columns behind a relation"(vscode) {
    const editor = await open(vscode, "projects/views.py");
    const { document } = editor;
    const typed = "Project.objects.filter(owner__";
    await editor.edit((edit) => edit.insert(place(document, "\n\n@login_required", 1), typed));
    const at = place(document, typed, typed.length);
    const list = await run(vscode, "vscode.executeCompletionItemProvider", document.uri, at);
    const item = list.items.find(({ label }) => label === "tenant");
    assert.match(item?.detail ?? "", /ForeignKey/);
    await run(vscode, "workbench.action.files.revert");
  },

  async "a name in a lookup leads to its field, and its hover says what it is"(vscode) {
    const { document } = await open(vscode, "teams/views.py");
    await eventually(() => vscode.languages.getDiagnostics(document.uri).length > 0);
    const at = place(document, '"members__profile"', 3);
    const [target] = await run(vscode, "vscode.executeDefinitionProvider", document.uri, at);
    assert.match((target.targetUri ?? target.uri).path, /\.py$/);
    const [hover] = await run(vscode, "vscode.executeHoverProvider", document.uri, at);
    assert.match(hover.contents[0].value, /users\.User/);
  },

  async "the hover of a queryset says what its rows are read for"(vscode) {
    const { document } = await open(vscode, "projects/views.py");
    const at = place(document, "Project.objects.for_tenant", 10);
    const text = await eventually(async () => {
      const hovers = await run(vscode, "vscode.executeHoverProvider", document.uri, at);
      const texts = hovers.flatMap(({ contents }) => contents.map(({ value }) => value));
      return texts.find((each) => each.includes("QuerySet"));
    });
    assert.match(text, /read for `owner` \(not loaded\)/);
  },

  async "a lens says what a view sends"(vscode) {
    const { document } = await open(vscode, "projects/views.py");
    const titles = await eventually(async () => {
      const lenses = await run(vscode, "vscode.executeCodeLensProvider", document.uri, 50);
      return lenses.length > 0 && lenses.map(({ command }) => command.title);
    });
    assert.ok(titles.includes("2 + 3N queries · 2 findings"), titles.join("\n"));
  },

  async "inlay hints stand where queries are sent"(vscode) {
    const { document } = await open(vscode, "projects/views.py");
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await run(vscode, "vscode.executeInlayHintProvider", document.uri, whole);
    assert.ok(hints.length > 0);
  },

  async "a fix is applied, and can be taken back"(vscode) {
    const { document } = await open(vscode, "projects/views.py");
    const { range } = await diagnostic(vscode, document.uri, "QS101");
    const before = document.getText();
    const provider = "vscode.executeCodeActionProvider";
    const actions = await run(vscode, provider, document.uri, range, "quickfix", 20);
    const titles = actions.map(({ title }) => title);
    for (const title of [
      "Suppress QS101 on this line",
      "Show the path of QS101",
      "Open the page of QS101 (n-plus-one-forward)",
    ])
      assert.ok(titles.includes(title), titles.join("\n"));
    const fix = actions.find(({ isPreferred }) => isPreferred);
    assert.equal(fix.title, 'Add select_related("owner", "team")');
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.match(document.getText(), /order_by\("name"\)\.select_related\("owner", "team"\)/);
    await run(vscode, "undo");
    assert.equal(document.getText(), before);
  },

  async "a refactoring moves eager loading where nothing is wrong"(vscode) {
    const { document } = await open(vscode, "activity/views.py");
    const { document: models } = await open(vscode, "activity/models.py");
    const at = place(document, "select_related", 3);
    const actions = await eventually(async () => {
      const provider = "vscode.executeCodeActionProvider";
      const range = new vscode.Range(at, at);
      const offered = await run(vscode, provider, document.uri, range, "refactor.extract", 20);
      return offered.length > 0 && offered;
    });
    const [extract] = actions;
    assert.equal(extract.title, "Extract with_related() into ActivityQuerySet");
    assert.ok(await vscode.workspace.applyEdit(extract.edit));
    assert.match(document.getText(), /pk__gt=last_seen\)\s*\.with_related\(\)/);
    assert.match(models.getText(), /def with_related\(self\):/);
    for (const { fileName } of [document, models]) {
      await open(vscode, vscode.workspace.asRelativePath(fileName));
      await run(vscode, "workbench.action.files.revert");
    }
  },

  async "a suppression comment leads to the pages of the rules that it names"(vscode) {
    const editor = await open(vscode, "teams/views.py");
    const { document } = editor;
    await editor.edit((edit) => edit.insert(place(document, "\n"), "  # queryscope: ignore[QS101]"));
    const links = await run(vscode, "vscode.executeLinkProvider", document.uri, 5);
    const [{ range, target }] = links;
    assert.equal(document.getText(range), "QS101");
    assert.match(String(target), /rules\/n-plus-one-forward\.md/);
    await run(vscode, "workbench.action.files.revert");
  },

  async "all safe fixes are applied when a file is saved"(vscode) {
    const editor = await open(vscode, "api/views.py");
    const { document } = editor;
    await diagnostic(vscode, document.uri, "QS109");
    await editor.edit((edit) => edit.insert(document.positionAt(document.getText().length), "\n"));
    await run(vscode, "workbench.action.files.save");
    assert.equal(document.isDirty, false);
    assert.match(readFileSync(document.fileName, "utf8"), /select_related\("owner/);
  },

  async "configuration files are checked, and completed"(vscode) {
    const { Uri, workspace } = vscode;
    const [folder] = workspace.workspaceFolders ?? [];
    // Where both are there, the second counts.
    for (const [name, table] of [
      ["pyproject.toml", "[tool.queryscope]\n"],
      ["queryscope.toml", ""],
    ]) {
      const text = `${table}selekt = ["QS1"]\n`;
      await workspace.fs.writeFile(Uri.joinPath(folder.uri, name), Buffer.from(text));
      const editor = await open(vscode, name);
      const { document } = editor;
      const problem = await eventually(() => vscode.languages.getDiagnostics(document.uri)[0]);
      assert.match(problem.message, /selekt.*select/);
      await editor.edit((edit) => edit.insert(place(document, text, text.length), "sm"));
      const at = place(document, "\nsm", 3);
      const list = await run(vscode, "vscode.executeCompletionItemProvider", document.uri, at);
      const labels = list.items.map(({ label }) => label);
      assert.ok(labels.includes("small-loop"), labels.join("\n"));
    }
  },
};
