import { type DiagnosticOptions, type Disposable, DocumentDiagnosticRequest } from "vscode-languageserver";
import type { ServerContext } from "./server-context.ts";

export function diagnosticOptions({ workspace }: { readonly workspace: boolean }): DiagnosticOptions {
  return { identifier: "queryscope", interFileDependencies: true, workspaceDiagnostics: workspace };
}

/**
 * Registers pull diagnostics as the setting `diagnosticMode` wants them, now and whenever it changes: a client that is
 * told of workspace diagnostics asks for them all the time, and forgets those of closed files only when it is not.
 */
export class DiagnosticRegistration {
  readonly #context: ServerContext;
  #registered: { readonly workspace: boolean; readonly registration: Promise<Disposable> } | undefined;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  start(): void {
    if (!this.#context.client.registersDiagnostics) return;
    this.#update();
    this.#context.settings.onDidChange(() => this.#update());
  }

  #update(): void {
    const { connection, logger, settings } = this.#context;
    const mode = settings.diagnosticMode;
    const wanted = mode === "off" ? undefined : { workspace: mode !== "openFiles" };
    const present = this.#registered;
    if (present?.workspace === wanted?.workspace) return;
    const failed = (error: unknown): void => {
      logger.error(`The client refused to register diagnostics: ${String(error)}`);
    };
    present?.registration.then((registration) => registration.dispose(), failed);
    if (wanted === undefined) {
      this.#registered = undefined;
      return;
    }
    const registration = connection.client.register(DocumentDiagnosticRequest.type, {
      documentSelector: null,
      ...diagnosticOptions(wanted),
    });
    registration.catch(failed);
    this.#registered = { ...wanted, registration };
  }
}
