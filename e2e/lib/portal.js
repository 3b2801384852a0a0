// One portal and one browser for a file of tests.
import { after, before } from "node:test";
import { openBrowser } from "./browser.js";
import { startPortal } from "./server.js";

/** Starts both before the tests of a file and stops both after them. */
export function withPortal() {
  const shared = {};
  before(async () => {
    shared.portal = await startPortal();
    shared.url = shared.portal.url;
    shared.browser = await openBrowser();
  });
  after(async () => {
    await shared.browser?.close();
    await shared.portal?.stop();
  });
  return shared;
}
