import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE } from "../../../test/lib/browser.js";
import { testComponent, withExample } from "../../../test/lib/component.js";

testComponent("masthead");

test("masthead: six sections stand side by side on a telephone", () =>
  withExample("masthead", { viewport: PHONE }, async (page) => {
    const boxes = await page.locator(".sections a").evaluateAll((links) => links.map((link) => link.getBoundingClientRect().toJSON()));
    assert.equal(boxes.length, 6);
    assert.equal(new Set(boxes.map(({ top }) => top)).size, 1, "in one row");
    assert.ok(boxes.every(({ height, right }) => height >= 24 && right <= PHONE.width));
  }));
