// What the page keeps, texts under names; client/storage.rs uses it. In JavaScript, because the page downloads this before
// anything is seen: in the program the same is many times as large.
//
// It is kept in the browser's database, which other tabs share; in the installed app by its shell, on the disk. Where there
// is neither, localStorage serves; where there is none of them, the page's own memory.

const OURS = "ministore.";
/** What was still being written when the page was left, in localStorage: a browser drops what it has not yet begun. */
const LEFT = "left.ministore";
const STORE = "kept";
/** Where the key is that proves this device: not even the page can read it. */
const KEYS = "keys";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Names and their texts; null where one was forgotten. */
const memory = new Map();
/** The names whose last change is in memory only. */
const unkept = new Set();
/** Where everything but what stays in localStorage is kept: it reads all, reads one, and writes changes together. */
let place;
let stays = [];
let channel;
/** Whether the page is being left, and whether something is noted for the page that comes next. */
let leaving = false;
let noted = false;
/** The writing that goes on, and the one that comes after it. */
let running = Promise.resolve();
let next;

const isLocal = (name) => !place || stays.includes(name);

globalThis.kept = {
  /**
   * Gives everything, as pairs of a name and its text. `heard` is called with the names and texts, or null, that another
   * tab has changed. `local` are names that stay in localStorage.
   */
  async open(heard, local) {
    stays = local;
    const older = readLocal();
    older.forEach(([name, text]) => memory.set(name, text));
    addEventListener("storage", ({ key, newValue }) => {
      if (key?.startsWith(OURS) && isLocal(key)) hear(key, newValue);
      // A tab that was left while it wrote: this one goes on.
      if (key === LEFT && newValue && place) this.write(left(hear));
    });
    addEventListener("pagehide", () => {
      leaving = true;
      noteLeft();
    });
    addEventListener("pageshow", ({ persisted }) => {
      leaving = false;
      if (persisted) this.write([]);
    });
    const lasting = globalThis.__TAURI__ ? shell : database;
    try {
      const kept = await lasting.all();
      // What localStorage has is what an earlier version kept, or this one while nothing else answered: newer.
      const moving = older.filter(([name]) => !stays.includes(name));
      kept.forEach(([name, text]) => memory.has(name) || memory.set(name, text));
      if (moving.length > 0) await lasting.put(moving);
      moving.forEach(([name]) => localStorage.removeItem(name));
      place = lasting;
      await this.write(left((name, text) => memory.set(name, text)));
      if (place.shared && globalThis.BroadcastChannel) {
        channel = new BroadcastChannel("ministore.kept");
        channel.onmessage = async ({ data }) => hear(data, await this.get(data));
      }
    } catch {
      // All goes on without it.
    }
    return [...memory];

    function hear(name, text) {
      memory.set(name, text);
      heard(name, text);
    }
  },

  /** The text of a name, or null, as it is now: another tab may have changed it. */
  async get(name) {
    if (isLocal(name) || !place.shared || unkept.has(name)) return memory.get(name) ?? null;
    const text = (await place.get(name)) ?? null;
    memory.set(name, text);
    return text;
  },

  /**
   * Makes changes, pairs of a name and its text or null, together. Done when they are on the disk; false where anything is
   * in memory only, now or since before.
   */
  async write(changes) {
    changes.forEach(([name, text]) => {
      memory.set(name, text);
      unkept.add(name);
    });
    writeLocals();
    if (leaving) noteLeft();
    // Those who come while one is being written are written together, after it: the newest of each name.
    const go = () => {
      next = undefined;
      running = flush();
      return running;
    };
    next ??= running.then(go, go);
    await next;
    return unkept.size === 0;
  },

  /**
   * Signs a text with the key of this device, made at first need. Gives the public key and the signature in hexadecimal
   * digits; null where the browser has no keys (over plain HTTP), or keeps none.
   */
  async sign(text) {
    try {
      const { subtle } = crypto;
      let pair = await answer((await begin("readonly", KEYS)).get("device"));
      if (!pair) {
        pair = await subtle.generateKey(ALGORITHM, false, ["sign"]);
        const keys = await begin("readwrite", KEYS);
        keys.put(pair, "device");
        await done(keys);
      }
      const signed = subtle.sign(ALGORITHM, pair.privateKey, new TextEncoder().encode(text));
      return [await subtle.exportKey("raw", pair.publicKey), await signed].map(hex);
    } catch {
      return null;
    }
  },
};

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The changes that are in memory only. */
function news() {
  return [...unkept].map((name) => [name, memory.get(name) ?? null]);
}

/** Writes what is in memory only. What cannot be kept now goes along the next time: there may be room again. */
async function flush() {
  const far = news().filter(([name]) => !isLocal(name));
  try {
    if (far.length > 0) await place.put(far);
  } catch {
    return;
  }
  for (const [name, text] of far) {
    if ((memory.get(name) ?? null) === text) unkept.delete(name);
    channel?.postMessage(name);
  }
  if (noted && !leaving && unkept.size === 0) {
    noted = false;
    writeLocal(LEFT, null);
  }
}

function writeLocals() {
  news().forEach(([name, text]) => isLocal(name) && writeLocal(name, text) && unkept.delete(name));
}

/** Notes what is not written yet where it is kept at once, for the page that comes next. */
function noteLeft() {
  if (unkept.size > 0) noted = writeLocal(LEFT, JSON.stringify(news()));
}

/** What a page was still writing when it was left. */
function left(hear) {
  try {
    const changes = JSON.parse(localStorage.getItem(LEFT)) ?? [];
    changes.forEach(([name, text]) => hear(name, text));
    noted = changes.length > 0;
    return changes;
  } catch {
    return [];
  }
}

function readLocal() {
  try {
    return Object.entries(localStorage).filter(([name]) => name.startsWith(OURS));
  } catch {
    return [];
  }
}

function writeLocal(name, text) {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    return true;
  } catch {
    return false;
  }
}

const database = {
  /** Whether other tabs change it as well. */
  shared: true,
  async all() {
    const store = await begin("readonly");
    const [names, texts] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
    return names.map((name, at) => [name, texts[at]]);
  },
  async get(name) {
    return answer((await begin("readonly")).get(name));
  },
  async put(changes) {
    const store = await begin("readwrite");
    for (const [name, text] of changes) {
      if (text === null) store.delete(name);
      else store.put(text, name);
    }
    await done(store);
  },
};

const shell = {
  shared: false,
  all: () => __TAURI__.core.invoke("kept"),
  put: (changes) => __TAURI__.core.invoke("keep", { changes }),
};

function done({ transaction }) {
  return new Promise((done, failed) => {
    transaction.oncomplete = done;
    transaction.onabort = failed;
  });
}

function answer(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

let opening;

async function begin(mode, name = STORE) {
  const over = (opened) => opened.transaction(name, mode, { durability: "strict" }).objectStore(name);
  try {
    return over(await open());
  } catch {
    // The browser closes a database whose owner wipes it: it is made anew.
    opening = undefined;
    return over(await open());
  }
}

function open() {
  opening ??= new Promise((done, failed) => {
    const request = indexedDB.open("ministore", 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) request.result.createObjectStore(STORE);
      request.result.createObjectStore(KEYS);
    };
    request.onsuccess = () => {
      // A later version of the page, in another tab, must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      done(request.result);
    };
    request.onerror = failed;
    // Some browsers leave the question unanswered.
    setTimeout(failed, 3000);
  });
  return opening;
}
