/* On the start page, before Streamlit's own scripts: where the app lives, and a sentence when it cannot be reached. */
(function () {
  "use strict";
  const home = new URL(".", location.href).href;
  window.__streamlit = {BACKEND_BASE_URL: home, MAIN_PAGE_BASE_URL: home};

  const PATIENCE_MS = 12000; // a slow line opens its connection well before
  const Native = window.WebSocket;
  const sentence = document.currentScript.dataset.sentence;
  let open = false;

  function tell() {
    if (open || document.getElementById("no-connection")) return;
    const box = document.createElement("div");
    box.id = "no-connection";
    box.setAttribute("role", "alert");
    box.style.cssText = "position:fixed;z-index:1000000;top:0;left:0;right:0;padding:14px 22px;background:#1F2933;color:#FBFAF7;font:16px/1.4 sans-serif";
    box.textContent = sentence;
    document.body.append(box);
  }

  if (!Native) {
    window.addEventListener("DOMContentLoaded", tell);
    return;
  }
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener("open", () => {
        open = true;
        document.getElementById("no-connection")?.remove();
      });
    }
  };
  setTimeout(tell, PATIENCE_MS);
})();
