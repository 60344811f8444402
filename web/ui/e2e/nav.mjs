// Checks the navigation with twenty invented entries, which nav/index.html shows.
import { fileURLToPath } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const origin = 'http://navigation.test'

/** The files of the page, bundled, by their path. */
async function bundle() {
  const { output } = await build({
    root: fileURLToPath(new URL('nav', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    publicDir: fileURLToPath(new URL('../public', import.meta.url)),
    build: { write: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 },
  })
  return new Map(output.map((f) => ['/' + f.fileName, f.type === 'chunk' ? f.code : f.source]))
}

const typeOf = (path) => (path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'text/html')

/** What is wrong with it at these widths in these languages, in words. */
export async function lookAtNavigation(browser, { widths, languages }) {
  const files = await bundle()
  const found = []
  for (const lang of languages) {
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    await context.route(`${origin}/**`, (route) => {
      const path = new URL(route.request().url()).pathname
      const known = files.has(path) ? path : '/index.html'
      return route.fulfill({ contentType: typeOf(known), body: files.get(known) })
    })
    for (const width of widths) {
      for (const nav of width < 768 ? ['auto'] : width <= 1280 ? ['open', 'rail'] : ['open']) {
        const page = await context.newPage()
        page.on('pageerror', (e) => found.push(String(e)))
        await page.addInitScript((s) => localStorage.setItem('ctihub.settings', JSON.stringify(s)), { lang, nav })
        await page.setViewportSize({ width, height: 720 })
        await page.goto(`${origin}/page18`)
        await page.locator('nav [aria-current], .nav-more[data-here]').first().waitFor({ state: 'attached' })
        const faults = await walk(page, nav)
        if (width <= 1280) faults.push(...(await complaints(page))) // a wider window shows nothing else
        found.push(...faults.map((f) => `${lang} ${width} ${nav}: ${f}`))
        await page.close()
      }
    }
    await context.close()
  }
  return found
}

/** What axe finds in both appearances. */
async function complaints(page) {
  const faults = []
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).analyze()
    faults.push(...violations.map((v) => `${colorScheme}: axe ${v.id}: ${v.nodes[0].html}`))
  }
  return faults
}

/** Goes through all links with the Tab key, and on a narrow screen opens the sheet with Enter. */
async function walk(page, nav) {
  const faults = await page.evaluate(hidden)
  const links = new Set()
  let current = 0
  for (let step = 0; step < 60 && links.size < 20; step++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(measure)
    if (!at) continue
    faults.push(...at.faults)
    if (at.opens) {
      await page.keyboard.press('Enter')
      await page.locator(':popover-open').waitFor()
    }
    if (!at.entry || links.has(at.path)) continue
    links.add(at.path)
    current += at.current
    if (nav === 'rail') {
      const tooltip = await page.locator('[role=tooltip]').innerText({ timeout: 5000 }).catch(() => 'nothing')
      if (tooltip !== at.name) faults.push(`the tooltip of ${at.name} says ${tooltip}`)
    }
  }
  if (nav === 'rail') {
    await page.keyboard.press('Escape')
    if (await page.locator('[role=tooltip]').count()) faults.push('Escape does not close a tooltip')
  }
  if (links.size !== 20) faults.push(`${links.size} of 20 entries are reached by keyboard: ${[...links].join(' ')}`)
  if (current !== 1) faults.push(`${current} entries are the current page`)
  faults.push(...(await page.evaluate(overlaps)))
  return faults
}

// Runs inside the page: whether the entry of the open page is visible.
function hidden() {
  const e = document.querySelector('.nav-side [aria-current], .nav-more[data-here]')
  const r = e?.getBoundingClientRect()
  return r && e.contains(document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)) ? [] : ['the entry of the open page is out of sight']
}

// Runs inside the page: what is wrong with the element that has the focus.
function measure() {
  const e = document.activeElement
  if (!e?.closest('nav')) return null
  const faults = []
  const r = e.getBoundingClientRect()
  const text = e.querySelector('.nav-name')?.textContent
  const name = `“${text ?? e.getAttribute('aria-label')}”`
  const entry = e.matches('a.nav-link')
  if (!text && !e.getAttribute('aria-label')) faults.push(`no name: ${e.outerHTML}`)
  if (r.left < -0.5 || r.right > innerWidth + 0.5 || r.top < -0.5 || r.bottom > innerHeight + 0.5) faults.push(`outside of the window: ${name}`)
  if (r.height < 24 || r.width < 24) faults.push(`smaller than 24 px: ${name}`)
  const there = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)
  if (!e.contains(there)) faults.push(`covered: ${name}`)
  if (getComputedStyle(e).outlineStyle === 'none') faults.push(`no visible focus: ${name}`)
  for (const part of [e, ...e.querySelectorAll('.nav-name, .nav-count')]) {
    const p = part.getBoundingClientRect()
    if (getComputedStyle(part).clipPath !== 'none') continue // for screen readers
    if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0) faults.push(`cut: ${name} ${part.className}`)
    if (p.left < r.left - 0.5 || p.right > r.right + 0.5 || p.top < r.top - 0.5 || p.bottom > r.bottom + 0.5) faults.push(`wider than its place: ${name} ${part.className}`)
  }
  const [label, count] = [e.querySelector('.nav-name'), e.querySelector('.nav-count')]
  if (label && count && getComputedStyle(label).clipPath === 'none') {
    const [a, b] = [label.getBoundingClientRect(), count.getBoundingClientRect()]
    const over = Math.min(a.right, b.right) - Math.max(a.left, b.left)
    if (over > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5) faults.push(`its count lies over its name: ${name}`)
  }
  if (count && !/\d/.test(count.querySelector('.sr-only')?.textContent ?? '')) faults.push(`a count without a sentence: ${name}`)
  return { faults, entry, path: e.getAttribute('href'), name: text, current: e.getAttribute('aria-current') === 'page' ? 1 : 0, opens: e.matches('[popovertarget]') }
}

// Runs inside the page: entries that lie over each other, and a page that scrolls sideways.
function overlaps() {
  const faults = []
  const all = [...document.querySelectorAll('nav .nav-link, nav .nav-group-name, nav .brand')].filter((e) => e.checkVisibility() && getComputedStyle(e).clipPath === 'none')
  for (const [i, a] of all.entries()) {
    for (const b of all.slice(i + 1)) {
      if (!!a.closest('[popover]') !== !!b.closest('[popover]')) continue
      const [side, other] = [a.closest('.side-groups'), b.closest('.side-groups')]
      if (side !== other) continue // the list scrolls under fixed elements
      const [r, s] = [a.getBoundingClientRect(), b.getBoundingClientRect()]
      const over = Math.min(r.right, s.right) - Math.max(r.left, s.left)
      if (over > 0.5 && Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 0.5) faults.push(`“${a.textContent}” lies over “${b.textContent}”`)
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways')
  return faults
}
