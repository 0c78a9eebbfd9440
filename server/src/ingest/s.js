// Sidetag: <script async src="https://…/s.js" data-key="…"></script>, then sidetag("purchase", { value: 9.5 }).
// Calls made before this file has loaded are kept if the page defines the queue first:
// window.sidetag = window.sidetag || function () { (sidetag.q = sidetag.q || []).push(arguments) };
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script) return;
  var url = new URL("/events", script.src);
  if (script.dataset.key) url.searchParams.set("key", script.dataset.key);

  // randomUUID exists only on https pages and localhost.
  function id() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  function sidetag(name, data) {
    var event = {
      event_name: name,
      event_id: id(),
      page_location: location.href,
      page_title: document.title,
      language: (navigator.language || "").toLowerCase()
    };
    if (document.referrer) event.page_referrer = document.referrer;
    Object.assign(event, data);
    // Text, not JSON: a simple request needs no preflight. keepalive lets it outlive the page.
    fetch(url, {
      method: "POST",
      body: JSON.stringify(event),
      headers: { "Content-Type": "text/plain" },
      credentials: "include",
      keepalive: true
    }).catch(function () {});
  }

  var queued = (window.sidetag && window.sidetag.q) || [];
  window.sidetag = sidetag;
  if (script.dataset.auto !== "off") sidetag("page_view");
  for (var i = 0; i < queued.length; i++) sidetag.apply(null, queued[i]);
})();
