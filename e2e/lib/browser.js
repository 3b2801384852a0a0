// The browser of the components' tests, so that pages and components meet the same one.
export * from "../../web/test/lib/browser.js";
