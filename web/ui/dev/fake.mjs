// A made-up office behind the hub's API, to work on the UI without the hub:
//   npm run build && npm run dev:fake      → http://127.0.0.1:8090, sign in as any user below with "demo"
// Calls play by themselves; POST /_fake {"play":"ring"} … starts a scene, see scenes.
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const dist = new URL('../dist', import.meta.url).pathname
const port = Number(process.env.PORT ?? 8090)
const ago = (s) => new Date(Date.now() - s * 1000).toISOString()
let n = 0
const id = () => `0192${String(++n).padStart(8, '0')}`

const users = [
  ['operator', 'Ольга Смирнова', 'operator', ['100'], 'available'],
  ['operator2', 'Иван Петров', 'operator', ['101'], 'available'],
  ['manager', 'Мария Лебедева', 'manager', ['102'], 'paused'],
  ['supervisor', 'Дмитрий Орлов', 'supervisor', [], 'available'],
  ['admin', 'Анна Соколова', 'admin', [], 'offline'],
].map(([login, name, role, extensions, presence]) => ({ id: login, login, name, role, extensions, presence, team: 'sales' }))
const user = (ext) => users.find((u) => u.extensions.includes(ext))
const person = (u) => u && { id: u.id, name: u.name }

const people = [
  ['Елена Ковалёва', 'ООО «Северный ветер»', '+79161234567', 'elena@severveter.example'],
  ['Тимур Ахметов', '', '+77011234567'],
  ['', '', '+74951234567'],
  ['James Whitaker', 'Whitaker & Sons Ltd', '+442079460123', 'james@whitaker.example'],
  ['Константин Константинопольский-Заречный', 'ЗАО «Очень длинное название компании, которое не помещается»', '+79039876543'],
  ['', '', '', 'kontakt@beispiel.example'],
  ['Наталья', '', '+79261112233'],
]
const contacts = people.map(([name, company, phone, email], i) => ({
  id: `c${i}`,
  ...(name && { name }),
  ...(company && { company }),
  identities: [phone && { kind: 'phone', value: phone }, email && { kind: 'email', value: email }].filter(Boolean),
  ...(i % 2 === 0 && i !== 2 && { owner: person(users[i % 3]) }),
  created: ago(86400 * (30 - i)),
}))
const key = (c) => c.identities[0]?.value

const leads = []
const interactions = []
const statuses = ['new', 'working', 'new', 'working', 'won', 'refused', 'new']
const reasons = ['owner', 'round_robin:sales', 'none_available:sales', 'by_hand:Дмитрий Орлов']
contacts.forEach((c, i) => {
  const m = i === 2 ? undefined : users[i % 3]
  leads.push({
    id: `lead${i}`, contact_id: c.id, ...(c.name && { contact_name: c.name }), contact_key: key(c), status: statuses[i],
    source: i % 2 ? 'site' : 'pbx', channel: i % 2 ? 'form' : 'call', ...(i % 2 && { subject: 'Расчёт стоимости окон' }), team: 'sales',
    ...(m && { manager_id: m.id, manager_name: m.name, assigned: ago(600 * i * i + 50) }), reason: reasons[i === 2 ? 2 : i % 2],
    repeat: i % 3 === 0, ...(statuses[i] === 'refused' && { refusal: 'Дорого', closed: ago(900) }), ...(statuses[i] === 'won' && { closed: ago(700) }),
    ...(i % 2 && { utm: { utm_source: 'yandex', utm_medium: 'cpc', utm_campaign: 'windows-spring', page: 'https://shop.example/windows?from=spring&very=long', referer: 'https://yandex.example/' } }),
    opened: ago(600 * i * i + 60),
  })
})
leads.push({ ...leads[0], id: 'lead-old', status: 'won', opened: ago(86400 * 40), closed: ago(86400 * 35), repeat: false })

const legOf = (ext, state, rang, more = {}) => ({ extension: ext, user: person(user(ext)), state, rang, ...more })
function callOf(c, o = {}) {
  const linkedid = `1700000000.${++n}`
  const started = o.started ?? new Date().toISOString()
  return {
    id: id(), linkedid, source: 'pbx', direction: 'in', state: 'ringing', from: c ? key(c) : '', to: '+74957770000', did: '+74957770000',
    started, legs: [], ...(c && { contact_id: c.id, ...(c.name && { contact_name: c.name }) }), ...o,
  }
}
function past(c, seconds, disposition, ext) {
  const t = (s) => ago(seconds - s)
  const talked = disposition === 'answered'
  const call = callOf(c, {
    started: t(0), state: 'ended', disposition, ended: t(talked ? 190 : 31), wait_ms: talked ? 8000 : 31000, hangup_by: 'caller',
    ...(talked && { operator: person(user(ext)), operator_extension: ext, answered: t(8), talk_ms: 182000 }),
    ...(ext === '101' && { queue: 'sales' }), lead_id: leads.find((l) => l.contact_id === c.id)?.id,
    legs: ['100', '101'].map((e) => legOf(e, e === ext ? 'ended' : talked ? 'elsewhere' : 'cancelled', t(1), e === ext ? { answered: t(8), ended: t(190) } : { ended: t(talked ? 8 : 31) })),
  })
  record(call)
}
function record(call) {
  const old = interactions.find((i) => i.id === call.id)
  if (old) old.call = call
  else interactions.push({ id: call.id, source: 'pbx', external_id: call.linkedid, channel: 'call', direction: call.direction, at: call.started, contact_id: call.contact_id, contact_name: call.contact_name, lead_id: call.lead_id, to: call.to, call })
}
for (let i = 0; i < 70; i++) past(contacts[i % 7], 400 + i * i * 90, ['answered', 'answered', 'missed', 'abandoned', 'answered', 'busy'][i % 6], i % 6 === 1 ? '101' : '100')
contacts.forEach((c, i) => i % 2 === 0 && interactions.push({
  id: id(), source: 'site', external_id: `f${i}`, channel: 'form', direction: 'in', at: ago(600 * i * i + 90), contact_id: c.id, lead_id: `lead${i}`,
  subject: 'Расчёт стоимости окон', text: 'Здравствуйте! Нужны три окна 150×140, этаж пятый.\nМожно ли замер в субботу?\n\nquantity: 3\n<b>не разметка</b>',
}))
past(contacts[1], 86000, 'answered', '101')

const sources = [
  { name: 'pbx', kind: 'asterisk', state: 'running', since: ago(7200), last_touch: ago(40), count: 1284 },
  { name: 'office-2', kind: 'asterisk', state: 'failed', error: 'cannot reach the exchange: dial tcp 10.0.0.7:8088: connection refused; trying again in 30 s', since: ago(300), count: 0 },
  { name: 'site', kind: 'webform', state: 'passive', since: ago(7200), last_touch: ago(600), count: 21, demo: true, embed: '<script src="http://127.0.0.1:8080/embed/site.js" async></script>\n<div data-ctihub-form="site"></div>' },
]
const demo = { enabled: true, line: true, site: 'http://127.0.0.1:8080/demo/site' }

// ---- live feed
const streams = new Set()
function emit(type, body) {
  const ev = { id: id(), type, at: new Date().toISOString(), ...body }
  for (const s of streams) s.write(`id: ${ev.id}\nevent: ${type}\ndata: ${JSON.stringify(ev)}\n\n`)
}
function callEvent(type, call) {
  record(call)
  const contact = contacts.find((c) => c.id === call.contact_id)
  emit(type, { call, contact, lead: leads.find((l) => l.contact_id === call.contact_id && ['new', 'working'].includes(l.status)) })
}
const ring = (c, o) => {
  const call = callOf(c, { ...o, legs: ['100', '101', '102'].map((e) => legOf(e, 'ringing', new Date().toISOString())) })
  callEvent('call.ringing', call)
  return call
}
function answer(call, ext) {
  const now = new Date().toISOString()
  const next = { ...call, state: 'talking', answered: now, operator: person(user(ext)), operator_extension: ext, legs: call.legs.map((l) => ({ ...l, state: l.extension === ext ? 'talking' : 'elsewhere', ...(l.extension === ext ? { answered: now } : { ended: now }) })) }
  callEvent('call.updated', next)
  return next
}
function end(call) {
  const now = new Date().toISOString()
  const talked = call.state === 'talking'
  callEvent('call.ended', { ...call, state: 'ended', ended: now, disposition: talked ? 'answered' : 'abandoned', hangup_by: 'caller', legs: call.legs.map((l) => ({ ...l, ended: now, state: l.state === 'talking' ? 'ended' : l.state === 'ringing' ? 'cancelled' : l.state })) })
}
const open = []
const scenes = {
  ring: () => open.push(ring(contacts[0], { queue: 'sales' })),
  unknown: () => {
    const c = { id: id(), identities: [{ kind: 'phone', value: `+7495${String(Math.random()).slice(2, 9)}` }], created: new Date().toISOString() }
    contacts.push(c)
    open.push(ring(c))
  },
  withheld: () => open.push(ring(undefined)),
  internal: () => open.push(ring({ ...contacts[0], identities: [{ kind: 'phone', value: '101' }] }, { direction: 'internal', did: undefined, contact_id: undefined, contact_name: undefined })),
  mine: () => open.push(answer(open.pop(), '100')),
  colleague: () => open.push(answer(open.pop(), '101')),
  end: () => end(open.pop()),
  lead: () => {
    const l = { ...leads[1], id: id(), opened: new Date().toISOString(), status: 'new', contact_id: 'c6', contact_name: 'Наталья', contact_key: '+79261112233', reason: 'none_available:sales', manager_id: undefined, manager_name: undefined }
    leads.push(l)
    emit('lead.created', { lead: l, contact: contacts[6] })
  },
  reset: () => { for (const s of streams) s.write('event: reset\ndata: {}\n\n') },
  cut: () => { for (const s of streams) s.destroy() },
}

// ---- HTTP
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const types = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.html': 'text/html; charset=utf-8' }
const sessions = new Map()
let failures = 0

function page(all, q, at) {
  const limit = Number(q.get('limit') || 50)
  const from = Number(q.get('cursor') || 0)
  const sorted = [...all].sort((a, b) => b[at].localeCompare(a[at]))
  return { items: sorted.slice(from, from + limit), next: from + limit < sorted.length ? String(from + limit) : '' }
}
const fits = (q, ...pairs) => pairs.every(([name, value]) => !q.get(name) || q.get(name) === String(value))
const has = (q, ...texts) => !q.get('q') || texts.some((t) => t?.toLowerCase().includes(q.get('q').toLowerCase()))
const problem = (status, code, headers = {}) => ({ status, body: { title: code, status, code }, type: 'application/problem+json', headers })

function api(method, path, q, body, me) {
  const [, kind, key1] = /^\/api\/v1\/([^/]+)\/?(.*)$/.exec(path) ?? []
  const one = (list) => list.find((x) => x.id === key1) ?? problem(404, 'not_found')
  const session = (u) => ({ user: u, version: 'fake', demo: true, region: 'RU' })
  if (kind === 'session') return session(me)
  if (kind === 'me') return session(Object.assign(me, { presence: body.presence }))
  if (kind === 'users') return { items: users, next: '' }
  if (kind === 'demo') return method === 'PUT' ? Object.assign(demo, body) : demo
  if (kind === 'sources') return ['supervisor', 'admin'].includes(me.role) ? { items: sources, next: '' } : problem(403, 'forbidden')
  if (kind === 'contacts' && key1) {
    const c = one(contacts)
    if (method === 'PATCH' && c.id) {
      Object.assign(c, body)
      for (const l of leads) if (l.contact_id === c.id) l.contact_name = c.name
      setTimeout(() => emit('contact.updated', { contact: c }))
    }
    return c
  }
  if (kind === 'leads' && key1) {
    const l = one(leads)
    if (method === 'PATCH' && l.id) {
      if (body.status === 'refused' && !body.refusal) return problem(422, 'invalid')
      const m = users.find((u) => u.id === body.manager_id)
      Object.assign(l, body, m && { manager_name: m.name, reason: `by_hand:${me.name}`, assigned: new Date().toISOString() }, ['won', 'refused'].includes(body.status) && { closed: new Date().toISOString() })
      setTimeout(() => emit('lead.updated', { lead: l }))
    }
    return l
  }
  if (kind === 'leads') {
    const m = q.get('manager_id')
    return page(leads.filter((l) => fits(q, ['status', l.status], ['source', l.source], ['contact_id', l.contact_id]) && (!q.get('open') || ['new', 'working'].includes(l.status)) && (!m || (m === 'none' ? !l.manager_id : l.manager_id === (m === 'me' ? me.id : m))) && has(q, l.contact_name, l.contact_key)), q, 'opened')
  }
  if (kind === 'interactions') return page(interactions.filter((i) => fits(q, ['contact_id', i.contact_id])), q, 'at')
  if (kind === 'calls') {
    const op = q.get('operator_id')?.replace(/^me$/, me.id)
    return page(interactions.flatMap((i) => i.call ?? []).filter((c) => fits(q, ['state', c.state], ['direction', c.direction], ['disposition', c.disposition]) && (!op || c.operator?.id === op) && has(q, c.contact_name, c.from)), q, 'started')
  }
  return problem(404, 'not_found')
}

createServer(async (req, res) => {
  const { pathname, searchParams } = new URL(req.url, 'http://x')
  const chunks = []
  for await (const c of req) chunks.push(c)
  const body = chunks.length ? JSON.parse(Buffer.concat(chunks)) : {}
  const send = ({ status = 200, body: b, type = 'application/json', headers = {} }) => res.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...headers }).end(JSON.stringify(b))
  if (pathname === '/_fake') {
    for (const s of [].concat(body.play)) scenes[s]()
    return send({ body: {} })
  }
  if (!pathname.startsWith('/api/')) {
    let file = join(dist, normalize(pathname))
    if (!existsSync(file) || statSync(file).isDirectory()) file = join(dist, 'index.html')
    res.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain', 'content-security-policy': csp, 'x-content-type-options': 'nosniff' })
    return createReadStream(file).pipe(res)
  }
  const token = /ctihub=(\w+)/.exec(req.headers.cookie ?? '')?.[1]
  if (pathname === '/api/v1/session' && req.method === 'POST') {
    const u = users.find((x) => x.login === body.login && body.password === 'demo')
    if (!u) return send(++failures % 6 === 0 ? problem(429, 'throttled', { 'retry-after': '7' }) : problem(401, 'unauthenticated'))
    const t = Math.random().toString(36).slice(2)
    sessions.set(t, u)
    return send({ body: api('GET', pathname, searchParams, {}, u), headers: { 'set-cookie': `ctihub=${t}; HttpOnly; SameSite=Lax; Path=/` } })
  }
  const me = sessions.get(token)
  if (!me) return send(problem(401, 'unauthenticated'))
  if (pathname === '/api/v1/session' && req.method === 'DELETE') {
    sessions.delete(token)
    return res.writeHead(204).end()
  }
  if (pathname === '/api/v1/events') {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(': hello\nretry: 1000\n\n')
    streams.add(res)
    return res.on('close', () => streams.delete(res))
  }
  const answered = api(req.method, pathname, searchParams, body, me)
  send(answered.type === 'application/problem+json' ? answered : { body: answered })
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`))
