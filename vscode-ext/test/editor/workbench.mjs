// What a user does in the editor, by name.
import { setTimeout as pause } from "node:timers/promises";

/** Far longer than anything takes, for a machine that is busy with other things. */
const PATIENCE_MS = 60_000;

export class Workbench {
  /** Opens a folder in a new window of the browser. */
  static async open(browser, address, folder, { width = 1280, height = 800, scale = 1 } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${address}/?folder=${encodeURIComponent(folder)}`, { waitUntil: "domcontentloaded" });
    await page.waitForSelector(".monaco-workbench");
    return new Workbench(page);
  }

  constructor(page) {
    this.page = page;
  }

  close() {
    return this.page.context().close();
  }

  /** Opens a file by its entry in the explorer: the list of quick open may not be there yet when Enter is pressed. */
  async openFile(name) {
    await this.page.getByRole("treeitem", { name, exact: true }).dblclick();
    await this.page.locator(`.tab[data-resource-name="${name}"].active`).waitFor();
    await this.page.locator(".editor-instance .view-lines").waitFor();
  }

  /** Runs a command by its title in the palette. */
  async run(title) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget .input");
    await input.fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click();
  }

  /** Puts the cursor on a line, and a column of it, both counted from 1. */
  async goTo(line, column = 1) {
    await this.page.keyboard.press("Control+g");
    const input = this.page.locator(".quick-input-widget .input");
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** Types into the box that is open. */
  async answer(text) {
    await this.page.locator(".quick-input-widget .input").fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** The text in the active editor, as far as it is on the screen. */
  async text() {
    const lines = await this.page.$$eval(".editor-instance .view-line", (all) =>
      all.map((line) => [Number.parseInt(line.style.top, 10), line.textContent ?? ""]),
    );
    return lines.sort(([above], [below]) => above - below).map(([, line]) => line.replace(/\u00a0/g, " ")).join("\n");
  }

  /** Takes back what was done since the screen showed `text`. */
  async undoTo(text) {
    await this.until("the text as it was", async () => {
      if ((await this.text()) === text) {
        return true;
      }
      await this.page.keyboard.press("Control+z");
      return false;
    });
  }

  /** Clicks on the lens with that text. */
  async lens(text) {
    await this.page.locator(".codelens-decoration a", { hasText: text }).first().click();
  }

  squiggles() {
    return this.page.locator(".editor-instance .squiggly-error, .editor-instance .squiggly-warning");
  }

  /** The numbers of errors and warnings in the status bar, which count the whole workspace. */
  async counts() {
    const label = (await this.page.locator("#status\\.problems a").getAttribute("aria-label")) ?? "";
    const [errors, warnings] = ["Errors", "Warnings"].map((kind) => Number(new RegExp(`${kind}: (\\d+)`).exec(label)?.[1] ?? 0));
    return { errors, warnings };
  }

  /** Points at a word of a line until a hover with that text comes, and gives its whole text. */
  async hover(line, word, text) {
    const target = this.page.locator(".editor-instance .view-line", { hasText: line }).getByText(word, { exact: true }).first();
    const hover = this.page.locator(".editor-instance .monaco-hover:visible");
    return this.until(`a hover with ${text}`, async () => {
      // a line that moves while lenses come leaves the pointer behind
      await this.page.mouse.move(0, 0);
      await target.hover();
      await pause(1500);
      const shown = (await hover.allTextContents()).join("\n");
      return shown.includes(text) && shown;
    });
  }

  /** Takes the preferred quick fix for what is at the cursor, which must have that title. */
  async quickFix(title) {
    await this.page.keyboard.press("Control+.");
    await this.page.locator(".action-widget .monaco-list-row.action.focused", { hasText: title }).waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Waits until `probe` gives something that is true, and gives it. */
  async until(what, probe, patience = PATIENCE_MS) {
    const end = Date.now() + patience;
    for (;;) {
      const value = await probe();
      if (value) {
        return value;
      }
      if (Date.now() > end) {
        throw new Error(`waited in vain for ${what}`);
      }
      await pause(100);
    }
  }

  /** The rows of the problems view, which must be open, that have to do with a word. */
  async problems(word) {
    const filter = this.page.locator(".viewpane-filter input");
    await filter.fill(""); // what was filled in before the view was ready was not heard
    await filter.fill(word);
    await pause(500);
    return this.page.$$eval(".markers-panel .monaco-list-row", (rows) => rows.map((row) => row.textContent ?? ""));
  }
}
