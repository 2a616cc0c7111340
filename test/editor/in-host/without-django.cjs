/** A workspace with Python and without Django. */
const assert = require("node:assert/strict");

module.exports = {
  async "is no reason to activate the extension until a Python file is opened"(vscode) {
    const extension = vscode.extensions.getExtension("queryscope.queryscope");
    assert.ok(extension);
    assert.equal(extension.isActive, false);
    await extension.activate();
    assert.equal(extension.isActive, true);
  },
};
