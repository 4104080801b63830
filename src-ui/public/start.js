// A file of its own, because the content security policy forbids scripts in the page.
// The theme is set before anything is drawn; state/preferences.rs keeps it under the same name.
try {
  const theme = localStorage.getItem("ministore.theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing shows the device's own theme.
}

// A shopper's phone downloads nothing of the counter.
const program = /^\/counter(\/|$)/.test(location.pathname) ? "counter" : "ministore";
const wasm = fetch(`/${program}_bg.wasm`);
const { default: init } = await import(`/${program}.js`);
await init({ module_or_path: wasm });
