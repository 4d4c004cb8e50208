/** Programs that gates use: data only. A gate that needs another adds a row here. */
import {
  BROWSER_NAMES,
  browserPlaces,
  debianPackages,
  playwrightInstall,
} from "../../gates/browser/places.ts";

export interface Tool {
  id: string;
  title: string;
  /** Gates that use it; "meta-orch" = the runner itself. */
  gates: string[];
  /** True when the gate cannot do its work without it; false when it only adds to it. */
  required: boolean;
  /** Environment variable that may hold its path. */
  variable?: string;
  /** Names looked up on PATH, in this order. */
  names: string[];
  /** Absolute paths looked at after PATH. */
  places: string[] | ((env: NodeJS.ProcessEnv) => string[]);
  /** Arguments that make it print its version; they must succeed for the tool to count as found. */
  versionArgs: string[];
  /** Debian packages, or none when Debian has no suitable one. */
  debian: string[];
  /** A command that installs it on any system, when there is one. */
  anywhere?: string;
  /** What a person does where no command is known. */
  manual: string;
}

export const TOOLS: readonly Tool[] = [
  {
    id: "git",
    title: "Git",
    gates: ["meta-orch"],
    required: true,
    names: ["git"],
    places: [],
    versionArgs: ["--version"],
    debian: ["git"],
    manual: "Install Git from https://git-scm.com/downloads",
  },
  {
    id: "shell",
    title: "POSIX shell",
    gates: ["meta-orch"],
    required: true,
    names: ["sh"],
    places: ["/bin/sh"],
    versionArgs: ["-c", "exit 0"],
    debian: ["dash"],
    manual: "Install a POSIX shell as /bin/sh",
  },
  {
    id: "chromium",
    title: "Chromium, Chrome or Edge",
    gates: ["browser"],
    required: true,
    variable: "CHROME_PATH",
    names: BROWSER_NAMES,
    places: (env) => browserPlaces(env, process.platform),
    versionArgs: ["--version"],
    debian: debianPackages(),
    anywhere: playwrightInstall(),
    manual: "Install Chromium, Chrome or Edge, or set CHROME_PATH to its program",
  },
  {
    id: "lighthouse",
    title: "Lighthouse",
    gates: ["browser"],
    required: false,
    names: ["lighthouse"],
    places: [],
    versionArgs: ["--version"],
    debian: [],
    anywhere: "npm install --global lighthouse@12.8.2",
    manual: "Install the npm package lighthouse",
  },
  {
    id: "psql",
    title: "PostgreSQL client",
    gates: ["infra-health"],
    required: false,
    names: ["psql"],
    places: [],
    versionArgs: ["--version"],
    debian: ["postgresql-client"],
    manual: "Install the PostgreSQL client tools from https://www.postgresql.org/download",
  },
  {
    id: "redis",
    title: "Redis server",
    gates: ["infra-health"],
    required: false,
    names: ["redis-server"],
    places: [],
    versionArgs: ["--version"],
    debian: ["redis-server"],
    manual: "Install Redis from https://redis.io/docs/latest/operate/oss_and_stack/install",
  },
  {
    id: "docker-compose",
    title: "Docker Compose plugin",
    gates: ["infra-health"],
    required: false,
    names: ["docker"],
    places: [],
    versionArgs: ["compose", "version"],
    debian: [],
    manual: "Install the Compose plugin: https://docs.docker.com/compose/install/linux",
  },
];
