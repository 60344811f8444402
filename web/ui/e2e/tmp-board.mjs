import { launch, signIn, watch } from './browser.mjs'
const url = 'http://127.0.0.1:18735'
const b = await launch()
const complaints = []
const shot = async (page, name) => { await page.waitForTimeout(400); await page.screenshot({ path: `/tmp/pipe/${name}.png` }) }
for (const [lang, scheme, width] of [['ru', 'light', 1440], ['en', 'dark', 1440], ['ru', 'dark', 360]]) {
  const c = await b.newContext({ locale: lang, colorScheme: scheme, viewport: { width, height: 900 } })
  const page = await c.newPage()
  watch(page, complaints)
  await signIn(page, url, 'supervisor', 'demo-supervisor')
  await page.goto(url + '/leads?look=board')
  await page.locator('[data-card]').first().waitFor()
  await shot(page, `board-${lang}-${scheme}-${width}`)
  if (width === 1440) {
    await page.goto(url + '/pipelines'); await page.locator('.stage-row').first().waitFor(); await shot(page, `admin-${lang}-${scheme}`)
    await page.goto(url + '/leads'); await page.locator('tr[data-lead]').first().waitFor(); await shot(page, `list-${lang}-${scheme}`)
    await page.locator('tr[data-lead] a').first().click(); await page.locator('.stage-pick').waitFor(); await shot(page, `lead-${lang}-${scheme}`)
  } else {
    await page.goto(url + '/pipelines'); await page.locator('.stage-row').first().waitFor(); await shot(page, `admin-${lang}-${width}`)
    await page.goto(url + '/leads'); await page.locator('tr[data-lead], [data-lead]').first().waitFor(); await shot(page, `list-${lang}-${width}`)
  }
  await c.close()
}
console.log(complaints.join('\n') || 'no complaints')
await b.close()
