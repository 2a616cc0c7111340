import { extensions, type LogOutputChannel, type Uri, workspace } from "vscode";

/** The part of the Python extension's interface that is used here. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(
      environment: unknown,
    ): Promise<
      { readonly executable: { readonly uri?: { readonly fsPath: string } | undefined } } | undefined
    >;
  };
}

export interface ChosenInterpreter {
  readonly path: string;
  /** By our setting, and not by the Python extension's, which chooses one for every purpose. */
  readonly named: boolean;
}

/**
 * The interpreter that the user has chosen for a file: the setting, else the Python extension's. Undefined leaves the
 * choice to the server, which takes the project's own environment.
 */
export async function chosenInterpreter(
  resource: Uri,
  log: LogOutputChannel,
): Promise<ChosenInterpreter | undefined> {
  const configured = workspace.getConfiguration("queryscope", resource).get<string>("explain.python");
  if (configured) return { path: configured, named: true };
  const extension = extensions.getExtension<PythonExtension>("ms-python.python");
  if (extension === undefined) return undefined;
  try {
    const { environments } = await extension.activate();
    const active = environments?.getActiveEnvironmentPath(resource);
    const resolved = active && (await environments?.resolveEnvironment(active));
    const path = resolved?.executable.uri?.fsPath;
    return path === undefined ? undefined : { path, named: false };
  } catch (error) {
    log.warn(
      `The Python extension did not name an interpreter: ${error instanceof Error ? error.message : error}`,
    );
    return undefined;
  }
}
