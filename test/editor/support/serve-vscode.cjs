/**
 * `node serve-vscode.cjs SERVER_MAIN …`: what later releases of code-server's VS Code do by themselves when their
 * server-main.js is started. That of VS Code 1.93 is only a module.
 */
const { createServer } = require("node:http");

// As if it had been started itself.
process.argv.splice(1, 1);
const options = process.argv.slice(2);

/** @param {string} name */
const option = (name) => options[options.indexOf(name) + 1];

async function main() {
  const code = await require(process.argv[1]).loadCodeWithNls();
  if (options.includes("--install-extension")) return code.spawnCli();
  const server = createServer();
  await new Promise((resolve) => server.listen(Number(option("--port")), option("--host"), resolve));
  const agent = await code.createServer(server.address());
  server.on("request", (request, response) => agent.handleRequest(request, response));
  server.on("upgrade", (request, socket) => agent.handleUpgrade(request, socket));
  console.log("Extension host agent listening");
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
