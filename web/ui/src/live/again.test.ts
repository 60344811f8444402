import { afterEach, expect, test, vi } from 'vitest'
import type { Call, Contact, HubEvent, Lead } from '../api/client'
import { type Live, nothing, reduce } from './calls'
import { cards } from './cards'
import { Line } from './line'

/** The hub's end of the event stream. */
class Source {
  static all: Source[] = []
  static readonly CONNECTING = 0
  static readonly CLOSED = 2
  readyState = 0
  private heard = new Map<string, (m: { data: string; lastEventId: string }) => void>()
  constructor(readonly url: string) {
    Source.all.push(this)
  }
  addEventListener = (type: string, f: (m: { data: string; lastEventId: string }) => void) => this.heard.set(type, f)
  close = () => void (this.readyState = 2)
  send = (event: HubEvent, id: string) => this.heard.get(event.type)!({ data: JSON.stringify(event), lastEventId: id })
}

const at = '2026-01-01T10:00:00Z'
const call: Call = {
  id: 'i1', linkedid: '1.1', source: 'pbx', direction: 'in', state: 'ringing', from: '+79161234567', to: '200',
  started: at, journal: false, contact_id: 'c1', lead_id: 'l1', legs: [{ extension: '100', state: 'ringing', rang: at }],
}
const stranger: Contact = { id: 'c1', identities: [], created: at }
const owned: Contact = { ...stranger, owner: { id: 'u2', name: 'Max' } }
const lead: Lead = { id: 'l1', contact_id: 'c1', status: 'new', source: 'pbx', channel: 'call', repeat: false, pipeline_id: 'main', stage_id: 'new', opened: at }
const rings: HubEvent = { id: 'e1', type: 'call.ringing', at, call, contact: stranger, lead }
const assigned: HubEvent = { id: 'e3', type: 'lead.assigned', at, lead: { ...lead, manager_id: 'u2' }, contact: owned }

/** What a tab knows that follows the events after that one. */
async function tabAfter(id: string) {
  vi.stubGlobal('EventSource', Source)
  vi.stubGlobal('addEventListener', () => {})
  vi.stubGlobal('document', { hidden: false, addEventListener: () => {} })
  const tab = { live: { ...nothing, me: { id: 'u1', extensions: ['100'] } } as Live, taken: 0 }
  const line = new Line({
    link() {},
    gap() {},
    other() {},
    duty() {},
    event(event: HubEvent, again: boolean) {
      tab.live = reduce(tab.live, { type: 'event', event, again, now: 0 })
      tab.taken++
    },
  })
  await line.connect()
  line.follow('u1', id)
  const source = await vi.waitUntil(() => Source.all.at(-1))
  const hear = async (event: HubEvent, id: string) => {
    const taken = tab.taken
    source.send(event, id)
    await vi.waitUntil(() => tab.taken > taken)
    return cards(tab.live, 0)[0]
  }
  return { hear }
}

afterEach(() => {
  vi.unstubAllGlobals()
  Source.all = []
})

// The session was read after event 3, which assigned the lead. The hub repeats the
// earlier ring, but not the assignment.
test('a card whose ring is told again does not take the contact as it was then', async () => {
  const tab = await tabAfter('3')
  const card = await tab.hear(rings, '3')
  expect(card).toMatchObject({ card: 'ringing', call: { contact_id: 'c1', lead_id: 'l1' } })
  expect([card?.contact, card?.lead], 'they are read').toEqual([undefined, undefined])
})

test('a ring that is told again after a break takes the manager away from nobody', async () => {
  const tab = await tabAfter('0')
  expect((await tab.hear(rings, '1'))?.contact?.owner).toBeUndefined()
  expect((await tab.hear(assigned, '3'))?.contact?.owner?.name).toBe('Max')
  const again = await tab.hear(rings, '3')
  expect(again).toMatchObject({ contact: { owner: { name: 'Max' } }, lead: { manager_id: 'u2' } })
})

test('of an assignment that is told late the card reads who it is now', async () => {
  const tab = await tabAfter('0')
  await tab.hear(rings, '4')
  const late = await tab.hear(assigned, '4')
  expect([late?.contact, late?.lead]).toEqual([undefined, undefined])
})
