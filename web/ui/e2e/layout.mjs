// Layout faults of a page in its window, and the page's text.

/** Runs inside the page: shows every path and returns what is wrong, in words. */
export async function lookAt({ paths, lists }) {
  const found = new Set()
  const frame = () => new Promise((done) => requestAnimationFrame(() => done()))
  const soon = () => new Promise((done) => setTimeout(done)) // measuring needs no frame to be painted
  const name = (e) => `<${e.tagName.toLowerCase()} class="${e.getAttribute('class') ?? ''}"> ${(e.getAttribute('aria-label') ?? e.textContent).trim().slice(0, 40)}`
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.closest('.sr-only, .skip')
  const inside = (r) => r.left >= -0.5 && r.right <= innerWidth + 0.5
  let where = ''
  const complain = (what) => found.add(`${where}: ${what}`)

  async function until(what, ready) {
    const end = performance.now() + 60000
    while (!ready()) {
      if (performance.now() > end) return complain(`${what} did not come`)
      await frame()
    }
  }

  function bars() {
    const parts = [...document.querySelectorAll('.top > *, .top .presence > *, .top .segment, .nav .brand, .nav .nav-link')].filter(seen)
    for (const e of parts) {
      const r = e.getBoundingClientRect()
      if (r.width && !inside(r)) complain(`of the bars, outside the window: ${name(e)}`)
      if (r.width && e.matches('.nav-link, .segment, button') && e.scrollWidth > e.clientWidth + 1) complain(`of the bars, wider than its place: ${name(e)}`)
    }
    for (const [i, a] of parts.entries()) {
      for (const b of parts.slice(i + 1)) {
        if (a.contains(b) || b.contains(a)) continue
        const [r, s] = [a.getBoundingClientRect(), b.getBoundingClientRect()]
        const over = Math.min(r.right, s.right) - Math.max(r.left, s.left)
        if (over > 1 && Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 1) complain(`of the bars, one over the other: ${name(a)} and ${name(b)}`)
      }
    }
  }

  function words() {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      if (!n.data.trim()) continue
      range.selectNodeContents(n)
      const cell = n.parentElement.closest('td')
      if (cell && getComputedStyle(cell).display === 'table-cell' && seen(n.parentElement) && !n.parentElement.closest('.clip') && range.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1) complain(`runs out of its cell: ${name(n.parentElement)}`)
      if (range.getClientRects().length < 2 || !seen(n.parentElement) || n.parentElement.closest('pre, code, textarea')) continue
      for (const m of n.data.matchAll(/\p{L}{2,24}/gu)) {
        range.setStart(n, m.index)
        range.setEnd(n, m.index + m[0].length)
        const lines = new Set([...range.getClientRects()].filter((r) => r.width > 0).map((r) => Math.round(r.top)))
        if (lines.size > 1) complain(`broken inside: “${m[0]}” in ${name(n.parentElement)}`)
      }
    }
  }

  function whole(box) {
    const r = box.getBoundingClientRect()
    if (!r.width || !inside(r) || r.top < -0.5 || r.bottom > innerHeight + 0.5) {
      complain(`not wholly in the window: ${name(box)} ${[r.left, r.top, r.right, r.bottom].map(Math.round)} of ${innerWidth}×${innerHeight}`)
    }
    for (const e of box.querySelectorAll('*')) {
      const s = e.getBoundingClientRect()
      if (seen(e) && s.width && (s.left < r.left - 0.5 || s.right > r.right + 0.5)) complain(`cut off by its pop-over: ${name(e)}`)
    }
  }

  async function openTop() {
    for (const b of [...document.querySelectorAll('[popovertarget]')].filter(seen)) {
      const box = document.getElementById(b.getAttribute('popovertarget'))
      b.click()
      await until(`the pop-over of ${name(b)}`, () => box.matches(':popover-open'))
      await frame()
      whole(box)
      words()
      box.hidePopover()
    }
  }

  async function openLists(of) {
    for (const b of [...document.querySelectorAll(of)].filter((e) => seen(e) && !e.disabled)) {
      b.scrollIntoView({ block: 'nearest' })
      b.click()
      await until(`the list of ${name(b)}`, () => document.querySelector('.popover [role=listbox]'))
      await frame()
      await frame() // it is positioned after it is rendered
      const box = document.querySelector('.popover:has([role=listbox])')
      whole(box)
      box.querySelector('[role=listbox]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
      await until('the end of a list', () => !document.querySelector('.popover [role=listbox]'))
    }
    scrollTo(0, 0)
  }

  await frame()
  await frame() // elements that depend on the width have been updated
  for (const [i, path] of paths.entries()) {
    where = `${path} at ${innerWidth}`
    history.pushState(null, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
    await soon()
    const there = () => document.querySelector('main h1') && !document.querySelector('.skeleton')
    if (!there()) await until('what the page shows', there)
    await soon()
    bars()
    const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth
    if (wider > 0) complain(`${wider} px wider than the window`)
    words()
    if (i === 0) {
      await openTop()
      await openLists('.top .pick-button')
    }
    if (lists) await openLists('main .pick-button')
  }
  return [...found]
}

/** Runs inside the page: shows every path and returns the Latin words that can be read there. */
export async function latinIn({ paths, allowed }) {
  const soon = () => new Promise((done) => setTimeout(done))
  const found = new Set()
  const known = new Set(allowed.map((word) => word.toLowerCase()))
  for (const path of paths) {
    history.pushState(null, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
    await soon()
    for (const end = performance.now() + 60000; !document.querySelector('main h1') || document.querySelector('.skeleton'); ) {
      if (performance.now() > end) return [...found, `${path} did not come`]
      await new Promise((done) => requestAnimationFrame(done))
    }
    await soon()
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      if (n.parentElement.closest('pre, code, script, style') || !n.parentElement.checkVisibility({ visibilityProperty: true })) continue
      let text = n.data
      while (n.nextSibling?.nodeName === 'WBR') text += (n = walk.nextNode()).data // one word that may break there
      for (const token of text.split(/[\s,;:()«»“”"'–—…!?/]+/)) {
        if (/@|\.[a-z]|\d/.test(token)) continue // addresses, names of hosts and files, keys
        for (const word of token.match(/[A-Za-z]{3,}/g) ?? []) {
          if (!known.has(word.toLowerCase())) found.add(`${path}: “${word}” in “${text.trim().slice(0, 80)}”`)
        }
      }
    }
  }
  return [...found]
}
