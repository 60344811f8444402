// The form of a website, from ctihub. It draws a form into
// <div data-ctihub="NAME">, or takes over <form data-ctihub="NAME">. What
// cannot be sent is kept in this browser and sent later, under the same key.
(function (config) {
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

  // --- Sending -----------------------------------------------------------

  let busy = false;
  let timer = 0;

  // flush sends what is due. With now, a wait of our own is cut short, but
  // never one that the hub asked for.
  function flush(now) {
    if (busy) return;
    busy = true;
    const time = Date.now();
    const due = outbox().filter((item) => item.hold <= time && (now || item.next <= time));
    due.reduce((before, item) => before.then(() => attempt(item)), Promise.resolve()).catch(console.error).then(() => {
      busy = false;
      const waits = outbox().map((item) => Math.max(item.hold, item.next) - Date.now());
      clearTimeout(timer);
      if (waits.length) timer = setTimeout(flush, Math.max(0, Math.min(...waits, 3600000)));
    });
  }

  function attempt(item) {
    const abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), 15000);
    const body = JSON.stringify(item.data);
    return fetch(action, {
      method: "POST", body, mode: "cors", credentials: "omit", signal: abort.signal, keepalive: body.length < 20000,
      headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": item.key },
    }).then(
      (answer) => answer.json().catch(() => ({})).then((said) => {
        if (answer.ok) {
          keep(without(item.key));
          owner(item, (form) => form.sent(item, said));
        } else if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
          keep(without(item.key));
          owner(item, (form) => form.refused(item, said.errors || []));
        } else {
          later(item, answer.headers.get("Retry-After"), T.away);
        }
      }),
      () => later(item, null, navigator.onLine ? T.away : T.offline)
    ).then(() => clearTimeout(limit));
  }

  function later(item, retryAfter, why) {
    const time = Date.now();
    const seconds = Number(retryAfter) || (Date.parse(retryAfter) - time) / 1000 || 0;
    item.tries += 1;
    item.hold = time + Math.max(0, Math.min(seconds, 3600)) * 1000;
    item.next = time + Math.min(300000, 1000 * Math.pow(2, item.tries)) * (0.5 + Math.random() / 2);
    if (without(item.key).length === outbox().length) return; // replaced meanwhile
    keep(without(item.key).concat(item));
    owner(item, (form) => form.waiting(why + (inMemory ? T.open : T.kept)));
  }

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

  // attach runs one <form>: host is what the website sees and hears events from.
  function attach(host, form, drawn) {
    const status = element("p", { class: "ctihub-status", role: "status" });
    const button = form.querySelector("[type=submit], button:not([type])");
    const label = button ? button.textContent : "";
    let shown = performance.now();
    let written = ""; // what the key stands for
    if (!form.elements[config.honeypot]) form.append(trap());
    form.append(status);

    const input = (name) => Array.from(form.elements).find((e) => e.name === name && e.type !== "hidden");
    const inputOf = (error) => input(error.input) || input(config.fields[error.field]) || input(error.field);

    function collect(submitter) {
      const data = Object.create(null);
      const add = (name, value) => {
        if (!(name in data)) data[name] = value;
        else data[name] = [].concat(data[name], value);
      };
      new FormData(form).forEach((value, name) => add(name, value instanceof File ? value.name : value));
      if (submitter && submitter.name) add(submitter.name, submitter.value);
      Object.entries(visited.tags).forEach(([name, value]) => name in data || add(name, value));
      return Object.assign(data, { _page: location.href, _referer: visited.referer, _lang: lang });
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
        at.after(note);
        return at;
      }).filter(Boolean);
      if (inputs.length) inputs[0].focus();
    }

    function ready(text) {
      form.removeAttribute("aria-busy");
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

    const self = {
      key: "",
      sent(item, said) {
        host.dispatchEvent(new CustomEvent("ctihub:sent", { bubbles: true, detail: { id: said.id } }));
        if (item.key !== self.key) {
          status.textContent = T.late;
          return;
        }
        self.key = written = "";
        ready(label);
        HTMLFormElement.prototype.reset.call(form); // an input may be named reset
        shown = performance.now();
        if (config.thanks) location.assign(config.thanks);
        else if (drawn) thank(form);
        else status.textContent = T.thanks + " " + T.thanksText;
      },
      refused(item, errors) {
        if (item.key === self.key) self.key = written = "";
        else {
          Object.entries(item.data).forEach(([name, value]) => {
            const at = input(name);
            if (at && !at.value && /^(text|tel|email|textarea|url|number|search)$/.test(at.type)) at.value = value;
          });
        }
        ready(label);
        status.textContent = errors.length ? "" : T.refused;
        complain(errors);
      },
      waiting(text) {
        status.textContent = text;
        ready(self.key ? T.now : label);
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
      const data = collect(event.submitter);
      const now = JSON.stringify(data);
      if (now !== written) { // a changed message is another one, and replaces what still waits
        const items = without(self.key);
        self.key = newKey();
        written = now;
        data._t = Math.round(performance.now() - shown);
        keep(items.concat({ key: self.key, data, at: Date.now(), tries: 0, next: 0, hold: 0 }));
      }
      form.setAttribute("aria-busy", "true");
      if (button) {
        button.setAttribute("aria-disabled", "true");
        if (drawn) button.textContent = T.sending;
      }
      flush(true);
      const item = outbox().find((i) => i.key === self.key);
      if (!item) self.sent({ key: self.key }, {}); // by this page in another window
      else if (item.hold > Date.now()) self.waiting(T.away + (inMemory ? T.open : T.kept));
    });
    forms.push(self);
  }

  function thank(form) {
    const again = element("button", { type: "button", class: "again" }, T.again);
    const note = element("div", { class: "thanks", tabindex: "-1" },
      element("h2", {}, T.thanks), element("p", {}, T.thanksText), again);
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
    form.append(element("button", { type: "submit" }, T.send));
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
