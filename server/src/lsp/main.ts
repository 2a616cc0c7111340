/** The language server as a program: `--node-ipc` for VS Code, `--stdio` for others. */
import { nodeEnvironment } from "../composition/node-environment.ts";
import { startServer } from "./server.ts";

// The channel to an editor that has gone away: nothing else keeps a server alive that speaks over IPC.
process.on("disconnect", () => process.exit(1));

startServer(nodeEnvironment(new URL("./", import.meta.url)));
