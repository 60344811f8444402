// Drives websites with ctihub's form in a real browser. browser_test.go starts
// it with the folder of the node modules, the website's address and a folder
// for screenshots, and reads one line of JSON for each scenario: {name, error}.
import { createRequire } from "node:module";
import assert from "node:assert/strict";

const [modules, site, shots] = process.argv.slice(2);
const require = createRequire(modules + "/");
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

// visit opens a page of the website that shows the form of the source.
async function visit(context, source, { kind = "drawn", query = "" } = {}) {
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.errors.push(message.text());
  });
  await page.goto(`${site}/${kind}/${source}${query}`);
  return page;
}

const label = (page, text) => page.getByLabel(text, { exact: false });
const button = (page, name) => page.getByRole("button", { name });

const scenarios = {
  async drawn(context, source) {
    const page = await visit(context, source, { query: "?utm_source=yandex&utm_campaign=осень" });
    await label(page, "Ваше имя").fill("Пётр <b>Первый</b>");
    await label(page, "Телефон").fill("8 (912) 345-67-89");
    await label(page, "Сообщение").fill("Сколько стоит?\nИ когда?");
    assert.equal(await page.locator("input[name=_hp]").isVisible(), true, "the trap must not be display:none");
    await page.getByRole("button", { name: "Отправить" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Спасибо!" }).waitFor();
    assert.equal(await page.evaluate(() => localStorage.length), 0, "nothing is left behind");
    await button(page, "Написать ещё").click();
    assert.equal(await label(page, "Телефон").inputValue(), "");
    return page;
  },

  async adopted(context, source) {
    const page = await visit(context, source, { kind: "adopted" });
    await page.evaluate(() => addEventListener("ctihub:sent", (event) => { window.sentID = event.detail.id; }));
    await page.fill("[name=tel_number]", "not a number");
    await page.click("[type=submit]");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.textContent(), /phone number/);
    assert.equal(await page.evaluate(() => document.activeElement.name), "tel_number");
    assert.equal(await page.getAttribute("[name=tel_number]", "aria-invalid"), "true");
    await page.fill("[name=tel_number]", "+7 912 345-67-89");
    await page.check("[name=topping][value=cheese]");
    await page.check("[name=topping][value=ham]");
    await page.click("[type=submit]");
    await page.getByText("Your message has reached us").waitFor();
    assert.equal(await page.locator(".ctihub-error").count(), 0);
    assert.match(await page.evaluate(() => window.sentID), /^[0-9a-f]{32}$/);
    return page;
  },

  async recovers(context, source) { // the first two posts are answered with 503
    const page = await visit(context, source);
    await label(page, "Телефон").fill("+79123456789");
    const keys = [];
    page.on("request", (r) => r.method() === "POST" && keys.push(r.headers()["idempotency-key"]));
    await button(page, "Отправить").click();
    await page.getByText("Сервер не отвечает").waitFor();
    assert.equal(await label(page, "Телефон").inputValue(), "+79123456789", "what was typed stays");
    await page.getByRole("heading", { name: "Спасибо!" }).waitFor();
    assert.ok(keys.length >= 3, `posted ${keys.length} times`);
    assert.equal(new Set(keys).size, 1, "one key");
    return page;
  },

  async offline(context, source) {
    const page = await visit(context, source);
    await label(page, "Телефон").fill("+79123456789");
    await context.setOffline(true);
    await button(page, "Отправить").click();
    await page.getByText("Нет связи").waitFor();
    await page.getByText("уйдёт само").waitFor();
    await page.screenshot({ path: `${shots}/waiting.png`, fullPage: true });
    await button(page, "Отправить сейчас").waitFor();
    assert.deepEqual(page.errors, []);
    await page.close();
    await context.setOffline(false);
    const later = await visit(context, source, { kind: "script" }); // another page of the site, without a form
    await later.waitForFunction(() => localStorage.length === 0);
    return later;
  },

  async online(context, source) { // the page stays open, and the form is changed meanwhile
    const page = await visit(context, source);
    await label(page, "Телефон").fill("+79123456789");
    await context.setOffline(true);
    await button(page, "Отправить").click();
    await page.getByText("Нет связи").waitFor();
    await label(page, "Сообщение").fill("и вот что ещё");
    await button(page, "Отправить сейчас").click();
    await page.getByText("Нет связи").waitFor();
    await context.setOffline(false);
    await page.getByRole("heading", { name: "Спасибо!" }).waitFor();
    return page;
  },

  async invalid(context, source) {
    const page = await visit(context, source);
    await label(page, "Ваше имя").fill("Пётр");
    await button(page, "Отправить").click();
    await page.getByText("Заполните, пожалуйста, это поле").waitFor(); // without asking the hub
    await label(page, "Телефон").fill("12");
    await button(page, "Отправить").click();
    await page.getByText("в номере телефона ошибка").waitFor();
    const phone = label(page, "Телефон");
    assert.equal(await phone.getAttribute("aria-invalid"), "true");
    const described = await phone.evaluate((e) => e.getRootNode().getElementById(e.getAttribute("aria-describedby")).textContent);
    assert.match(described, /ошибка/);
    assert.equal(await phone.evaluate((e) => e.getRootNode().activeElement === e), true, "the wrong input has the focus");
    await page.screenshot({ path: `${shots}/invalid.png`, fullPage: true });
    return page;
  },

  async robot(context, source) {
    const page = await visit(context, source);
    await label(page, "Телефон").fill("+79123456789");
    await page.locator("input[name=_hp]").evaluate((e) => { e.value = "http://spam.example"; });
    await button(page, "Отправить").click();
    await page.getByRole("heading", { name: "Спасибо!" }).waitFor(); // as if all were well
    return page;
  },

  async plain(context, source) { // without JavaScript
    const page = await visit(context, source, { kind: "plain" });
    await page.fill("[name=phone]", "12");
    await page.click("[type=submit]");
    await page.getByText("does not look like a phone number").waitFor();
    await page.screenshot({ path: `${shots}/error.png`, fullPage: true });
    await page.goBack();
    assert.equal(await page.inputValue("[name=phone]"), "12", "what was typed stays");
    await page.fill("[name=phone]", "+79123456789");
    await page.click("[type=submit]");
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
    await page.getByRole("link", { name: "Back to the website" }).waitFor();
    await page.setViewportSize({ width: 360, height: 640 });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(page.url().replace("lang=en", "lang=ru"));
    await page.getByRole("heading", { name: "Спасибо!" }).waitFor();
    return page;
  },

  async files(context, source) {
    const page = await visit(context, source);
    await label(page, "Телефон").fill("+79123456789");
    const pdf = (name, size) => ({ name, mimeType: "application/pdf", buffer: Buffer.concat([Buffer.from("%PDF-1.7"), Buffer.alloc(size)]) });
    await label(page, "Файлы").setInputFiles([pdf("план.pdf", 2 << 20)]);
    await button(page, "Отправить").click();
    await page.getByText("Файл «план.pdf» больше 1 МБ").waitFor(); // without asking the hub
    await label(page, "Файлы").setInputFiles([{ name: "план.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ\x90\0\x03", "latin1") }]);
    await page.getByLabel("Я согласен").check();
    await button(page, "Отправить").click();
    await page.getByText("Файлы вида «план.pdf» отправить нельзя").waitFor(); // as the hub says
    await page.getByLabel("Я согласен").uncheck();
    await label(page, "Файлы").setInputFiles([pdf("план.pdf", 500000), { name: "заметки.txt", mimeType: "text/plain", buffer: Buffer.from("заметки") }]);
    await button(page, "Отправить").click();
    await page.getByText("без согласия").waitFor();
    await page.screenshot({ path: `${shots}/files-consent.png`, fullPage: true });
    await page.getByLabel("Я согласен").check();
    await page.evaluate(() => { // what the visitor sees while the files go
      window.seen = [];
      const root = document.querySelector("[data-ctihub]").shadowRoot;
      new MutationObserver(() => window.seen.push(root.querySelector(".ctihub-status")?.textContent)).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    await button(page, "Отправить").click();
    await page.getByRole("heading", { name: "Спасибо!" }).waitFor();
    assert.ok((await page.evaluate(() => window.seen)).some((s) => /Отправляем… \d+ %/.test(s)), "the progress is shown");
    assert.equal(await page.evaluate(() => localStorage.length), 0, "nothing is left behind");
    return page;
  },

  async filesaway(context, source) { // the network fails: the text stays, the files have to be chosen again
    const page = await visit(context, source);
    await label(page, "Телефон").fill("+79123456789");
    await label(page, "Сообщение").fill("Смотрите файл");
    const file = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") };
    await label(page, "Файлы").setInputFiles([file]);
    await context.setOffline(true);
    await button(page, "Отправить").click();
    await page.getByText("Не закрывайте").waitFor();
    assert.deepEqual(page.errors, []);
    await page.close();
    await context.setOffline(false);
    const later = await visit(context, source);
    await later.getByText("Выберите их, пожалуйста, ещё раз").waitFor();
    assert.equal(await label(later, "Сообщение").inputValue(), "Смотрите файл");
    assert.equal(await label(later, "Телефон").inputValue(), "+79123456789");
    await later.screenshot({ path: `${shots}/filesaway-again.png`, fullPage: true });
    await label(later, "Файлы").setInputFiles([file]);
    await button(later, "Отправить").click();
    await later.getByRole("heading", { name: "Спасибо!" }).waitFor();
    return later;
  },

  async proven(context, source) { // each message has a proof of its own
    const page = await visit(context, source);
    for (const phone of ["+79123456789", "+79123456780"]) {
      await label(page, "Телефон").fill(phone);
      await button(page, "Отправить").click();
      await button(page, "Написать ещё").click();
    }
    return page;
  },

  async called(context, source) {
    const page = await visit(context, source);
    await label(page, "Телефон").fill("+79123456789");
    await page.getByLabel("В другое время").check();
    await button(page, "Позвоните мне").click();
    await page.getByText("Выберите время").waitFor(); // as the hub says
    assert.equal(await page.evaluate(() => document.querySelector("[data-ctihub]").shadowRoot.activeElement.type), "datetime-local", "the wrong input has the focus");
    const tomorrow = new Date(Date.now() + 86400000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    await page.getByLabel("День и время").fill(tomorrow);
    await button(page, "Позвоните мне").click();
    await page.getByText("Мы записали ваш номер и позвоним").waitFor();
    return page;
  },

  async busy(context, source) { // 429
    const page = await visit(context, source);
    await label(page, "Телефон").fill("+79123456789");
    await button(page, "Отправить").click();
    await button(page, "Написать ещё").click();
    await label(page, "Телефон").fill("+79123456780");
    await button(page, "Отправить").click();
    await page.getByText("слишком много сообщений").waitFor();
    assert.equal(await label(page, "Телефон").inputValue(), "+79123456780", "what was typed stays");
    return page;
  },

  async accessible(context, source) {
    for (const [colorScheme, width] of [["light", 360], ["dark", 320]]) {
      const page = await visit(context, source);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 760 });
      await button(page, "Позвоните мне").click(); // with the error to be looked at as well
      await page.getByRole("alert").first().waitFor();
      const found = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off");
      await page.screenshot({ path: `${shots}/form-${colorScheme}-${width}.png`, fullPage: true });
      assert.deepEqual(page.errors, []);
      await page.close();
    }
    return null;
  },
};

for (const [name, scenario] of Object.entries(scenarios)) {
  if (process.env.ONLY && process.env.ONLY !== name) continue;
  const context = await browser.newContext({ locale: name === "plain" || name === "adopted" ? "en-GB" : "ru-RU", javaScriptEnabled: name !== "plain" });
  context.setDefaultTimeout(120000);
  let error = null;
  try {
    const page = await scenario(context, name);
    if (page) {
      assert.deepEqual(page.errors, [], "errors on the page");
      await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
    }
  } catch (e) {
    const pages = context.pages();
    error = [e.stack, ...pages.flatMap((page) => page.errors)].join("\n");
    if (pages.length) await pages[pages.length - 1].screenshot({ path: `${shots}/${name}-failed.png` }).catch(() => {});
  }
  console.log(JSON.stringify({ name, error }));
  await context.close();
}
await browser.close();
