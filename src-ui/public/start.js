// A file of its own, because the content security policy forbids scripts in the page.
import init from "/ministore.js";

await init();
