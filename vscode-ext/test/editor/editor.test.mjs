// The extension in a real editor: what a user sees and does, on the files of testdata/showcase.
//
// Needs CODE_SERVER (its entry.js), VSIX (the extension) and PUBCHECK (the program), as paths. With PICTURE=1 the picture of the
// README is taken anew; otherwise what was on the screen at the end is left in out/.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { launch } from "./browser.mjs";
import { CodeServer } from "./code_server.mjs";
import { Workbench } from "./workbench.mjs";

const SHOWCASE = resolve("../testdata/showcase");
const TEST_MS = 120_000;
const home = mkdtempSync(join(tmpdir(), "pubcheck-editor-"));
const folder = join(home, "showcase");
let server, browser, bench;

before(async () => {
  cpSync(SHOWCASE, folder, { recursive: true });
  server = new CodeServer(process.env.CODE_SERVER, home);
  // where uv and pipx put it: a PATH of ours would not outlive the login shell that the editor takes it from
  mkdirSync(join(home, ".local", "bin"), { recursive: true });
  symlinkSync(process.env.PUBCHECK, join(home, ".local", "bin", "pubcheck"));
  server.configure({ "pubcheck.trace.server": process.env.TRACE ?? "off" });
  server.install(process.env.VSIX);
  await server.start();
  browser = await launch();
  bench = await Workbench.open(browser, server.address, folder, { width: 1180, height: 700, scale: 1.5 });
}, { timeout: TEST_MS });

after(async () => {
  mkdirSync("out", { recursive: true });
  await bench?.page.screenshot({ path: "out/last.png" });
  if (broken) {
    console.log(server.extensionLog());
  }
  await browser?.close();
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
}, { timeout: TEST_MS });

/** Tests are steps of one visit: when one fails, those after it say so instead of waiting for what can't come. */
let broken = false;
function step(name, body) {
  test(name, { timeout: TEST_MS }, async (context) => {
    if (broken) {
      context.skip("an earlier step failed");
      return;
    }
    broken = true;
    await body();
    broken = false;
  });
}

const MISTAKE = { line: 35, column: 12, text: "m.errors.Store(0)", message: "what others add in between is lost", rule: "load-then-store" };

step("findings are underlined", async () => {
  await bench.openFile("meter.go");
  await bench.goTo(MISTAKE.line, MISTAKE.column);
  await bench.until("the underlines on the screen", async () => (await bench.squiggles().count()) === 2);
  await bench.until("the findings of all files", async () => isDeepStrictEqual(await bench.counts(), { errors: 5, warnings: 1 }));
});

step("a hover explains a finding", async () => {
  const hover = await bench.hover(MISTAKE.text, "Store", MISTAKE.message);
  assert.match(hover, new RegExp(MISTAKE.rule));
  assert.match(hover, /`?\(\*Meter\)\.Fail`? writes it too/, "why it is believed");
  assert.match(hover, /meter\.go.*28/, "the other side");
  if (process.env.PICTURE !== undefined) {
    await bench.page.screenshot({ path: "images/editor.png" });
  }
});

step("a quick fix mends it", async () => {
  await bench.goTo(MISTAKE.line, MISTAKE.column);
  const before = await bench.text();
  await bench.quickFix(/Swap/);
  await bench.until("the fixed text", async () => (await bench.text()).includes("m.errors.Swap(0)"));
  await bench.until("four errors", async () => (await bench.counts()).errors === 4);
  await bench.undoTo(before);
  await bench.until("five errors again", async () => (await bench.counts()).errors === 5);
});

step("typing a mistake shows it without saving", async () => {
  await bench.goTo(23, 9);
  const before = await bench.text();
  await bench.page.keyboard.press("End");
  await bench.page.keyboard.press("Shift+Home");
  await bench.page.keyboard.type("return atomic.LoadUint64(&m.hits)");
  await bench.until("four errors", async () => (await bench.counts()).errors === 4);
  await bench.undoTo(before);
  await bench.until("five errors again", async () => (await bench.counts()).errors === 5);
});

step("a suppression says why", async () => {
  await bench.goTo(MISTAKE.line, MISTAKE.column);
  const before = await bench.text();
  await bench.run("pubcheck: Suppress Finding with a Reason");
  await bench.answer("only the collector resets");
  await bench.until("the comment", async () => (await bench.text()).includes(`//pubcheck:ignore ${MISTAKE.rule} only the collector resets`));
  await bench.until("four errors", async () => (await bench.counts()).errors === 4);
  await bench.undoTo(before);
  await bench.until("five errors again", async () => (await bench.counts()).errors === 5);
});

step("a lens leads to those who synchronise", async () => {
  await bench.goTo(13);
  await bench.lens(/release/);
  await bench.page.locator(".zone-widget .reference-zone-widget").waitFor();
  await bench.page.keyboard.press("Escape");
});

step("each setting does what it says", async () => {
  const counted = (errors, warnings) => async () => isDeepStrictEqual(await bench.counts(), { errors, warnings });
  server.configure({ "pubcheck.ignore": [MISTAKE.rule] });
  await bench.until("four errors", counted(4, 1));
  server.configure({ "pubcheck.select": ["locks"] });
  await bench.until("the one about a lock", counted(0, 1));
  cpSync("test/editor/more", folder, { recursive: true });
  server.configure({ "pubcheck.minConfidence": "low" });
  await bench.until("one that is less sure", counted(6, 1));
  server.configure({ "pubcheck.inlayHints": true });
  await bench.openFile("clock.go");
  await bench.until("the locks on entry", async () => (await bench.text()).includes("holds c.mu"));
  rmSync(join(folder, "clock.go"));
  server.configure({ "pubcheck.codeLens": false });
  await bench.openFile("meter.go");
  await bench.until("the findings", counted(5, 1));
  await bench.page.locator(".codelens-decoration a", { hasText: /release/ }).first().waitFor({ state: "hidden" });
});

step("findings are renewed on saving, if that is wanted", async () => {
  const write = async (text) => {
    await bench.goTo(23, 9);
    await bench.page.keyboard.press("End");
    await bench.page.keyboard.press("Shift+Home");
    await bench.page.keyboard.type(text);
  };
  server.configure({ "pubcheck.run": "onSave", "files.autoSave": "off" });
  await bench.goTo(13);
  await bench.page.locator(".codelens-decoration a", { hasText: /release/ }).first().waitFor(); // back with these settings
  await write("return atomic.LoadUint64(&m.hits)");
  await bench.hover(MISTAKE.text, "Store", MISTAKE.message); // which is about the text as it is, and takes a while
  assert.equal((await bench.counts()).errors, 5);
  await bench.page.keyboard.press("Control+s");
  await bench.until("four errors", async () => (await bench.counts()).errors === 4);
  await write("return m.hits");
  await bench.page.keyboard.press("Control+s");
  await bench.until("five errors again", async () => (await bench.counts()).errors === 5);
  server.configure({});
});

step("the log tells how the server is started and what is said", async () => {
  server.configure({ "pubcheck.args": ["--verbose"], "pubcheck.trace.server": "verbose" });
  await bench.until("another start", () => /starting \S*pubcheck server --verbose/.test(server.extensionLog()));
  await bench.until("what is said", () => server.extensionLog().includes("textDocument/didOpen"));
  await bench.run("pubcheck: Show Log");
  await bench.page.locator(".output-view-container, .pane-body.output-view").first().waitFor();
  server.configure({});
  await bench.until("a start without more", () => /starting \S*pubcheck server\s*\(/.test(server.extensionLog().split("--verbose").at(-1)));
  await bench.until("the findings", async () => (await bench.counts()).errors === 5);
});

step("the status item offers what can be done", async () => {
  await bench.openFile("meter.go"); // it is there for Go files alone, and the log was in front
  const [first] = server.languageServers();
  await bench.page.locator(".statusbar-item", { hasText: "pubcheck" }).first().click();
  await bench.page.locator(".quick-input-list .monaco-list-row", { hasText: "Restart Server" }).click();
  await bench.until("another server", () => server.languageServers().some((one) => one !== first));
  await bench.until("the findings", async () => (await bench.counts()).errors === 5);
});

step("the workspace is checked as a whole", async () => {
  await bench.run("pubcheck: Check Workspace");
  await bench.until("a finding in a file that nobody opened", async () => {
    const [file, finding] = await bench.problems("http.Get");
    return file?.startsWith("sessions.go") && finding?.includes("`http.Get` waits for the network");
  });
});

step("a rule is explained", async () => {
  await bench.run("pubcheck: Explain Rule");
  await bench.answer("io-under-lock");
  await bench.page.locator(".tab", { hasText: "io-under-lock" }).waitFor();
  const preview = bench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  await preview.getByRole("heading", { name: "Slow operation while a mutex is held" }).waitFor();
});

step("a path that leads nowhere is told, and mended without a restart", async () => {
  server.configure({ "pubcheck.path": "/gone/pubcheck" });
  await bench.page.getByText("pubcheck.path is /gone/pubcheck, where there is no program.").first().waitFor();
  await bench.until("no findings", async () => (await bench.counts()).errors === 0);
  await bench.page.getByRole("button", { name: "How to Install" }).click();
  await bench.page.getByRole("heading", { name: "Get started with pubcheck" }).waitFor();
  server.configure({});
  await bench.until("the findings", async () => (await bench.counts()).errors === 5);
});

step("a server that can't start is told of with its own words, once", async () => {
  const program = join(home, "broken");
  writeFileSync(program, "#!/bin/sh\necho 'pubcheck: the moon is in the wrong house' >&2\nexit 2\n", { mode: 0o755 });
  server.configure({ "pubcheck.path": program });
  await bench.page.getByText("pubcheck server has ended: the moon is in the wrong house").first().waitFor();
  assert.equal((server.extensionLog().match(/starting \S*broken/g) ?? []).length, 1);
  server.configure({});
  await bench.until("the findings", async () => (await bench.counts()).errors === 5);
});

step("a server that dies is started again", async () => {
  await bench.run("Notifications: Clear All Notifications");
  const [first] = server.languageServers();
  process.kill(first, "SIGKILL");
  await bench.until("another server", () => server.languageServers().some((one) => one !== first));
  await bench.until("the findings", async () => (await bench.counts()).errors === 5);
  assert.equal(await bench.page.locator(".notification-toast", { hasText: "has ended" }).count(), 0);
});

step("a workspace that isn't trusted can't choose what is started", async () => {
  const hostile = join(home, "hostile");
  cpSync(SHOWCASE, hostile, { recursive: true });
  const trap = join(hostile, "trap");
  writeFileSync(trap, `#!/bin/sh\ntouch ${join(home, "sprung")}\n`, { mode: 0o755 });
  mkdirSync(join(hostile, ".vscode"));
  writeFileSync(join(hostile, ".vscode", "settings.json"), JSON.stringify({ "pubcheck.path": trap }));
  server.configure({ "security.workspace.trust.enabled": true });
  await bench.close();
  bench = await Workbench.open(browser, server.address, hostile);
  await bench.openFile("meter.go");
  await bench.until("the findings", async () => (await bench.counts()).errors === 5);
  assert.ok(!existsSync(join(home, "sprung")), "the workspace's program was started");
});
