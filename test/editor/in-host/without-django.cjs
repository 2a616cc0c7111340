/** A workspace with Python and without Django. */
const assert = require("node:assert/strict");

/** Milliseconds. */
const limit = 100;

module.exports = {
  async "is no reason to activate the extension until a Python file is opened"(vscode) {
    const extension = vscode.extensions.getExtension("queryscope.queryscope");
    assert.ok(extension);
    assert.equal(extension.isActive, false);
    // Of the whole extension host meanwhile: the time on the clock would tell how busy the machine is.
    const before = process.cpuUsage();
    await extension.activate();
    const { user, system } = process.cpuUsage(before);
    assert.equal(extension.isActive, true);
    const milliseconds = (user + system) / 1000;
    assert.ok(milliseconds < limit, `activated in ${milliseconds} ms of processor time`);
  },
};
