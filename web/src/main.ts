// Entry of every page: the styles, and the small part that makes forms and maps better where
// scripts run. The map library is fetched only when a map comes near the screen.
import "./styles/index.css";
import { defineSearch } from "./components/search/search.ts";
import { defineMap } from "./components/map/element.ts";
import { defineExploreForm } from "./explore/form.ts";

defineSearch();
defineMap();
defineExploreForm();
