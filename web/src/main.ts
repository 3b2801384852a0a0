// Entry of every page: the styles, and the small part that makes forms and maps better where
// scripts run. The map library is fetched only when a map comes near the screen.
import "./styles/index.css";
import { defineSearch } from "./components/search/search.ts";
import { defineMap } from "./components/map/element.ts";
import { defineSave } from "./components/save/save.ts";

defineSearch();
defineMap();
defineSave();
// Only the explorer needs the explorer.
if (document.querySelector("tequio-explore")) void import("./components/explore/explore.ts").then(({ defineExplore }) => defineExplore());
// Only the search page offers what is near.
if (document.querySelector("tequio-near")) void import("./components/near/near.ts").then(({ defineNear }) => defineNear());
// Only pages with a proof check one: the arithmetic of keys is not small.
if (document.querySelector("tequio-proof")) void import("./components/proof/proof.ts").then(({ defineProof }) => defineProof());
// Only a page that is being computed waits.
if (document.querySelector("tequio-job")) void import("./components/job/job.ts").then(({ defineJob }) => defineJob());
