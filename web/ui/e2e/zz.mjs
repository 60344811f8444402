import { launch, signIn, watch } from './browser.mjs'
const url = 'http://127.0.0.1:8697'
const browser = await launch()
const real = process.argv[3] === 'real'
const out = process.argv[2] ?? '/tmp/shots'
const complaints = []
const co = (i, more = {}) => ({ id: `c${i}`, name: ['Окна Плюс', 'Мастер Крыш', 'Северный Дом', 'Rooftop GmbH'][i % 4] + (i > 3 ? ` ${i}` : ''), legal_name: i % 2 ? '' : 'Общество с ограниченной ответственностью «Окна Плюс и сыновья»', country: 'RU', tax_id: '7707083893', kpp: '773601001', address: 'Москва, ул. Вавилова, 19', website: 'https://okna.example', warning: i === 0 ? 'Платят с задержкой' : '', owner: i % 3 ? { id: 'u1', name: 'Анна Орлова' } : undefined, phones: ['+74951234567', '+74957654321'], domains: ['okna.example', 'окна.рф'], line_id: 'line1', created: '2026-11-20T10:00:00Z', ...more })
for (const [lang, theme, width] of [['ru-RU', 'light', 1440], ['ru-RU', 'dark', 360], ['en-GB', 'dark', 1440], ['en-GB', 'light', 360]]) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, locale: lang, colorScheme: theme })
  const page = await context.newPage()
  watch(page, complaints)
  const first = await (async () => {
    await signIn(page, url, 'sales', 'demo-sales')
    return (await (await page.request.get(url + '/api/v1/contacts?limit=6')).json()).items
  })()
  const lead = (await (await page.request.get(url + '/api/v1/leads?limit=1&open=true')).json()).items[0]
  if (!real) {
    const people = first.map((c, n) => ({ ...c, company: 'Окна Плюс', company_id: 'c0', role: ['бухгалтер', '', 'директор по закупкам и логистике', 'инженер', '', ''][n] }))
    await page.route(/\/api\/v1\/companies(\?|$)/, (r) => r.fulfill({ json: { items: [...Array(12).keys()].map((i) => co(i)), next: '' } }))
    await page.route(/\/api\/v1\/companies\/c\d+$/, (r) => r.request().method() === 'PATCH' ? r.fulfill({ status: 400, json: { title: 'x', status: 400, field: 'tax_id' } }) : r.fulfill({ json: { ...co(0), notes: 'Счета – по понедельникам.', people: 3, named: 7 } }))
    await page.route(/\/api\/v1\/companies\/c\d+\/history$/, (r) => r.fulfill({ json: { items: [] } }))
    await page.route(/\/api\/v1\/contacts\?.*company_id=c/, (r) => r.fulfill({ json: { items: people, next: '' } }))
    await page.route(/\/api\/v1\/interactions\?.*company_id=c/, async (r) => r.fulfill({ response: await r.fetch({ url: r.request().url().replace(/company_id=c\d+&limit=\d+/, 'limit=4') }) }))
    await page.route(/\/api\/v1\/leads\?.*company_id=c/, async (r) => r.fulfill({ response: await r.fetch({ url: r.request().url().replace(/company_id=c\d+&limit=\d+/, 'limit=4') }) }))
    const isLine = process.argv[3] === 'line'
    await page.route(/\/api\/v1\/contacts\/[^/]+$/, async (r) => { const resp = await r.fetch(); const c = await resp.json(); r.fulfill({ response: resp, json: { ...c, company: 'Окна Плюс', company_id: 'c0', role: isLine ? '' : 'бухгалтер', name: isLine ? 'Окна Плюс' : c.name, line: isLine || undefined } }) })
  }
  const shot = async (name) => page.screenshot({ path: `${out}/${name}-${lang.slice(0, 2)}-${theme}-${width}.png`, fullPage: true })
  const go = async (path) => { await page.goto(url + path); await page.locator('main h1').waitFor(); await page.waitForTimeout(1200) }
  await go('/companies'); await shot('list')
  await page.locator('[data-new-company]').click(); await page.waitForTimeout(300); await shot('new'); await page.keyboard.press('Escape')
  await go('/companies/c0')
  await page.locator('[data-edit-details]').click(); await page.locator('.company-details button[type=submit]').click(); await page.locator('[data-add-person]').click(); await page.locator('main .company-add input[name=person]').fill('ан')
  await page.locator('[data-add-shared]').click()
  await page.locator('[data-person] .icon-button').first().click()
  await page.waitForTimeout(800); await shot('company')
  await go('/contacts/' + first[0].id); await shot('contact')
  await go('/leads/' + lead.id); await shot('lead'); await go('/search?q=ан'); await shot('search'); await go('/contacts'); await page.locator('input[name=company-filter]').fill('ок'); await page.waitForTimeout(600); await shot('contacts')
  await context.close()
}
console.log(complaints.join('\n'))
await browser.close()
