// Preloaded (`node -r`) by every npm script that a newcomer runs, before anything that an old Node cannot parse.
// For the same reason this file itself keeps to the oldest syntax.
var required = require("../package.json").engines.node;
var wanted = required.replace(">=", "").split(".").map(Number);
var running = process.versions.node.split(".").map(Number);

if (running[0] < wanted[0] || (running[0] === wanted[0] && running[1] < wanted[1])) {
  console.error(
    "Queryscope needs Node " +
      wanted.join(".") +
      " or newer, and this is Node " +
      process.versions.node +
      ".",
  );
  process.exit(2);
}
