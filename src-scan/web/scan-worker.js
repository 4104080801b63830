// The worker that decodes camera frames for a page.
//
// Start it as a module worker: new Worker("/scan-worker.js", { type: "module" }). Beside it lie scan_worker_simd.js with
// its scan_worker_simd_bg.wasm, and scan_worker_wasm.js with its scan_worker_wasm_bg.wasm for browsers without SIMD. It
// fetches one of the two pairs and nothing else, and evaluates no text: a content security policy of
// script-src 'self' 'wasm-unsafe-eval' and worker-src 'self' suffices.
//
// The page sends
//   { kind: "configure", settings }    start afresh with settings, each optional: symbologies (["ean13", "qr_code", …]),
//                                      left_after (ms), weak_sightings (frames),
//                                      nearest_middle (bool), frame_budget and picture_budget (µs)
//   { kind: "frame", frame, now }      a VideoFrame or an ImageBitmap (transfer it; the worker closes it), and its time
//                                      in milliseconds, never running backwards
//   { kind: "picture", bitmap, id }    an ImageBitmap of a photograph (transfer it), looked at as long as it takes;
//                                      id is any value, given back
//   { kind: "forget" }                 whatever is in view may count again
// and is answered
//   { kind: "ready", simd }            once, when the first frame may be sent, and again after each "configure"; simd is
//                                      whether the browser knows SIMD
//   { kind: "codes", codes, micros }   items that came into view: [{ item, symbology, text, points, confidence }],
//                                      points being four corners { x, y } in pixels of the frame; micros says where the
//                                      time went: { locate, bars, matrix, whole, total }
//   { kind: "idle", seen, width, height, hint, micros }
//                                      after every frame: the next one may be sent. seen lists every code of that frame
//                                      that counts, new or not, to be outlined on a picture of width × height; hint is
//                                      "closer", "more_light", "hold_still" or null
//   { kind: "picture", id, codes, micros }
//                                      what a photograph held; codes is empty if nothing was read
//   { kind: "error", code, message, id }
//                                      code is "load" (the module could not be started: nothing will be decoded),
//                                      "settings", "frame" or "picture" (that one was not read, the next may be; after
//                                      a "frame" error the worker is idle)
// Frames sent before the answer "idle" are dropped at once, the newest too: send one at a time.

/** The longest side of a photograph that is decoded, in pixels: more shows no more bars. */
const LONGEST_SIDE = 2400;

/** A module whose one function gives a vector of zeros: valid where the browser knows SIMD. */
const USES_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, // magic number, version
  1, 5, 1, 96, 0, 1, 123, // types: () -> v128
  3, 2, 1, 0, // functions: of that type
  10, 8, 1, 6, 0, 65, 0, 253, 15, 11, // code: i32.const 0, i8x16.splat
]);
const simd = WebAssembly.validate(USES_SIMD);
const MODULE = simd ? "./scan_worker_simd.js" : "./scan_worker_wasm.js";

const isAmount = (value) => Number.isFinite(value) && value >= 0;
/** What may be set, in the order in which the module takes it, and whether it can be a value. */
const SETTINGS = {
  symbologies: Array.isArray,
  left_after: isAmount,
  weak_sightings: (value) => Number.isInteger(value) && value >= 0,
  nearest_middle: (value) => typeof value === "boolean",
  frame_budget: isAmount,
  picture_budget: isAmount,
};

/** The running module's class. */
let WebScanner = null;
let scanner = null;
let settings = {};
let busy = false;
let canvas = null;
let buffer = new Uint8Array(0);

const started = start();

async function start(query = "") {
  const module = await import(MODULE + query);
  await module.default();
  WebScanner = module.WebScanner;
  scanner = scannerFor(settings);
}

/** A scanner with these settings; an unknown one, or one of another type, is an error. */
function scannerFor(settings) {
  for (const [name, value] of Object.entries(settings)) {
    if (!Object.hasOwn(SETTINGS, name)) throw new Error(`there is no setting ${name}`);
    if (!SETTINGS[name](value)) throw new Error(`the setting ${name} cannot be ${value}`);
  }
  return new WebScanner(...Object.keys(SETTINGS).map((name) => settings[name]));
}

started.then(
  () => postMessage({ kind: "ready", simd }),
  (error) => postMessage({ kind: "error", code: "load", message: String(error) }),
);

onmessage = async ({ data }) => {
  try {
    await started;
  } catch {
    close(data.frame ?? data.bitmap);
    return;
  }
  switch (data.kind) {
    case "configure":
      configure(data.settings ?? {});
      break;
    case "frame":
      await frame(data.frame, data.now);
      break;
    case "picture":
      await picture(data.bitmap, data.id);
      break;
    case "forget":
      scanner.forget();
      break;
    default:
      postMessage({ kind: "error", code: "settings", message: `unknown message ${data.kind}` });
  }
};

function configure(wanted) {
  try {
    const next = scannerFor(wanted);
    scanner.free();
    scanner = next;
    settings = wanted;
    postMessage({ kind: "ready", simd });
  } catch (error) {
    postMessage({ kind: "error", code: "settings", message: String(error) });
  }
}

async function frame(source, now) {
  if (busy) {
    close(source);
    return;
  }
  busy = true;
  let scan = null;
  let failure = null;
  const [width, height] = sizeOf(source);
  try {
    const plane = await luminance(source, width, height);
    scan = JSON.parse(
      plane
        ? scanner.push_luma(width, height, plane.stride, plane.bytes, now)
        : scanner.push_rgba(width, height, colours(source, width, height), now),
    );
  } catch (error) {
    failure = error;
  }
  close(source);
  busy = false;
  if (failure) {
    await recover(failure);
    postMessage({ kind: "error", code: "frame", message: String(failure) });
    return;
  }
  if (scan.events.length > 0) {
    postMessage({ kind: "codes", codes: scan.events.map(said), micros: scan.micros });
  }
  postMessage({ kind: "idle", seen: scan.codes, width, height, hint: scan.hint, micros: scan.micros });
}

async function picture(bitmap, id) {
  try {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const scan = JSON.parse(scanner.read_picture(width, height, colours(bitmap, width, height)));
    for (const code of scan.events) {
      code.points = code.points.map(({ x, y }) => ({ x: x / scale, y: y / scale }));
    }
    postMessage({ kind: "picture", id, codes: scan.events.map(said), micros: scan.micros });
  } catch (error) {
    await recover(error);
    postMessage({ kind: "error", code: "picture", message: String(error), id });
  } finally {
    close(bitmap);
  }
}

/** An item with its add-on behind its number, as the page reads it. */
function said(item) {
  return item.addon ? { ...item, text: `${item.text} ${item.addon}` } : item;
}

/** The luminance plane of a frame as the camera gave it, or null if it has none. */
async function luminance(source, width, height) {
  if (typeof VideoFrame === "undefined" || !(source instanceof VideoFrame)) return null;
  if (!["I420", "I420A", "I422", "I444", "NV12"].includes(source.format)) return null;
  const size = source.allocationSize();
  if (buffer.length < size) buffer = new Uint8Array(size);
  const [{ offset, stride }] = await source.copyTo(buffer);
  return { stride, bytes: buffer.subarray(offset, offset + stride * (height - 1) + width) };
}

/** The pixels of a frame or bitmap, drawn at width × height. */
function colours(source, width, height) {
  if (!canvas || canvas.width !== width || canvas.height !== height) canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Starts the module afresh after a trap: its memory cannot be trusted any more. */
async function recover(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  await start(`?after=${Date.now()}`);
}

function sizeOf(source) {
  if (typeof VideoFrame !== "undefined" && source instanceof VideoFrame) {
    return [source.visibleRect.width, source.visibleRect.height];
  }
  return [source.width, source.height];
}

function close(source) {
  source?.close?.();
}
