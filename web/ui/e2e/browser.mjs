// The browser of the end-to-end tests: Debian's Chromium, driven by playwright-core.
import { chromium } from 'playwright-core'

/** Starts a headless browser. CHROMIUM names another binary. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    ignoreDefaultArgs: ['--disable-back-forward-cache'], // users' browsers have it
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** Signs in at url and waits until the workplace is there and live. */
export async function signIn(page, url, login, password) {
  await page.goto(url)
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill(password)
  await page.locator('button[type=submit]').click()
  await page.locator('[data-link=live]').waitFor({ state: 'attached' })
}

/** Collects what must not happen in a page: errors, and violations of the content security policy. */
export function watch(page, complaints) {
  page.on('pageerror', (e) => complaints.push(`${page.url()}: ${e.stack ?? e}`))
  page.on('console', (m) => {
    // A refused request (401, 404) is reported as a console error too; the page shows it in words.
    if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) {
      complaints.push(`${page.url()}: ${m.text()}`)
    }
  })
}
