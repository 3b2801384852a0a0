import { testComponent } from "../../../test/lib/component.js";

testComponent("job");
