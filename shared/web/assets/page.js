// The script of every page. Every page works without it.
import { Button, CharacterCount, Checkboxes, ErrorSummary, Radios, SkipLink, createAll } from "nhsuk-frontend";
import htmx from "htmx.org";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

function start(scope) {
  // htmx may keep a component that has been started already: that is not an error here
  const options = { scope, onError: () => {} };
  for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, Radios, SkipLink]) {
    createAll(component, {}, options);
  }
}

start(document);
document.addEventListener("htmx:after:swap", () => start(document));

// A request that changes something carries the token that a form would have carried.
document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && request.method.toUpperCase() !== "GET") {
    request.headers["X-CSRF-Token"] = token;
  }
});

export { htmx };
