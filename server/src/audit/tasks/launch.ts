/** Stage 1: what a product needs before anybody else uses it. */

import { servesStatic } from "../../rules/settings/published-files.ts";
import { processesOf } from "../processes.ts";
import { staticServer } from "../static-server.ts";
import { defaultDatabase, fileFields, isOfMachine, placeOf, setting } from "./settings.ts";
import { type AuditTask, codes, done, noProductionSettings, notApplicable, open, unknown } from "./task.ts";

export const launchTasks: readonly AuditTask[] = [
  {
    id: "S1.1",
    stage: 1,
    title: "PostgreSQL instead of SQLite",
    days: { from: 0.5, to: 1 },
    rules: codes(814),
    judge({ production }) {
      if (!production) return noProductionSettings;
      const found = defaultDatabase(production);
      if (!found) return unknown("The settings do not tell which database is used.");
      const { kind, place: location } = found;
      switch (kind) {
        case "postgresql":
          return done("The default database is PostgreSQL.", { text: "DATABASES", location });
        case "other":
          return done("The default database is a server, though not PostgreSQL.", {
            text: "DATABASES",
            location,
          });
        case "sqlite":
          if (isOfMachine(production, found.database))
            return unknown("SQLite is what local settings, which are not in the folder, will replace.", {
              text: "DATABASES",
              location,
            });
          return open("The default database is SQLite: one writer at a time.", {
            text: "DATABASES",
            location,
          });
        case "several":
          return unknown("The environment decides between SQLite and a server.", {
            text: "DATABASES",
            location,
          });
        default:
          return unknown("The engine of the default database is decided where it is deployed.", {
            text: "DATABASES",
            location,
          });
      }
    },
  },
  {
    id: "S1.2",
    stage: 1,
    title: "A server for production, debugging off",
    days: { from: 0.5, to: 0.5 },
    rules: codes(818, 855, 852),
    judge({ production, context: { deployment } }) {
      if (production?.servesOneMachine) {
        return open(
          "DEBUG is on, and ALLOWED_HOSTS names nobody: the settings are those of a developer's machine.",
          setting(production, "DEBUG", "DEBUG"),
        );
      }
      const servers = processesOf(deployment, "web");
      const real = servers.find(({ program }) => program !== "runserver");
      if (real) {
        return done(`${real.program} answers the requests.`, {
          text: `Starts ${real.program}`,
          location: real.location,
        });
      }
      const [development] = servers;
      return development
        ? open("Requests are answered by runserver, which is made for development.", {
            text: "Starts runserver",
            location: development.location,
          })
        : unknown("No file of the folder starts a server: it is deployed from somewhere else.");
    },
  },
  {
    id: "S1.3",
    stage: 1,
    title: "Static files past Django, uploads on a disk or in a storage",
    days: { from: 0.5, to: 0.5 },
    rules: codes(840, 846),
    judge(product) {
      const { production } = product;
      if (!production) return noProductionSettings;
      if (!servesStatic(production)) return notApplicable("The project serves no static files.");
      const server = staticServer(product, production);
      if (server) return done(server.sentence, server.evidence);
      const uploads = fileFields(product).length > 0 ? " and uploads" : "";
      return unknown(
        `Nothing in the folder says what serves static files${uploads}: WhiteNoise, nginx and a CDN are not named.`,
        ...(placeOf(production, "STATIC_URL") ? [setting(production, "STATIC_URL", "STATIC_URL")] : []),
      );
    },
  },
];
