import "/kept.js";

// A file of its own, because the content security policy forbids scripts in the page.
// The theme is set before anything is drawn; state/preferences.rs keeps it under the same name.
try {
  const theme = localStorage.getItem("ministore.theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing shows the device's own theme.
}

// The browser may offer to install the page before the program is there to hear it: widgets/install_row.rs takes it up.
addEventListener("beforeinstallprompt", (offer) => {
  offer.preventDefault();
  globalThis.installOffer = offer;
  dispatchEvent(new Event("installoffer"));
});

// A shopper's phone downloads nothing of the counter.
const atCounter = /^\/counter(\/|$)/.test(location.pathname);
const program = atCounter ? "counter" : "ministore";
const wasm = fetch(`/${program}_bg.wasm`);
const styled = atCounter ? addStyle("/counter.css") : undefined;
const { default: init } = await import(`/${program}.js`);
await styled;
await init({ module_or_path: wasm });

function addStyle(href) {
  return new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    // A counter without its style can still be used.
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}
