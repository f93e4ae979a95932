import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AS_MODULE, findProgram, type Machine, type Program, type Wish, workspaceInterpreters } from "../src/discovery.js";

interface Disk {
  readonly programs?: readonly string[];
  readonly withModule?: readonly string[];
  readonly env?: Record<string, string>;
  readonly platform?: NodeJS.Platform;
}

function machine({ programs = [], withModule = [], env = {}, platform = "linux" }: Disk): Machine {
  return {
    platform,
    env,
    home: platform === "win32" ? "C:\\Users\\ann" : "/home/ann",
    isProgram: (file) => Promise.resolve(programs.includes(file)),
    hasModule: (interpreter) => Promise.resolve(withModule.includes(interpreter)),
  };
}

function wish(part: { path?: string; folders?: string[]; interpreters?: string[] } = {}): Wish {
  return { path: part.path ?? "", folders: part.folders ?? [], interpreters: () => Promise.resolve(part.interpreters ?? []) };
}

async function found(told: Wish, disk: Disk): Promise<Program> {
  const { program } = await findProgram(told, machine(disk));
  assert.ok(program, "nothing was found");
  return program;
}

async function refused(told: Wish, disk: Disk): Promise<string> {
  const answer = await findProgram(told, machine(disk));
  assert.ok(answer.program === undefined, `${answer.program?.command ?? ""} was found`);
  return answer.reason;
}

const everywhere = {
  programs: ["/opt/own/pubcheck", "/usr/bin/pubcheck", "/home/ann/.local/bin/pubcheck", "/project/.venv/bin/python", "/project/.venv/bin/pubcheck"],
  env: { PATH: "/bin:/usr/bin" },
};

describe("the order", () => {
  test("the setting goes before all", async () => {
    const program = await found(wish({ path: "/opt/own/pubcheck", interpreters: ["/project/.venv/bin/python"] }), everywhere);
    assert.deepEqual(program, { command: "/opt/own/pubcheck", prefix: [], origin: "setting" });
  });

  test("then the PATH", async () => {
    const program = await found(wish({ interpreters: ["/project/.venv/bin/python"] }), everywhere);
    assert.deepEqual(program, { command: "/usr/bin/pubcheck", prefix: [], origin: "PATH" });
  });

  test("then the folders of uv and pipx", async () => {
    const program = await found(wish({ interpreters: ["/project/.venv/bin/python"] }), { ...everywhere, env: { PATH: "/bin" } });
    assert.deepEqual(program, { command: "/home/ann/.local/bin/pubcheck", prefix: [], origin: "tool" });
  });

  test("then the selected interpreter's environment", async () => {
    const program = await found(wish({ interpreters: ["/project/.venv/bin/python"] }), { programs: ["/project/.venv/bin/pubcheck"] });
    assert.deepEqual(program, { command: "/project/.venv/bin/pubcheck", prefix: [], origin: "interpreter" });
  });

  test("then nothing, and it is said where it was looked for", async () => {
    assert.match(await refused(wish(), {}), /PATH.*uv or pipx.*Python environment/);
  });
});

describe("the setting", () => {
  test("that leads nowhere doesn't start another pubcheck", async () => {
    assert.match(await refused(wish({ path: "/opt/gone/pubcheck" }), everywhere), /\/opt\/gone\/pubcheck, where there is no program/);
  });

  test("may be a name on the PATH", async () => {
    const disk = { programs: ["/usr/bin/pubcheck-next"], env: { PATH: "/usr/bin" } };
    assert.equal((await found(wish({ path: "pubcheck-next" }), disk)).command, "/usr/bin/pubcheck-next");
    assert.match(await refused(wish({ path: "pubcheck-old" }), disk), /not on the PATH/);
  });

  for (const [written, meant] of [
    ["~/bin/pubcheck", "/home/ann/bin/pubcheck"],
    ["${userHome}/bin/pubcheck", "/home/ann/bin/pubcheck"],
    ["${workspaceFolder}/tools/pubcheck", "/project/tools/pubcheck"],
    ["${env:TOOLS}/pubcheck", "/tools/pubcheck"],
    ["  /tools/pubcheck ", "/tools/pubcheck"],
  ] as const) {
    test(`${written} is ${meant}`, async () => {
      const disk = { programs: [meant], env: { TOOLS: "/tools" } };
      assert.equal((await found(wish({ path: written, folders: ["/project"] }), disk)).command, meant);
    });
  }

  test("can't lead into a workspace that isn't trusted", async () => {
    const disk = { programs: ["/project/tools/pubcheck"] };
    assert.match(await refused(wish({ path: "${workspaceFolder}/tools/pubcheck", folders: [] }), disk), /\$\{workspaceFolder\}, which has no value/);
  });

  test("isn't relative, for nobody knows to what", async () => {
    assert.match(await refused(wish({ path: "./tools/pubcheck" }), { programs: ["./tools/pubcheck", "tools/pubcheck"] }), /must be absolute/);
  });
});

describe("the PATH", () => {
  test("relative entries don't lead into the workspace", async () => {
    await refused(wish(), { programs: ["bin/pubcheck", "./bin/pubcheck", "pubcheck"], env: { PATH: "bin:./bin:.:" } });
  });

  test("has semicolons and .exe on Windows", async () => {
    const disk = { platform: "win32", programs: ["D:\\tools\\pubcheck.exe"], env: { Path: "C:\\Windows;D:\\tools" } } as const;
    assert.equal((await found(wish(), disk)).command, "D:\\tools\\pubcheck.exe");
  });
});

describe("the folders of tools", () => {
  for (const [env, folder] of [
    [{ UV_TOOL_BIN_DIR: "/uv" }, "/uv"],
    [{ PIPX_BIN_DIR: "/pipx" }, "/pipx"],
    [{ XDG_BIN_HOME: "/xdg/bin" }, "/xdg/bin"],
    [{ XDG_DATA_HOME: "/xdg/share" }, "/xdg/bin"],
  ] as const) {
    test(`${Object.keys(env)[0] ?? ""} moves it`, async () => {
      assert.equal((await found(wish(), { env, programs: [`${folder}/pubcheck`] })).command, `${folder}/pubcheck`);
    });
  }

  test("is in the home folder on Windows", async () => {
    const program = "C:\\Users\\ann\\.local\\bin\\pubcheck.exe";
    assert.equal((await found(wish(), { platform: "win32", programs: [program] })).command, program);
  });
});

describe("the interpreter", () => {
  test("starts the module where no program lies beside it, and never one of the current folder", async () => {
    const disk = { programs: ["/usr/bin/python3"], withModule: ["/usr/bin/python3"] };
    const program = await found(wish({ interpreters: ["/gone/bin/python", "/usr/bin/python3"] }), disk);
    assert.deepEqual(program, { command: "/usr/bin/python3", prefix: ["-P", "-m", "pubcheck"], origin: "interpreter" });
    assert.equal(program.prefix, AS_MODULE);
  });

  test("without pubcheck is passed over", async () => {
    await refused(wish({ interpreters: ["/usr/bin/python3"] }), { programs: ["/usr/bin/python3"] });
  });

  test("isn't asked for while there is a program", async () => {
    const told: Wish = { path: "", folders: [], interpreters: () => Promise.reject(new Error("asked")) };
    await found(told, everywhere);
  });

  test("lies in the usual folders of the workspace", () => {
    assert.deepEqual(workspaceInterpreters(["/project"], "linux"), ["/project/.venv/bin/python", "/project/venv/bin/python"]);
    assert.deepEqual(workspaceInterpreters(["C:\\w"], "win32"), ["C:\\w\\.venv\\Scripts\\python.exe", "C:\\w\\venv\\Scripts\\python.exe"]);
  });
});
