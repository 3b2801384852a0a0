import { testComponent } from "../../../test/lib/component.js";

testComponent("code");
