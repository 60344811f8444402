// Drives browsers for the Go end-to-end tests: one JSON command a line on
// standard input, one JSON answer a line on standard output. Each person has a
// browser profile of their own. Caller cards are reported without a command, with their
// text and the time of the frame that shows them (milliseconds since 1970).
import readline from 'node:readline'
import { launch, signIn, watch } from './browser.mjs'
import { latinIn, lookAt } from './layout.mjs'

const say = (message) => process.stdout.write(JSON.stringify(message) + '\n')
const browser = await launch()
const pages = new Map()
const requests = {} // of each page since its last navigation
const answered = new WeakSet()
const patience = 120000 // time-out of waiting in milliseconds, long enough for a busy machine

// Runs inside the page.
function watchCards() {
  const shown = new Map()
  const look = () => {
    const now = new Map()
    for (const el of document.querySelectorAll('[data-card]')) {
      const linkedid = el.getAttribute('data-linkedid')
      const state = el.getAttribute('data-state')
      now.set(linkedid, state)
      if (shown.get(linkedid) === state) continue
      const text = el.innerText
      requestAnimationFrame(() => window.reportCard({ card: linkedid, state, text, at: performance.timeOrigin + performance.now() }))
    }
    for (const linkedid of shown.keys()) {
      if (!now.has(linkedid)) window.reportCard({ card: linkedid, state: 'gone', at: performance.timeOrigin + performance.now() })
    }
    shown.clear()
    for (const [linkedid, state] of now) shown.set(linkedid, state)
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] })
}

async function open({ who, url, login, password, path = '/', width = 1280, lang = 'en-GB', theme = 'light', insecure = false, cards = true, alarms = false }) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, locale: lang, colorScheme: theme, ignoreHTTPSErrors: insecure })
  if (cards) { // with scripts in every frame, which sandboxed frames refuse with a console error
    await context.exposeBinding('reportCard', (_, card) => say({ who, ...card }))
    await context.addInitScript(watchCards)
  }
  if (alarms) {
    await context.grantPermissions(['notifications'])
    await context.addInitScript(watchAlarms)
  }
  context.setDefaultTimeout(patience)
  const page = await newPage(who, context)
  if (login) await signIn(page, url, login, password)
  await page.goto(url + path)
}

async function newPage(who, context) {
  const page = await context.newPage()
  watch(page, { push: (complaint) => say({ who, pageError: complaint }) })
  pages.set(who, page)
  const seen = (requests[who] = [])
  page.on('framenavigated', (f) => f === page.mainFrame() && (seen.length = 0))
  page.on('request', (r) => r.isNavigationRequest() || seen.push(r))
  page.on('requestfinished', (r) => answered.add(r))
  return page
}

/** Another tab of a person who has one. */
async function tab({ who, beside, url }) {
  await (await newPage(who, pages.get(beside).context())).goto(url)
}

// Runs inside the page: counts sounds and notifications. A headless browser shows
// neither permission prompts nor notifications that can be clicked.
function watchAlarms() {
  const all = (window.alarms = { sounds: 0, notifications: 0, last: undefined })
  const oscillator = AudioContext.prototype.createOscillator
  AudioContext.prototype.createOscillator = function () {
    all.sounds++
    return oscillator.call(this)
  }
  let asked = false
  window.Notification = class extends Notification {
    static get permission() {
      return asked ? 'granted' : 'default'
    }
    static async requestPermission() {
      asked = navigator.userActivation.isActive
      localStorage.setItem('asked', asked)
      return Notification.permission
    }
    constructor(title, options) {
      super(title, options)
      all.notifications++
      all.last = this
    }
  }
  asked = localStorage.getItem('asked') === 'true'
  addEventListener('storage', (e) => e.key === 'asked' && (asked = e.newValue === 'true'))
}

/** Has the page believe that nobody sees it. */
const hide = ({ page, value }) =>
  page.evaluate((hidden) => {
    for (const [name, is] of [['hidden', hidden], ['visibilityState', hidden ? 'hidden' : 'visible']]) {
      Object.defineProperty(document, name, { configurable: true, get: () => is })
    }
    document.dispatchEvent(new Event('visibilitychange'))
  }, value)

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
  hide,
  // Violations that axe finds within an element.
  axe: async ({ page, selector }) => {
    const { default: AxeBuilder } = await import('@axe-core/playwright')
    const { violations } = await new AxeBuilder({ page }).include(selector).analyze()
    return violations.map((v) => `${v.id}: ${v.nodes[0].html}`).join('\n')
  },
  focus: ({ page, selector }) => page.locator(selector).first().focus(),
  alarms: ({ page, value }) => page.evaluate((what) => window.alarms[what], value),
  resetAlarms: ({ page }) => page.evaluate(() => (window.alarms.sounds = window.alarms.notifications = 0)),
  pressNotification: ({ page }) => page.evaluate(() => window.alarms.last.dispatchEvent(new Event('click'))),
  requested: ({ who, url }) => requests[who].filter((r) => new URL(r.url()).pathname === url).length,
  // Waits until all API requests of the page are answered, except the event stream.
  settled: ({ page, who }) => {
    const open = () => requests[who].some((r) => r.url().includes('/api/v1/') && !r.url().includes('/events') && !answered.has(r))
    return new Promise((done) => {
      const look = () => open() || (page.off('requestfinished', look), done())
      page.on('requestfinished', look)
      look()
    })
  },
  // The smallest ratio by which the scripts and styles of the page were compressed.
  compressed: ({ page }) =>
    page.evaluate(() =>
      Math.min(
        ...performance
          .getEntriesByType('resource')
          .filter((r) => /\.(js|css)$/.test(r.name))
          .map((r) => r.decodedBodySize / r.encodedBodySize),
      ),
    ),
  // Closes the page as a person does, with its unload handlers.
  closeTab: async ({ page, who }) => {
    pages.delete(who)
    await Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })])
  },
  // Leaves a page, and returns to it from the back-forward cache.
  leave: async ({ page, url }) => {
    await page.evaluate(() => addEventListener('pageshow', (e) => (window.returned = e.persisted)))
    await page.goto(url)
  },
  back: async ({ page }) => {
    await page.evaluate(() => history.back())
    await page.waitForFunction(() => window.returned)
  },
  attached: ({ page, selector }) => page.locator(selector).first().waitFor({ state: 'attached' }),
  goto: ({ page, url }) => page.goto(url),
  fill: ({ page, selector, value }) => page.locator(selector).first().fill(value),
  click: ({ page, selector }) => page.locator(selector).first().click(),
  // Milliseconds from the navigation to a page to the frame that shows an element.
  painted: async ({ page, url, selector }) => {
    await page.goto('about:blank')
    await page.goto(url, { waitUntil: 'commit' })
    return page.evaluate(
      (s) =>
        new Promise((done) => {
          const look = () => (document.querySelector(s) ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look))
          look()
        }),
      selector,
    )
  },
  // Drags an element onto another with the mouse, as a person does.
  drag: async ({ page, selector, value }) => {
    const middle = async (s) => {
      const box = await page.locator(s).first().boundingBox()
      return [box.x + box.width / 2, box.y + Math.min(box.height / 2, 60)]
    }
    await page.mouse.move(...(await middle(selector)))
    await page.mouse.down()
    await page.mouse.move(...(await middle(value)), { steps: 8 })
    await page.mouse.up()
  },
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
  // Keys go to what has the focus.
  key: ({ page, value }) => page.keyboard.press(value),
  type: ({ page, value }) => page.keyboard.type(value),
  press: ({ page, selector, value }) => page.locator(selector).first().press(value),
  attribute: ({ page, selector, name }) => page.locator(selector).first().getAttribute(name),
  count: ({ page, selector }) => page.locator(selector).count(),
  offline: ({ page, value }) => page.context().setOffline(value),
  shot: ({ page, file, whole = false }) => page.screenshot({ path: file, fullPage: whole }),
  // Layout faults of the pages in windows of these widths, in each language, as JSON.
  // The first page is checked in all widths, the others in those of whole, their lists in those of lists.
  layout: async ({ page, widths, whole, lists, paths, languages }) => {
    const found = []
    for (const lang of languages) {
      await page.locator(`#profile input[value=${lang}]`).evaluate((e) => e.click())
      await page.locator(`html[lang=${lang}]`).waitFor()
      for (const width of widths) {
        await page.setViewportSize({ width, height: width < 600 ? 640 : 720 })
        for (const fault of await page.evaluate(lookAt, { paths: whole.includes(width) ? paths : paths.slice(0, 1), lists: lists.includes(width) })) found.push(`${lang} ${fault}`)
      }
    }
    return JSON.stringify(found)
  },
  // Faults of the navigation with twenty entries, as JSON.
  navigation: async ({ widths, languages }) => {
    const { lookAtNavigation } = await import('./nav.mjs')
    return JSON.stringify(await lookAtNavigation(browser, { widths, languages }))
  },
  // Latin words that the pages show, as JSON.
  latin: async ({ page, paths, allowed }) => JSON.stringify(await page.evaluate(latinIn, { paths, allowed })),
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
