// What the page keeps, texts under names; client/storage.rs uses it. In JavaScript, because the page downloads this before
// anything is seen: in the program the same is many times as large.
//
// It is kept in the browser's database, which other tabs share. Where there is none, and in the installed app, whose shell
// keeps what matters, localStorage serves; where there is neither, the page's own memory.

const OURS = "ministore.";
const STORE = "kept";
/** Where the key is that proves this device: not even the page can read it. */
const KEYS = "keys";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Names and their texts; null where one was forgotten. */
const memory = new Map();
/** The names whose last change is in memory only. */
const unkept = new Set();
let channel;
let isLocal = () => true;

globalThis.kept = {
  /**
   * Gives everything, as pairs of a name and its text. `heard` is called with the names and texts, or null, that another
   * tab has changed. `stays` are names that stay in localStorage.
   */
  async open(heard, stays) {
    const older = readLocal();
    older.forEach(([name, text]) => memory.set(name, text));
    addEventListener("storage", ({ key, newValue }) => {
      if (key?.startsWith(OURS) && isLocal(key)) hear(key, newValue);
    });
    try {
      if (globalThis.__TAURI__) throw new Error("the shell keeps it");
      const store = await begin("readonly");
      const [names, texts] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
      // What localStorage has is what an earlier version kept, or this one while the database did not answer: newer.
      const moving = older.filter(([name]) => !stays.includes(name));
      names.forEach((name, at) => memory.has(name) || memory.set(name, texts[at]));
      if (moving.length > 0) await put(moving);
      moving.forEach(([name]) => localStorage.removeItem(name));
      isLocal = (name) => stays.includes(name);
      channel = globalThis.BroadcastChannel && new BroadcastChannel("ministore.kept");
      if (channel) channel.onmessage = async ({ data }) => hear(data, await this.get(data));
    } catch {
      // All goes on without the database.
    }
    return [...memory];

    function hear(name, text) {
      memory.set(name, text);
      heard(name, text);
    }
  },

  /** The text of a name, or null, as it is now: another tab may have changed it. */
  async get(name) {
    if (isLocal(name)) return memory.get(name) ?? null;
    const text = (await answer((await begin("readonly")).get(name))) ?? null;
    memory.set(name, text);
    return text;
  },

  /**
   * Makes changes, pairs of a name and its text or null, together. Done when they are on the disk; false where anything is
   * in memory only, now or since before.
   */
  async write(changes) {
    changes.forEach(([name, text]) => memory.set(name, text));
    // What could not be kept before goes along: there may be room again.
    const names = new Set([...changes.map(([name]) => name), ...unkept]);
    const far = [...names].filter((name) => !isLocal(name));
    for (const name of names) {
      if (isLocal(name)) note([name], writeLocal(name, memory.get(name)));
    }
    if (far.length > 0) {
      const done = await put(far.map((name) => [name, memory.get(name)])).then(() => true, () => false);
      note(far, done);
      if (done) far.forEach((name) => channel?.postMessage(name));
    }
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

function note(names, done) {
  names.forEach((name) => (done ? unkept.delete(name) : unkept.add(name)));
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

async function put(changes) {
  const store = await begin("readwrite");
  for (const [name, text] of changes) {
    if (text === null) store.delete(name);
    else store.put(text, name);
  }
  await done(store);
}

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

let database;

async function begin(mode, name = STORE) {
  const over = (opened) => opened.transaction(name, mode, { durability: "strict" }).objectStore(name);
  try {
    return over(await open());
  } catch {
    // The browser closes a database whose owner wipes it: it is made anew.
    database = undefined;
    return over(await open());
  }
}

function open() {
  database ??= new Promise((done, failed) => {
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
  return database;
}
