import { Application } from "@hotwired/stimulus";
// htmx reads its settings from <meta name="htmx-config"> in layouts/base.html.
import "htmx.org";

import { controllers } from "./controllers";
import "./csrf";
import "./disclosure";
import "./refocus";
import "./refused";
import "./unsent";

const application = Application.start();
for (const [name, controller] of Object.entries(controllers)) {
  application.register(name, controller);
}
