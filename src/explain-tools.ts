/** What the commands share that let Django make SQL and a database plan it. */
import { commands, type LogOutputChannel, l10n, type Uri, window, workspace } from "vscode";
import { type ConnectionProfile, type ConnectionProfiles, placeOf } from "./connection-profiles.ts";
import { askForPassword } from "./passwords.ts";
import { chosenInterpreter } from "./python-interpreter.ts";

/** Those arguments of the server's commands that only the client knows. */
export interface ToolArguments {
  readonly uri: string;
  readonly workspaceTrusted: boolean;
  readonly python?: string;
  readonly pythonNamed: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly connection?: ConnectionWithPassword;
}

type ConnectionWithPassword = ConnectionProfile & { readonly password?: string };

export async function toolArguments(uri: Uri, log: LogOutputChannel): Promise<ToolArguments> {
  const python = await chosenInterpreter(uri, log);
  const environment = workspace
    .getConfiguration("queryscope", uri)
    .get<Record<string, string>>("explain.environment");
  return {
    uri: uri.toString(),
    workspaceTrusted: workspace.isTrusted,
    environment: environment ?? {},
    pythonNamed: python?.named ?? false,
    ...(python === undefined ? {} : { python: python.path }),
  };
}

/** Asks for the password when the server wants one; keeps it once it was right. */
export async function askWithPassword<Result>(
  profiles: ConnectionProfiles,
  profile: ConnectionProfile,
  server: {
    readonly ask: (connection: ConnectionWithPassword) => Promise<Result | undefined>;
    readonly errorOf: (result: Result) => { readonly kind: string; readonly message: string } | null;
  },
): Promise<Result | undefined> {
  let password = await profiles.password(profile);
  for (let entered = false; ; entered = true) {
    const result = await server.ask({ ...profile, ...(password === undefined ? {} : { password }) });
    if (result === undefined) return undefined;
    const error = server.errorOf(result);
    if (error?.kind !== "password") {
      if (entered && password !== undefined) await profiles.keepPassword(profile, password);
      return result;
    }
    await profiles.forgetPassword(profile);
    password = await askForPassword(
      l10n.t("Password of {0} for {1}", profile.user ?? "", placeOf(profile)),
      entered ? error.message : undefined,
    );
    if (password === undefined) return undefined;
  }
}

export async function refuseUntrusted(): Promise<void> {
  const manage = l10n.t("Manage Workspace Trust");
  const message = l10n.t(
    "To make the SQL, Django runs the project's own code. That needs a trusted workspace.",
  );
  if ((await window.showWarningMessage(message, manage)) === manage)
    await commands.executeCommand("workbench.trust.manage");
}
