// Where the server is. Nothing here knows VS Code: what is asked of the machine comes in as a `Machine`.

import path from "node:path";

/** pubcheck as a module. -P: a folder named pubcheck in the workspace is not it. */
export const AS_MODULE: readonly string[] = ["-P", "-m", "pubcheck"];

/** What the search asks of the machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Whether there is a file at this absolute path that may be run. */
  isProgram(file: string): Promise<boolean>;
  /** Whether this Python interpreter has the module `pubcheck`. */
  hasModule(interpreter: string): Promise<boolean>;
}

/** What the search is told by the user and the workspace. */
export interface Wish {
  /** The setting `pubcheck.path` as it is written; empty when it isn't set. */
  readonly path: string;
  /** Folders of a trusted workspace; empty when the workspace isn't trusted, so that nothing in it is started. */
  readonly folders: readonly string[];
  /** The interpreters that are selected, the best first; empty when the workspace isn't trusted. */
  interpreters(): Promise<readonly string[]>;
}

/** How to start pubcheck, and which place it was found by. */
export interface Program {
  readonly command: string;
  /** What comes before pubcheck's own arguments. */
  readonly prefix: readonly string[];
  readonly origin: "setting" | "PATH" | "tool" | "interpreter";
}

export type Found = { readonly program: Program } | { readonly program: undefined; readonly reason: string };

/**
 * Finds pubcheck: by the setting, on the PATH, where uv and pipx put programs, in the selected Python environment.
 *
 * A setting that leads nowhere is an answer of its own: somebody who names a program doesn't want another one.
 */
export async function findProgram(wish: Wish, machine: Machine): Promise<Found> {
  if (wish.path.trim() !== "") {
    return bySetting(wish, machine);
  }
  for (const [origin, folders] of [["PATH", pathFolders(machine)], ["tool", toolFolders(machine)]] as const) {
    for (const folder of folders) {
      const command = rules(machine).join(folder, programName(machine));
      if (await machine.isProgram(command)) {
        return { program: { command, prefix: [], origin } };
      }
    }
  }
  for (const interpreter of await wish.interpreters()) {
    const program = await byInterpreter(interpreter, machine);
    if (program !== undefined) {
      return { program };
    }
  }
  return { program: undefined, reason: "pubcheck is neither on the PATH nor in a tool folder of uv or pipx, nor in the selected Python environment." };
}

async function bySetting(wish: Wish, machine: Machine): Promise<Found> {
  const expanded = expand(wish.path.trim(), wish, machine);
  if ("unknown" in expanded) {
    return { program: undefined, reason: `pubcheck.path has ${expanded.unknown}, which has no value here.` };
  }
  const command = expanded.text;
  if (!/[\\/]/.test(command)) {
    for (const folder of pathFolders(machine)) {
      const candidate = rules(machine).join(folder, programName(machine, command));
      if (await machine.isProgram(candidate)) {
        return { program: { command: candidate, prefix: [], origin: "setting" } };
      }
    }
    return { program: undefined, reason: `pubcheck.path names ${command}, which is not on the PATH.` };
  }
  if (!rules(machine).isAbsolute(command)) {
    return { program: undefined, reason: `pubcheck.path is ${command}: it must be absolute, or begin with ~ or \${workspaceFolder}.` };
  }
  if (!(await machine.isProgram(command))) {
    return { program: undefined, reason: `pubcheck.path is ${command}, where there is no program.` };
  }
  return { program: { command, prefix: [], origin: "setting" } };
}

async function byInterpreter(interpreter: string, machine: Machine): Promise<Program | undefined> {
  const beside = rules(machine).join(rules(machine).dirname(interpreter), programName(machine));
  if (await machine.isProgram(beside)) {
    return { command: beside, prefix: [], origin: "interpreter" };
  }
  // `pip install --user` and `--target` put a module where its program isn't beside the interpreter
  if ((await machine.isProgram(interpreter)) && (await machine.hasModule(interpreter))) {
    return { command: interpreter, prefix: AS_MODULE, origin: "interpreter" };
  }
  return undefined;
}

/** Interpreters of environments that lie in the workspace's folders by custom. */
export function workspaceInterpreters(folders: readonly string[], platform: NodeJS.Platform): string[] {
  const inside = platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  return folders.flatMap((folder) => [".venv", "venv"].map((name) => rules({ platform }).join(folder, name, ...inside)));
}

/** How paths are written on that machine. */
function rules(machine: Pick<Machine, "platform">): path.PlatformPath {
  return machine.platform === "win32" ? path.win32 : path.posix;
}

function programName(machine: Machine, name = "pubcheck"): string {
  return machine.platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name;
}

/** A relative entry would mean a folder of whatever workspace is open. */
function pathFolders(machine: Machine): string[] {
  const value = machine.env["PATH"] ?? machine.env["Path"] ?? "";
  return value.split(machine.platform === "win32" ? ";" : ":").filter((entry) => rules(machine).isAbsolute(entry));
}

/** Where `uv tool install` and `pipx install` put programs: an editor that is started by a desktop has another PATH than a shell. */
function toolFolders(machine: Machine): string[] {
  const { env, home } = machine;
  const data = env["XDG_DATA_HOME"];
  return [
    env["UV_TOOL_BIN_DIR"],
    env["PIPX_BIN_DIR"],
    env["XDG_BIN_HOME"],
    data === undefined || data === "" ? undefined : rules(machine).join(data, "..", "bin"),
    rules(machine).join(home, ".local", "bin"),
  ].filter((folder): folder is string => folder !== undefined && rules(machine).isAbsolute(folder));
}

function expand(text: string, wish: Wish, machine: Machine): { text: string } | { unknown: string } {
  const values: Record<string, string | undefined> = { workspaceFolder: wish.folders[0], userHome: machine.home };
  let unknown: string | undefined;
  const filled = text.replace(/^~(?=[\\/])/, () => machine.home).replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
    const value = name.startsWith("env:") ? machine.env[name.slice("env:".length)] : values[name];
    unknown ??= value === undefined ? whole : undefined;
    return value ?? whole;
  });
  return unknown === undefined ? { text: filled } : { unknown };
}
