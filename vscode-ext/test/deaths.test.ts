import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Deaths } from "../src/deaths.js";

const MINUTE = 60_000;

describe("a server that has ended", () => {
  test("is started again three times", () => {
    const deaths = new Deaths();
    assert.deepEqual([0, 1, 2, 3].map((time) => deaths.worthAnotherStart(true, time)), [true, true, true, false]);
  });

  test("is forgiven after a while", () => {
    const deaths = new Deaths();
    assert.ok([0, 1, 2, 3, 4, 5].every((time) => deaths.worthAnotherStart(true, time * 2 * MINUTE)));
  });

  test("isn't tried again when it never came up", () => {
    assert.ok(!new Deaths().worthAnotherStart(false, 0));
  });
});
