import htmx from "htmx.org";
import { Application } from "@hotwired/stimulus";
console.log(htmx, Application);
