import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { faultOf, type Finding, findingsAt, ruleOf } from "../src/findings.js";

function finding(rule: string, line: number, from: number, to: number, source = "pubcheck"): Finding {
  return { source, code: { value: rule }, message: "", range: { start: { line, character: from }, end: { line, character: to } } };
}

describe("the rule of a finding", () => {
  test("is its code, with or without an address", () => {
    assert.equal(ruleOf(finding("io-under-lock", 0, 0, 1)), "io-under-lock");
    assert.equal(ruleOf({ ...finding("", 0, 0, 1), code: "io-under-lock" }), "io-under-lock");
  });

  test("is nobody else's code", () => {
    assert.equal(ruleOf(finding("SA2000", 0, 0, 1, "staticcheck")), undefined);
    assert.equal(ruleOf({ ...finding("", 0, 0, 1), code: undefined }), undefined);
  });
});

describe("the findings at the cursor", () => {
  const findings = [finding("far", 4, 30, 40), finding("near", 4, 2, 10), finding("other-line", 5, 0, 1), finding("SA1", 4, 0, 50, "staticcheck")];

  test("are those of the line, the nearest first", () => {
    assert.deepEqual(findingsAt(findings, 4, 4, { line: 4, character: 5 }).map(ruleOf), ["near", "far"]);
    assert.deepEqual(findingsAt(findings, 4, 4, { line: 4, character: 29 }).map(ruleOf), ["far", "near"]);
  });

  test("are those of all selected lines", () => {
    assert.deepEqual(findingsAt(findings, 4, 5, { line: 5, character: 0 }).map(ruleOf), ["other-line", "far", "near"]);
  });
});

describe("a reason", () => {
  test("is required, in one line", () => {
    assert.match(faultOf("  ") ?? "", /Say why/);
    assert.match(faultOf("a\nb") ?? "", /One line/);
    assert.equal(faultOf("only the collector resets"), undefined);
  });
});
