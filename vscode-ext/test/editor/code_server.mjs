// VS Code as a server, for the time of a test: its own settings, its own extensions, one process group.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const START_MS = 60_000;
const END_MS = 5_000;

/** Settings that keep the editor from talking to anybody, and its parts from covering what is looked at. */
const QUIET = {
  "chat.disableAIFeatures": true,
  "editor.hover.above": false,
  "editor.minimap.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "remote.autoForwardPorts": false,
  "security.workspace.trust.enabled": false,
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

export class CodeServer {
  /**
   * @param entry the program, code-server's entry.js
   * @param home the home folder of the user who is played
   */
  constructor(entry, home) {
    this.entry = entry;
    this.data = join(home, "editor");
    this.env = { ...process.env, HOME: home };
    this.folders = ["--user-data-dir", this.data, "--extensions-dir", join(this.data, "extensions"), "--config", join(this.data, "config.yaml")];
    mkdirSync(this.data, { recursive: true });
    writeFileSync(join(this.data, "config.yaml"), "auth: none\n");
    this.configure({});
  }

  /** Writes the settings of the user, and those of the machine, where programs are named; a running editor takes them up. */
  configure(settings) {
    for (const scope of ["User", "Machine"]) {
      mkdirSync(join(this.data, scope), { recursive: true });
      writeFileSync(join(this.data, scope, "settings.json"), JSON.stringify({ ...QUIET, ...settings }));
    }
  }

  install(vsix) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.entry, ...this.folders, "--install-extension", vsix], { env: this.env, encoding: "utf8" });
    if (status !== 0) {
      throw new Error(`the extension can't be installed:\n${stdout}${stderr}`);
    }
  }

  /** Starts it on a free port of the loopback and sets `address`. */
  async start() {
    const options = ["--bind-addr", "127.0.0.1:0", "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
    this.process = spawn(process.execPath, [this.entry, ...this.folders, ...options], { env: this.env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    this.log = "";
    this.address = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`code-server doesn't start:\n${this.log}`)), START_MS);
      const hear = (bytes) => {
        this.log += bytes;
        const heard = /HTTP server listening on (http:\S+?)\/?\s/.exec(this.log);
        if (heard !== null) {
          clearTimeout(timer);
          resolve(heard[1]);
        }
      };
      this.process.stdout.on("data", hear);
      this.process.stderr.on("data", hear);
      this.process.on("exit", (code) => {
        clearTimeout(timer);
        reject(new Error(`code-server ended with ${code}:\n${this.log}`));
      });
    });
  }

  /** The language servers that run under this editor, by their process ids; nothing where there is no /proc. */
  languageServers() {
    const numbers = existsSync("/proc") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
    return numbers.map(Number).filter((number) => {
      try {
        const [words, variables] = ["cmdline", "environ"].map((what) => readFileSync(`/proc/${number}/${what}`, "utf8").split("\0"));
        return words.at(-2) === "server" && variables.includes(`HOME=${this.env.HOME}`);
      } catch {
        return false; // it has ended meanwhile, or is somebody else's
      }
    });
  }

  /** What the extension has written into its log. */
  extensionLog() {
    return readdirSync(join(this.data, "logs"), { recursive: true })
      .filter((name) => /pubcheck[^/]*\.log$/.test(name))
      .map((name) => readFileSync(join(this.data, "logs", name), "utf8"))
      .join("");
  }

  /** Ends it with all that it has started, which is one process group. */
  async stop() {
    const { process: child } = this;
    if (child === undefined || child.exitCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-child.pid, "SIGTERM");
    const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), END_MS);
    await ended;
    clearTimeout(timer);
  }
}
