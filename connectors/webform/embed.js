// The form of a website, from ctihub. It draws a form into
// <div data-ctihub="NAME">, or takes over <form data-ctihub="NAME">. What
// cannot be sent is kept in this browser and sent later, under the same key.
(function (config, solve) {
  "use strict";
  const script = document.currentScript;
  const lang = config.lang || (/^(ru|be|kk)/i.test(document.documentElement.lang || navigator.language) ? "ru" : "en");
  const T = config.texts[lang];
  const WEEK = 7 * 24 * 3600 * 1000;
  const forms = []; // those of this page

  // The hub is where this script comes from, unless the script was copied.
  const own = script && script.src && script.src.match(/^(.*)\/embed\/[a-z0-9-]+\.js([?#]|$)/);
  const action = own ? own[1] + "/in/" + config.source : config.action;

  // --- What the browser remembers ---------------------------------------

  const box = "ctihub.outbox." + config.source;
  let inMemory = null; // the outbox, when the browser keeps nothing

  function outbox() {
    if (inMemory) return inMemory;
    try {
      const items = JSON.parse(localStorage.getItem(box) || "[]");
      return items.filter((item) => item.key && Date.now() - item.at < WEEK);
    } catch {
      return [];
    }
  }

  function keep(items) {
    try {
      if (items.length) localStorage.setItem(box, JSON.stringify(items));
      else localStorage.removeItem(box);
      inMemory = null;
    } catch {
      inMemory = items;
    }
  }

  const without = (key) => outbox().filter((item) => item.key !== key);

  // The advertisement that brought the visitor is in the address of the first
  // page of the visit, or of the latest one that names any.
  function visit() {
    const tags = {};
    new URLSearchParams(location.search).forEach((value, name) => {
      if (/^(utm_\w+|gclid|yclid|fbclid)$/i.test(name)) tags[name.toLowerCase()] = value;
    });
    let first = null;
    try {
      first = JSON.parse(sessionStorage.getItem("ctihub.visit"));
      if (!first || Object.keys(tags).length) {
        first = { tags, referer: first ? first.referer : document.referrer };
        sessionStorage.setItem("ctihub.visit", JSON.stringify(first));
      }
    } catch {
      first = first || { tags, referer: document.referrer };
    }
    return first;
  }
  const visited = visit();

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  }

  // --- Proof of work -----------------------------------------------------

  let ready = null; // promise of a proof that was not used yet

  function prepare() {
    if (!config.bits) return Promise.resolve("");
    if (!ready || ready.until < Date.now()) {
      ready = fetch(action + "/challenge", { mode: "cors", credentials: "omit" })
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("no challenge"))))
        .then((said) => solve(said.challenge, said.bits));
      ready.until = Date.now() + 20 * 60000; // the hub takes it for half an hour
      ready.catch(() => { ready = null; });
    }
    return ready;
  }

  // --- Sending -----------------------------------------------------------

  const uploads = new Map(); // forms with files, by key: a page keeps them no longer than it lives

  let busy = false;
  let timer = 0;

  // flush sends what is due. With now, a wait of our own is cut short, but
  // never one that the hub asked for.
  function flush(now) {
    if (busy) return;
    busy = true;
    const time = Date.now();
    const due = outbox().filter((item) => sendable(item) && item.hold <= time && (now || item.next <= time));
    due.reduce((before, item) => before.then(() => attempt(item)), Promise.resolve()).catch(console.error).then(() => {
      busy = false;
      const waits = outbox().filter(sendable).map((item) => Math.max(item.hold, item.next) - Date.now());
      clearTimeout(timer);
      if (waits.length) timer = setTimeout(flush, Math.max(0, Math.min(...waits, 3600000)));
    });
  }

  const sendable = (item) => !item.files || uploads.has(item.key);

  // post sends a message and gives { status, said, wait }; it fails without an answer.
  function post(item, proof) {
    const headers = { Accept: "application/json", "Idempotency-Key": item.key };
    if (item.files) return postFiles(item, proof, headers);
    const abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), 15000);
    const body = JSON.stringify(proof ? Object.assign({}, item.data, { _proof: proof }) : item.data);
    headers["Content-Type"] = "application/json";
    return fetch(action, {
      method: "POST", body, mode: "cors", credentials: "omit", signal: abort.signal, keepalive: body.length < 20000, headers,
    }).then((answer) => answer.json().catch(() => ({})).then((said) => ({ status: answer.status, said, wait: answer.headers.get("Retry-After") })))
      .finally(() => clearTimeout(limit));
  }

  // postFiles sends a form with its files and tells how far it has come.
  function postFiles(item, proof, headers) {
    return new Promise((done, fail) => {
      const body = new FormData();
      uploads.get(item.key).forEach((value, name) => body.append(name, value));
      if (proof) body.set("_proof", proof);
      const request = new XMLHttpRequest();
      request.open("POST", action);
      request.timeout = 600000;
      Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
      request.upload.onprogress = (e) => e.lengthComputable && owner(item, (form) => form.progress(e.loaded / e.total));
      request.onerror = request.ontimeout = request.onabort = fail;
      request.onload = () => {
        let said = {};
        try {
          said = JSON.parse(request.responseText);
        } catch { /* an answer of something in between */ }
        done({ status: request.status, said, wait: request.getResponseHeader("Retry-After") });
      };
      request.send(body);
    });
  }

  function attempt(item, again) {
    let used = null;
    return prepare().then((proof) => {
      used = ready;
      return post(item, proof);
    }).then(({ status, said, wait }) => {
      if (used === ready && status !== 429 && status !== 503) ready = null; // it is good for one message
      if (status >= 200 && status < 300) {
        uploads.delete(item.key);
        keep(without(item.key));
        owner(item, (form) => form.sent(item, said));
      } else if (status === 403 && said.code === "proof" && !again) {
        ready = null;
        return attempt(item, true);
      } else if (status < 500 && status !== 429 && status !== 408) {
        keep(without(item.key));
        owner(item, (form) => form.refused(item, said.errors || []));
      } else {
        later(item, wait, status === 429 ? T.busy : T.away);
      }
      return null;
    }, () => later(item, null, navigator.onLine ? T.away : T.offline));
  }

  function later(item, retryAfter, why) {
    const time = Date.now();
    const seconds = Number(retryAfter) || (Date.parse(retryAfter) - time) / 1000 || 0;
    item.tries += 1;
    item.hold = time + Math.max(0, Math.min(seconds, 3600)) * 1000;
    item.next = time + Math.min(300000, 1000 * Math.pow(2, item.tries)) * (0.5 + Math.random() / 2);
    if (without(item.key).length === outbox().length) return; // replaced meanwhile
    keep(without(item.key).concat(item));
    owner(item, (form) => form.waiting(why + stays(item)));
  }

  const stays = (item) => (item.files ? T.openFiles : inMemory ? T.open : T.kept);

  // owner is the form that a message was written in, else the page's first.
  function owner(item, tell) {
    const form = forms.find((f) => f.key === item.key) || forms[0];
    if (form) tell(form);
  }

  // --- Forms -------------------------------------------------------------

  function element(tag, attributes, ...children) {
    const e = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => e.setAttribute(name, value));
    e.append(...children);
    return e;
  }

  function trap() {
    const e = element("div", { "aria-hidden": "true" },
      element("label", {}, T.trap, element("input", { name: config.honeypot, tabindex: "-1", autocomplete: "off" })));
    e.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
    return e;
  }

  // agreement is the box by which a visitor agrees to the configured text.
  function agreement(drawn) {
    const id = "ctihub-consent-" + config.source + "-" + forms.length;
    const box = element("input", { type: "checkbox", id, name: "_consent", value: "yes" });
    const label = element("label", { for: id }, config.consent.text);
    if (config.consent.link) {
      label.append(" ", element("a", { href: config.consent.link, target: "_blank", rel: "noopener" }, T.more));
    }
    if (config.consent.required) {
      box.setAttribute("aria-required", "true");
      label.append(element("span", { "aria-hidden": "true" }, " *"));
    }
    const part = element("div", { class: "ctihub-consent" }, box, label);
    if (!drawn) part.style.cssText = "display:flex;gap:8px;align-items:baseline;margin:8px 0";
    return part;
  }

  // callChoice asks when a visitor wants to be called.
  function callChoice() {
    const id = "ctihub-call-" + forms.length;
    const choice = (value, text, ...more) => {
      const at = element("input", { type: "radio", name: "ctihub-when", id: id + value, value });
      return element("div", { class: "choice" }, at, element("label", { for: id + value }, text), ...more);
    };
    const local = (time) => new Date(time - new Date(time).getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    const when = element("input", {
      type: "datetime-local", name: "_callback", "aria-label": T.callTime, min: local(Date.now()), max: local(Date.now() + config.callback * 86400000),
    });
    const part = element("fieldset", { class: "ctihub-call" }, element("legend", {}, T.call), choice("now", T.callNow), choice("later", T.callLater, when));
    const [now, later] = part.querySelectorAll("[type=radio]");
    now.setAttribute("checked", "");
    when.addEventListener("input", () => { later.checked = true; });
    return part;
  }

  // wished is when a visitor wants to be called, in words that every clock understands.
  function wished(form) {
    if (form.elements["ctihub-when"].value === "now") return "now";
    const at = new Date(form.elements._callback.value);
    return isNaN(at) ? "-" : at.toISOString();
  }

  function callWords(said) {
    if (!said.callback) return T.thanksText;
    if (said.callback.calling) return T.callsNow;
    if (!said.callback.at) return T.callsSoon;
    const at = new Date(said.callback.at).toLocaleString(lang, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
    return T.callsAt.replace("%s", at);
  }

  // attach runs one <form>: host is what the website sees and hears events from.
  function attach(host, form, drawn) {
    const status = element("p", { class: "ctihub-status", role: "status" });
    const bar = element("progress", { max: "1", value: "0", "aria-label": T.sending });
    bar.hidden = true;
    const button = form.querySelector("[type=submit], button:not([type])");
    if (config.consent && !form.elements._consent) {
      const part = agreement(drawn);
      if (button && drawn) button.before(part);
      else form.append(part);
      if (button && !drawn) part.after(button);
    }
    const label = button ? button.textContent : "";
    let shown = performance.now();
    let written = ""; // what the key stands for
    if (!form.elements[config.honeypot]) form.append(trap());
    form.append(bar, status);
    if (!("ctihubPreview" in host.dataset)) form.addEventListener("focusin", () => { prepare().catch(() => null); }, { once: true });

    const input = (name) => Array.from(form.elements).find((e) => e.name === name && e.type !== "hidden");
    const inputOf = (error) => input(error.input) || input(config.fields[error.field]) || input(error.field);

    function collect(submitter) {
      const data = Object.create(null);
      const add = (name, value) => {
        if (!(name in data)) data[name] = value;
        else data[name] = [].concat(data[name], value);
      };
      new FormData(form).forEach((value, name) => (value instanceof File ? value.name && add(name, value.name) : add(name, value)));
      if (submitter && submitter.name) add(submitter.name, submitter.value);
      Object.entries(visited.tags).forEach(([name, value]) => name in data || add(name, value));
      if (form.elements["ctihub-when"]) {
        data._callback = wished(form);
        delete data["ctihub-when"];
      }
      if (config.consent) data._consent_version = config.consent.version;
      return Object.assign(data, { _page: location.href, _referer: visited.referer, _lang: lang });
    }

    const chosen = () => (config.files ? Array.from(new FormData(form)).filter(([, value]) => value instanceof File && value.name) : []);

    // tooMuch says what is wrong with the files, before they are sent in vain.
    function tooMuch(files) {
      const limits = config.files;
      const errors = files.filter(([, file]) => file.size > limits.each * 1048576)
        .map(([name, file]) => ({ input: name, message: T.fileLarge.replace("%s", file.name).replace("%d", limits.each) }));
      if (files.length > limits.count) errors.push({ input: files[0][0], message: T.filesMany.replace("%d", limits.count) });
      const all = files.reduce((sum, [, file]) => sum + file.size, 0);
      if (!errors.length && all > limits.total * 1048576) errors.push({ input: files[0][0], message: T.filesLarge.replace("%d", limits.total) });
      return errors;
    }

    // parcel is what is posted when there are files.
    function parcel(data, files) {
      const body = new FormData();
      const names = new Set(files.map(([name]) => name));
      Object.entries(data).forEach(([name, value]) => names.has(name) || [].concat(value).forEach((v) => body.append(name, v)));
      files.forEach(([name, file]) => body.append(name, file, file.name));
      return body;
    }

    function clear() {
      form.querySelectorAll(".ctihub-error").forEach((e) => e.remove());
      Array.from(form.elements).forEach((e) => {
        if (e.getAttribute("aria-invalid")) e.removeAttribute("aria-describedby");
        e.removeAttribute("aria-invalid");
      });
    }

    function complain(errors) {
      const inputs = errors.map((error, i) => {
        const at = inputOf(error);
        if (!at) {
          status.textContent = error.message;
          return null;
        }
        const id = "ctihub-error-" + config.source + "-" + forms.indexOf(self) + "-" + i;
        const note = element("p", { class: "ctihub-error", id, role: "alert" }, error.message);
        if (!drawn) note.style.cssText = "margin:4px 0 0;padding-left:8px;border-left:3px solid #d1242f";
        at.setAttribute("aria-invalid", "true");
        at.setAttribute("aria-describedby", id);
        if (at.name === "_consent") at.parentNode.append(note);
        else at.after(note);
        return at;
      }).filter(Boolean);
      if (inputs.length) inputs[0].focus();
    }

    function free(text) {
      form.removeAttribute("aria-busy");
      bar.hidden = true;
      if (!button) return;
      button.removeAttribute("aria-disabled"); // "disabled" would lose the focus
      if (drawn) button.textContent = text;
    }

    // missing are the inputs of our own form that have to be filled in.
    function missing() {
      if (!drawn) return [];
      return config.require.map((group) => group.split("|").filter((role) => config.show.includes(role)))
        .filter((group) => group.length && !group.some((role) => input(config.fields[role] || role).value.trim()))
        .map((group) => ({ field: group[0], message: T.needed }));
    }

    function refill(item) {
      Object.entries(item.data).forEach(([name, value]) => {
        const at = input(name);
        if (at && !at.value && /^(text|tel|email|textarea|url|number|search)$/.test(at.type)) at.value = value;
      });
    }

    const self = {
      key: "",
      // resume shows a message whose files went with the page on which they were chosen.
      resume(item) {
        refill(item);
        self.key = item.key;
        written = item.written;
        status.textContent = T.filesAgain;
      },
      progress(part) {
        bar.hidden = false;
        bar.value = part;
        status.textContent = T.sent.replace("%d", Math.floor(part * 100));
      },
      sent(item, said) {
        host.dispatchEvent(new CustomEvent("ctihub:sent", { bubbles: true, detail: { id: said.id } }));
        if (item.key !== self.key) {
          status.textContent = T.late;
          return;
        }
        self.key = written = "";
        free(label);
        HTMLFormElement.prototype.reset.call(form); // an input may be named reset
        shown = performance.now();
        if (config.thanks) location.assign(config.thanks);
        else if (drawn) thank(form, callWords(said));
        else status.textContent = T.thanks + " " + callWords(said);
      },
      refused(item, errors) {
        if (item.key === self.key) self.key = written = "";
        else refill(item);
        free(label);
        status.textContent = errors.length ? "" : T.refused;
        complain(errors);
      },
      waiting(text) {
        status.textContent = text;
        free(self.key ? T.now : label);
      },
    };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.getAttribute("aria-busy")) return;
      clear();
      status.textContent = "";
      const lacking = missing();
      if (lacking.length) {
        complain(lacking);
        return;
      }
      if ("ctihubPreview" in host.dataset) { // in the workplace: nothing is sent
        thank(form, T.preview);
        return;
      }
      const files = chosen();
      if (files.length) {
        const wrong = tooMuch(files);
        if (wrong.length) {
          complain(wrong);
          return;
        }
      }
      const data = collect(event.submitter);
      const now = JSON.stringify(data);
      if (now !== written || files.length) { // a changed message is another one, and replaces what still waits
        const items = without(self.key);
        if (now !== written) self.key = newKey();
        written = now;
        data._t = Math.round(performance.now() - shown);
        if (files.length) uploads.set(self.key, parcel(data, files));
        keep(items.concat({ key: self.key, data, written, files: files.length, at: Date.now(), tries: 0, next: 0, hold: 0 }));
      }
      form.setAttribute("aria-busy", "true");
      if (button) {
        button.setAttribute("aria-disabled", "true");
        if (drawn) button.textContent = T.sending;
      }
      flush(true);
      const item = outbox().find((i) => i.key === self.key);
      if (!item) self.sent({ key: self.key }, {}); // by this page in another window
      else if (item.hold > Date.now()) self.waiting(T.away + stays(item));
    });
    const left = forms.length ? null : outbox().find((item) => !sendable(item));
    forms.push(self);
    if (left) {
      keep(without(left.key));
      self.resume(left);
    }
  }

  function thank(form, words) {
    const again = element("button", { type: "button", class: "again" }, T.again);
    const note = element("div", { class: "thanks", tabindex: "-1" },
      element("h2", {}, T.thanks), element("p", {}, words), again);
    again.addEventListener("click", () => {
      note.replaceWith(form);
      form.querySelector("input, textarea").focus();
    });
    form.replaceWith(note);
    note.focus();
  }

  // --- Our own form ------------------------------------------------------

  const KINDS = { name: ["text", "name"], phone: ["tel", "tel"], email: ["email", "email"], subject: ["text", "off"] };

  function draw(host) {
    const root = host.attachShadow({ mode: "open" });
    try { // allowed under any style-src
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(config.style);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(element("style", {}, config.style));
    }
    const form = element("form", { method: "post", action, novalidate: "" });
    if (config.title) {
      form.setAttribute("aria-labelledby", "title");
      form.append(element("h2", { id: "title" }, config.title));
    }
    config.show.forEach((role) => {
      const [type, autocomplete] = KINDS[role] || [];
      const name = config.fields[role] || role;
      const input = type ? element("input", { id: name, name, type, autocomplete }) : element("textarea", { id: name, name, rows: "4" });
      const needed = config.require.some((group) => group.split("|").filter((r) => config.show.includes(r)).join() === role);
      const label = element("label", { for: name }, T[role]);
      if (needed) {
        input.setAttribute("aria-required", "true");
        label.append(element("span", { "aria-hidden": "true" }, " *"));
      }
      form.append(element("div", {}, label, input));
    });
    if (config.files) {
      const hint = T.filesHint.replace("%d", config.files.count).replace("%m", config.files.each).replace("%s", config.files.names);
      form.append(element("div", {}, element("label", { for: "files" }, T.files),
        element("input", { id: "files", name: "files", type: "file", multiple: "", accept: config.files.accept, "aria-describedby": "files-hint" }),
        element("p", { class: "hint", id: "files-hint" }, hint)));
    }
    if (config.callback) form.append(callChoice());
    form.append(element("button", { type: "submit" }, config.callback ? T.callMe : T.send));
    root.append(form);
    attach(host, form, true);
  }

  function start() {
    const spots = Array.from(document.querySelectorAll(`[data-ctihub="${config.source}"]`));
    if (!spots.length && script && document.body.contains(script)) {
      const spot = element("div", { "data-ctihub": config.source });
      script.after(spot);
      spots.push(spot);
    }
    spots.filter((spot) => !spot.ctihub).forEach((spot) => {
      spot.ctihub = true;
      if (spot.tagName === "FORM") attach(spot, spot, false);
      else draw(spot);
    });
    addEventListener("online", () => flush(true));
    document.addEventListener("visibilitychange", () => document.hidden || flush(true));
    flush(true);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})
