// Opens every page in both languages, both appearances and two widths, and
// runs axe on each. Exits with 1 if axe or the console reports an error.
//
//   CTIHUB_URL=http://127.0.0.1:8080 CTIHUB_LOGIN=… CTIHUB_PASSWORD=… node e2e/screens.mjs [folder]
//
// CTIHUB_FAST=1 takes Russian light at 1280 px and English dark at 360 px only.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { launch, signIn, watch } from './browser.mjs'

const { CTIHUB_URL: url = 'http://127.0.0.1:8080', CTIHUB_LOGIN: login, CTIHUB_PASSWORD: password } = process.env
if (!login || !password) {
  console.error('CTIHUB_LOGIN and CTIHUB_PASSWORD are needed')
  process.exit(2)
}
const folder = process.argv[2] ?? 'screens'
mkdirSync(folder, { recursive: true })

const all = ['ru', 'en'].flatMap((lang) =>
  ['light', 'dark'].flatMap((theme) => [1280, 360].map((width) => ({ lang, theme, width }))),
)
const looks = process.env.CTIHUB_FAST
  ? all.filter((l) => (l.lang === 'ru' && l.theme === 'light' && l.width === 1280) || (l.lang === 'en' && l.theme === 'dark' && l.width === 360))
  : all

const complaints = []
const complain = (c) => {
  complaints.push(c)
  console.error(c)
}
const browser = await launch()
let shots = 0

async function look(page, name) {
  await page.waitForFunction(() => !document.querySelector('.skeleton'))
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
  shots++
  const { violations } = await new AxeBuilder({ page }).analyze()
  for (const v of violations) complain(`${name}: axe ${v.id}: ${v.help}\n    ${v.nodes.map((n) => n.html.slice(0, 160) + '\n    ' + n.failureSummary?.split('\n')[1]).join('\n    ')}`)
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (wider > 0) complain(`${name}: ${wider} px wider than the window`)
}

for (const { lang, theme, width } of looks) {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 720 : 800 },
    locale: lang === 'ru' ? 'ru-RU' : 'en-GB',
    colorScheme: theme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  watch(page, { push: complain })
  const name = (s) => `${s}-${lang}-${theme}-${width}`
  await page.goto(url)
  await page.locator('input[name=login]').waitFor()
  await look(page, name('signin'))
  await signIn(page, url, login, password)
  await look(page, name('now'))
  await page.goto(new URL('/leads?stage=all', url).href)
  await page.locator('[data-lead], .empty').first().waitFor()
  await look(page, name('leads'))
  const lead = page.locator('tr[data-lead] a').first()
  if (await lead.count()) {
    await page.goto(new URL(await lead.getAttribute('href'), url).href)
    await page.locator('.timeline').waitFor()
    await look(page, name('lead'))
  }
  await page.goto(new URL('/calls', url).href)
  await page.locator('tr[data-call], .empty').first().waitFor()
  await look(page, name('calls'))
  const listen = page.locator('.calls .sound-open').first()
  if (await listen.count()) {
    await listen.click()
    await page.locator('.player[data-playing]').waitFor()
    await look(page, name('calls-player'))
  }
  await page.goto(new URL('/tasks', url).href)
  await page.locator('tr[data-task], .empty').first().waitFor()
  await look(page, name('tasks'))
  const finish = page.locator('.task-actions .button:has-text("…")').first()
  if (await finish.count()) {
    await finish.click()
    await page.locator('[role=dialog] button[type=submit], [role=dialog] .pick').first().waitFor()
    await look(page, name('task-done'))
    await page.keyboard.press('Escape')
  }
  await page.goto(new URL('/tasks?state=done&days=7', url).href)
  await page.locator('tr[data-task], .empty').first().waitFor()
  await look(page, name('tasks-done'))
  await page.goto(new URL('/team', url).href)
  await page.locator('tr[data-seat], .empty, .broken').first().waitFor()
  await look(page, name('team'))
  const more = page.locator('.nav-more')
  const fold = page.locator('.side-toggle')
  if (await more.count()) {
    await more.click()
    await page.locator('.nav-sheet').waitFor()
    await look(page, name('menu'))
    await page.keyboard.press('Escape')
  } else {
    await fold.click()
    await look(page, name('menu'))
    await fold.click()
  }
  await page.goto(new URL('/templates', url).href)
  await page.locator('[data-template], .empty, .broken').first().waitFor()
  await look(page, name('templates'))
  const add = page.locator('[data-template-new]')
  if (await add.count()) {
    await add.click()
    await page.locator('.template-form').waitFor()
    await look(page, name('template'))
    await page.keyboard.press('Escape')
  }
  await page.goto(new URL('/fields', url).href)
  await page.locator('.definition, .empty').first().waitFor()
  await look(page, name('fields'))
  await page.locator('[data-add-field]').click()
  await page.locator('.field-form').waitFor()
  await look(page, name('field'))
  await page.keyboard.press('Escape')
  await page.goto(new URL('/sources', url).href)
  await page.locator('[data-source], .empty, .broken').first().waitFor()
  await look(page, name('sources'))
  await page.goto(new URL('/integrations', url).href)
  await page.locator('[data-sink], .empty, .broken').first().waitFor()
  const count = page.locator('[data-count=dead]').first()
  if (await count.count()) {
    await count.click()
    const sent = page.locator('.delivery .embed summary').first()
    await page.waitForFunction(() => document.querySelector('.delivery') || document.querySelector('.source > .muted:last-child'))
    if (await sent.count()) {
      await sent.click()
      await page.locator('.delivery pre:has-text("{")').first().waitFor()
    }
  }
  await look(page, name('integrations'))
  await page.goto(new URL('/quarantine', url).href)
  await page.locator('[data-quarantined], .empty, .broken').first().waitFor()
  for (const raw of await page.locator('[data-quarantined] .embed summary').all()) await raw.click()
  await page.evaluate(() => scrollTo(0, 0))
  await look(page, name('quarantine'))
  await page.goto(new URL('/journal', url).href)
  await page.locator('.gaps').waitFor()
  await look(page, name('journal'))
  await page.goto(new URL('/nowhere', url).href)
  await look(page, name('missing'))
  await page.locator('.profile-button').click()
  await page.locator('.profile').waitFor()
  await look(page, name('profile'))
  await context.close()
}
await browser.close()

console.log(`${shots} screens in ${folder}, ${complaints.length} complaints`)
process.exitCode = complaints.length ? 1 : 0
