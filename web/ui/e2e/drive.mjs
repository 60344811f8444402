// Drives browsers for the Go end-to-end tests: one JSON command a line on
// standard input, one JSON answer a line on standard output. Each person has a
// browser profile of their own. Caller cards are reported unasked, with the
// moment of the frame that shows them (milliseconds since 1970).
import readline from 'node:readline'
import { launch, signIn, watch } from './browser.mjs'

const say = (message) => process.stdout.write(JSON.stringify(message) + '\n')
const browser = await launch()
const pages = new Map()
const patience = 120000 // milliseconds until what should come is given up, on a busy machine too

// Runs inside the page.
function watchCards() {
  const shown = new Map()
  const look = () => {
    const now = new Map()
    for (const el of document.querySelectorAll('[data-card]')) {
      now.set(el.getAttribute('data-linkedid'), el.getAttribute('data-state'))
    }
    for (const [linkedid, state] of now) {
      if (shown.get(linkedid) === state) continue
      requestAnimationFrame(() => window.reportCard({ card: linkedid, state, at: performance.timeOrigin + performance.now() }))
    }
    for (const linkedid of shown.keys()) {
      if (!now.has(linkedid)) window.reportCard({ card: linkedid, state: 'gone', at: performance.timeOrigin + performance.now() })
    }
    shown.clear()
    for (const [linkedid, state] of now) shown.set(linkedid, state)
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] })
}

async function open({ who, url, login, password, path = '/', width = 1280, lang = 'en-GB', theme = 'light', insecure = false, cards = true }) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, locale: lang, colorScheme: theme, ignoreHTTPSErrors: insecure })
  if (cards) { // by scripts in every frame, which sandboxed ones refuse with a complaint
    await context.exposeBinding('reportCard', (_, card) => say({ who, ...card }))
    await context.addInitScript(watchCards)
  }
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  watch(page, { push: (complaint) => say({ who, pageError: complaint }) })
  pages.set(who, page)
  if (login) await signIn(page, url, login, password)
  await page.goto(url + path)
}

/** Another tab of a person who has one. */
async function tab({ who, beside, url }) {
  const page = await pages.get(beside).context().newPage()
  watch(page, { push: (complaint) => say({ who, pageError: complaint }) })
  pages.set(who, page)
  await page.goto(url)
}

/** Ends every shared worker as a crash does: it says nothing to anybody. */
async function crashWorkers() {
  const cdp = await browser.newBrowserCDPSession()
  const { targetInfos } = await cdp.send('Target.getTargets')
  for (const t of targetInfos) if (t.type === 'shared_worker') await cdp.send('Target.closeTarget', { targetId: t.targetId })
  await cdp.detach()
}

const commands = {
  open,
  tab,
  crashWorkers,
  closeTab: ({ page, who }) => (pages.delete(who), page.close()),
  back: ({ page }) => page.evaluate(() => history.back()),
  attached: ({ page, selector }) => page.locator(selector).first().waitFor({ state: 'attached' }),
  goto: ({ page, url }) => page.goto(url),
  fill: ({ page, selector, value }) => page.locator(selector).first().fill(value),
  click: ({ page, selector }) => page.locator(selector).first().click(),
  doubleClick: ({ page, selector }) => page.locator(selector).first().dblclick(),
  wait: async ({ page, selector }) => {
    const found = page.locator(selector).first()
    await found.waitFor()
    return found.innerText()
  },
  clickAll: ({ page, selector }) => page.locator(selector).evaluateAll((all) => all.forEach((e) => e.click())),
  // Title and text of every frame of the page, once all are loaded, as JSON.
  frames: async ({ page }) => {
    const seen = page.frames().map(async (f) => {
      await f.waitForLoadState('networkidle')
      return { url: f.url(), title: await f.title(), text: await f.locator('body').innerText() }
    })
    return JSON.stringify(await Promise.all(seen))
  },
  attach: ({ page, selector, name, text }) => page.locator(selector).first().setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) }),
  press: ({ page, selector, value }) => page.locator(selector).first().press(value),
  attribute: ({ page, selector, name }) => page.locator(selector).first().getAttribute(name),
  count: ({ page, selector }) => page.locator(selector).count(),
  offline: ({ page, value }) => page.context().setOffline(value),
  shot: ({ page, file, whole = false }) => page.screenshot({ path: file, fullPage: whole }),
  close: ({ page, who }) => (pages.delete(who), page.context().close()),
}

/** What a page shows, for whoever reads why a command failed. */
async function shownBy(page) {
  if (!page || page.isClosed()) return 'no page is open'
  try {
    return `${page.url()} shows: ${(await page.locator('body').innerText({ timeout: 10000 })).slice(0, 1000)}`
  } catch {
    return `${page.url()} does not answer`
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  try {
    const value = await commands[command.do]({ ...command, page: pages.get(command.who) })
    say({ done: command.n, value: typeof value === 'object' ? undefined : value })
  } catch (error) {
    say({ done: command.n, error: `${error}\n${await shownBy(pages.get(command.who))}` })
  }
}
await browser.close()
