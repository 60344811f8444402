import { describe, expect, test } from 'vitest'
import type { Call, HubEvent, Leg, Task } from '../api/client'
import { type Live, nothing, reduce } from './calls'
import { cards, wall } from './cards'

const me = { id: 'u1', extensions: ['100'] }
const olga = { id: 'u2', name: 'Olga' }
const start: Live = { ...nothing, me }

const leg = (extension: string, state: Leg['state'], more: Partial<Leg> = {}): Leg => ({
  extension,
  state,
  rang: '2026-01-01T10:00:00Z',
  ...more,
})
const call = (state: Call['state'], legs: Leg[], more: Partial<Call> = {}): Call => ({
  id: 'i1',
  linkedid: '1.1',
  source: 'pbx',
  direction: 'in',
  state,
  from: '+79161234567',
  to: '+74950000000',
  started: '2026-01-01T10:00:00Z',
  legs,
  journal: false,
  ...more,
})
const ev = (c: Call): HubEvent => ({ id: Math.random().toString(36), type: 'call.updated', at: c.started, call: c })

const rings = call('ringing', [leg('100', 'ringing'), leg('101', 'ringing')])
const iAnswer = call('talking', [leg('100', 'talking', { answered: 'x' }), leg('101', 'elsewhere')], {
  operator: { id: 'u1' },
})
const sheAnswers = call('talking', [leg('100', 'elsewhere'), leg('101', 'talking', { answered: 'x' })], {
  operator: olga,
})
const iEnd = call('ended', [leg('100', 'ended', { answered: 'x' }), leg('101', 'elsewhere')], {
  operator: { id: 'u1' },
  disposition: 'answered',
})
const abandoned = call('ended', [leg('100', 'cancelled'), leg('101', 'cancelled')], { disposition: 'abandoned' })

const play = (calls: Call[], live = start, now = 1000) =>
  calls.reduce((l, c) => reduce(l, { type: 'event', event: ev(c), now }), live)
const shown = (live: Live, now = 1000) => cards(live, now).map((c) => `${c.call.linkedid} ${c.card}`)

test('a call that became another person’s is shown with nothing of the contact before', () => {
  const contact = (id: string): HubEvent['contact'] => ({ id, name: id, identities: [], created: '2026-01-01T10:00:00Z' })
  const of = (c: Call, more: Partial<HubEvent> = {}) => ({ type: 'event' as const, event: { ...ev(c), ...more }, now: 1000 })
  const asked = reduce(start, of({ ...rings, contact_id: 'line' }, { contact: contact('line') }))
  expect(reduce(asked, of({ ...rings, contact_id: 'line' })).calls['pbx/1.1']?.contact?.id).toBe('line')
  expect(reduce(asked, of({ ...rings, contact_id: 'olga' })).calls['pbx/1.1']?.contact).toBeUndefined()
  expect(reduce(asked, of({ ...rings, contact_id: 'olga' }, { contact: contact('olga') })).calls['pbx/1.1']?.contact?.id).toBe('olga')
  const again = { ...of({ ...rings, contact_id: 'olga' }, { contact: contact('olga') }), again: true }
  expect(reduce(asked, again).calls['pbx/1.1']?.contact).toBeUndefined()
})

describe('my card', () => {
  test('appears when my phone rings, not when a colleague’s does', () => {
    expect(shown(play([rings]))).toEqual(['1.1 ringing'])
    expect(shown(play([call('ringing', [leg('101', 'ringing')])]))).toEqual([])
  })

  test('becomes talking when I answer, and stays after the end until I finish it, for twelve hours at the most', () => {
    expect(shown(play([rings, iAnswer]))).toEqual(['1.1 talking'])
    const over = play([rings, iAnswer, iEnd])
    const began = Date.parse(rings.started)
    expect(shown(over, began + 12 * 3600_000 - 1)).toEqual(['1.1 ended'])
    expect(shown(over, began + 12 * 3600_000)).toEqual([])
    expect(shown(reduce(over, { type: 'dismiss', key: 'pbx/1.1' }))).toEqual([])
  })

  test('of a call in which I talked with nobody outside leaves by itself', () => {
    const out = { direction: 'out' as const, from: '100', to: '+79160000000' }
    const vain = play([call('ringing', [], out), call('ended', [], { ...out, disposition: 'busy' })])
    expect(shown(vain, 30_999)).toEqual(['1.1 ended'])
    expect(shown(vain, 31_000)).toEqual([])
    const inside = { direction: 'internal' as const, from: '101' }
    const asked = [call('talking', [leg('100', 'talking', { answered: 'x' })], inside), call('ended', [leg('100', 'ended', { answered: 'x' })], inside)]
    expect(shown(play(asked), 31_000)).toEqual([])
  })

  test('says who answered for six seconds, then leaves', () => {
    const live = play([rings, sheAnswers])
    expect(shown(live, 6_999)).toEqual(['1.1 elsewhere'])
    expect(cards(live, 1000)[0]!.call.operator).toEqual(olga)
    expect(shown(live, 7_000)).toEqual([])
  })

  test('a colleague’s call that never rang here makes no card', () => {
    expect(shown(play([sheAnswers]))).toEqual([])
  })

  test('is missed when nobody took it', () => {
    expect(shown(play([rings, abandoned]))).toEqual(['1.1 missed'])
  })

  const alone = call('ringing', [leg('100', 'ringing')])
  const nobody = call('ringing', [leg('100', 'noanswer')])
  const hunted = call('ringing', [leg('100', 'noanswer'), leg('101', 'ringing')])

  test('moves on with the hunt, and comes back with it', () => {
    expect(shown(play([alone, nobody]))).toEqual(['1.1 waiting'])
    expect(shown(play([alone, nobody, hunted]))).toEqual([])
    const between = call('ringing', [leg('100', 'noanswer'), leg('101', 'noanswer')])
    expect(shown(play([alone, nobody, hunted, between]))).toEqual([])
    const back = call('ringing', [leg('100', 'noanswer'), leg('101', 'noanswer'), leg('100', 'ringing')])
    expect(shown(play([alone, nobody, hunted, back]))).toEqual(['1.1 ringing'])
  })

  test('does not come back when a colleague answers to whom it had moved on', () => {
    const answered = call('talking', [leg('100', 'noanswer'), leg('101', 'talking', { answered: 'x' })], { operator: olga })
    expect(shown(play([alone, hunted, answered]))).toEqual([])
    expect(shown(play([alone, hunted, answered, { ...answered, state: 'ended', disposition: 'answered' }]))).toEqual([])
    expect(shown(play([alone, hunted, call('ended', hunted.legs, { disposition: 'missed' })]))).toEqual(['1.1 missed'])
  })

  test('is one for two phones of mine', () => {
    const two = { ...start, me: { id: 'u1', extensions: ['100', '101'] } }
    expect(shown(play([rings], two))).toEqual(['1.1 ringing'])
    expect(shown(play([rings, sheAnswers], two)), 'answered at the second').toEqual(['1.1 talking'])
  })

  test('of a colleague’s question leaves when the customer is put through', () => {
    const asked = { linkedid: '2', direction: 'internal' as const, from: '101' }
    const question = call('talking', [leg('100', 'talking', { answered: 'x' })], asked)
    const over = call('ended', [leg('100', 'ended', { answered: 'x' })], { ...asked, disposition: 'answered' })
    expect(shown(play([question, over]))).toEqual(['2 ended'])
    expect(shown(play([question, over, iAnswer]))).toEqual(['1.1 talking'])
  })

  test('is of phones of its own exchange', () => {
    const here = { ...start, me: { id: 'u1', extensions: ['pbx:100'] } }
    const there = { ...start, me: { id: 'u1', extensions: ['spb:100'] } }
    expect(shown(play([rings], here))).toEqual(['1.1 ringing'])
    expect(shown(play([rings], there))).toEqual([])
  })

  test('a second ring of the same phone is a new leg', () => {
    const again = call('ringing', [leg('100', 'noanswer'), leg('101', 'noanswer'), leg('100', 'ringing')])
    expect(shown(play([rings, again]))).toEqual(['1.1 ringing'])
  })

  test('my own outbound call is a card too', () => {
    const out = { direction: 'out' as const, from: '100', to: '+79160000000' }
    expect(shown(play([call('ringing', [], out)]))).toEqual(['1.1 dialling'])
    expect(shown(play([call('ringing', [], out), call('talking', [], out)]))).toEqual(['1.1 talking'])
    expect(shown(play([call('ringing', [], out), call('ended', [], { ...out, disposition: 'busy' })]))).toEqual([
      '1.1 ended',
    ])
  })
})

describe('order and repetition', () => {
  test('every event twice changes nothing', () => {
    const once = play([rings, iAnswer, iEnd])
    const twice = play([rings, rings, iAnswer, iAnswer, iEnd, iEnd])
    expect(shown(twice)).toEqual(shown(once))
  })

  test('a late event never takes a call back', () => {
    expect(shown(play([rings, iAnswer, rings]))).toEqual(['1.1 talking'])
    expect(shown(play([rings, iAnswer, iEnd, iAnswer, rings]))).toEqual(['1.1 ended'])
    expect(shown(play([rings, call('ringing', [leg('100', 'ringing')])])), 'fewer legs').toEqual(['1.1 ringing'])
    expect(cards(play([rings, call('ringing', [leg('100', 'ringing')])]), 0)[0]!.call.legs).toHaveLength(2)
  })

  test('what the journal tells replaces what was seen, and nothing seen replaces it', () => {
    const whole = call('ended', [leg('100', 'noanswer')], { disposition: 'missed', journal: true })
    const live = play([rings, iAnswer, iEnd, whole, iEnd, rings])
    expect(Object.values(live.calls)[0]!.call).toEqual(whole)
  })

  test('a call that turns out to be a part of another leaves', () => {
    const part = call('ended', [leg('100', 'noanswer')], { disposition: 'missed', journal: true, part_of: '1.0' })
    expect(shown(play([rings, part]))).toEqual([])
  })

  test('an ended call stays known until it is pruned, so that it cannot rise again', () => {
    const aside = reduce(play([rings, abandoned]), { type: 'dismiss', key: 'pbx/1.1' })
    const over = reduce(aside, { type: 'prune', now: 500_000 })
    expect(shown(play([rings], over), 500_000)).toEqual([])
    expect(reduce(over, { type: 'prune', now: 601_000 }).calls).toEqual({})
  })

  test('a call with a card is not pruned before its twelve hours are over', () => {
    const began = Date.parse(rings.started)
    const over = play([rings, abandoned], start, began)
    expect(shown(reduce(over, { type: 'prune', now: began + 11 * 3600_000 }), began)).toEqual(['1.1 missed'])
    expect(reduce(over, { type: 'prune', now: began + 12 * 3600_000 }).calls).toEqual({})
  })

  test('ringing cards come first, the longest wait on top', () => {
    const live = play([
      iAnswer,
      call('ringing', [leg('100', 'ringing')], { linkedid: '3', started: '2026-01-01T10:00:20Z', from: '+1' }),
      call('ringing', [leg('100', 'ringing')], { linkedid: '2', started: '2026-01-01T10:00:10Z', from: '+2' }),
    ])
    expect(shown(live)).toEqual(['2 ringing', '3 ringing', '1.1 talking'])
  })

  test('leaves in time though nobody wrote into it', () => {
    const live = reduce(play([rings, sheAnswers]), { type: 'hold', key: 'pbx/1.1', on: false, now: 6_000 })
    expect(shown(live, 7_000)).toEqual([])
  })

  test('of calls that are over the newest come first', () => {
    const missed = [1, 2, 3].flatMap((n) => {
      const of = { linkedid: `${n}`, from: `+${n}`, started: `2026-01-01T10:00:0${n}Z` }
      return [{ ...rings, ...of }, { ...abandoned, ...of }]
    })
    expect(shown(play([...missed, rings]))).toEqual(['1.1 ringing', '3 missed', '2 missed', '1 missed'])
  })

  test('a missed card leaves when the same customer rings again', () => {
    const again = call('ringing', [leg('100', 'ringing')], { linkedid: '2', started: '2026-01-01T10:01:00Z' })
    expect(shown(play([rings, abandoned, again]))).toEqual(['2 ringing'])
  })

  test('a missed card leaves when I have called back and was answered', () => {
    const back = { linkedid: '2', direction: 'out' as const, from: '100', to: rings.from, started: '2026-01-01T10:01:00Z' }
    const dialled = play([rings, abandoned, call('ringing', [], back)])
    expect(shown(dialled)).toEqual(['2 dialling', '1.1 missed'])
    expect(shown(play([call('talking', [], { ...back, answered: '2026-01-01T10:01:05Z' })], dialled))).toEqual(['2 talking'])
  })

  test('a missed card leaves when the call-back is done, not when another is', () => {
    const done = (more: Partial<Task>): HubEvent => ({
      id: 't',
      type: 'task.done',
      at: 'x',
      task: { ...({} as Task), kind: 'callback', state: 'done', number: rings.from, missed: rings.started, ...more },
    })
    const live = play([rings, abandoned])
    const after = (event: HubEvent) => shown(reduce(live, { type: 'event', event, now: 1000 }))
    expect(after(done({}))).toEqual([])
    expect(after(done({ number: '+79990000000' }))).toEqual(['1.1 missed'])
    expect(after(done({ missed: '2026-01-01T09:00:00Z' })), 'an earlier one').toEqual(['1.1 missed'])
    expect(after(done({ state: 'open' }))).toEqual(['1.1 missed'])
  })
})

describe('calls of before the page was loaded', () => {
  const restore = (calls: Call[], live = start) => reduce(live, { type: 'restore', calls, now: 1000 })

  test('have their cards again', () => {
    expect(shown(restore([iEnd]))).toEqual(['1.1 ended'])
    expect(shown(restore([abandoned]))).toEqual(['1.1 missed'])
    expect(shown(restore([{ ...abandoned, callback: { state: 'open', due: 'x' } }]))).toEqual(['1.1 missed'])
    expect(shown(restore([{ ...abandoned, callback: { state: 'done', due: 'x' } }]))).toEqual([])
  })

  test('do not take a call back, nor bring one back that was put aside', () => {
    expect(shown(restore([rings], play([rings, iAnswer, iEnd])))).toEqual(['1.1 ended'])
    const aside = reduce(play([rings, abandoned]), { type: 'dismiss', key: 'pbx/1.1' })
    expect(shown(restore([abandoned], aside))).toEqual([])
  })
})

describe('snapshots', () => {
  const snap = (live: Live, calls: Call[], since = live.seq) =>
    reduce(live, { type: 'snapshot', calls, since, now: 2000 })

  test('bring calls that were there before', () => {
    const live = snap(start, [rings])
    expect(shown(live)).toEqual(['1.1 ringing'])
    expect(wall(live).ringing).toHaveLength(1)
  })

  test('end what they do not list: a stale ringing card leaves', () => {
    expect(shown(snap(play([rings]), []))).toEqual([])
  })

  test('do not end a call that began after they were asked for', () => {
    const since = start.seq
    expect(shown(snap(play([rings]), [], since))).toEqual(['1.1 ringing'])
  })

  test('do not take a call back', () => {
    expect(shown(snap(play([rings, iAnswer]), [rings]))).toEqual(['1.1 talking'])
    expect(shown(snap(play([rings, abandoned]), [rings]))).toEqual(['1.1 missed'])
  })
})

describe('the person behind the call', () => {
  const contact = { id: 'c1', name: 'Anna', identities: [], created: 'x' }
  const known = { ...rings, contact_id: 'c1' }

  test('comes with the event, and stays when a later one lacks it', () => {
    const first = reduce(start, { type: 'event', event: { ...ev(known), contact }, now: 0 })
    expect(cards(play([known], first), 0)[0]!.contact?.name).toBe('Anna')
  })

  test('keeps its owner when a call event was made just before there was one', () => {
    const owner = { id: 'u2', name: 'Max' }
    const owned = reduce(start, { type: 'event', event: { ...ev(known), contact: { ...contact, owner } }, now: 0 })
    const late = reduce(owned, { type: 'event', event: { ...ev(known), contact: { ...contact, name: 'Ann' } }, now: 0 })
    expect(cards(late, 0)[0]!.contact).toMatchObject({ name: 'Ann', owner })
  })

  test('is renamed by contact.updated, and gets a lead by lead.created', () => {
    let live = play([known])
    live = reduce(live, { type: 'event', event: { id: 'e', type: 'contact.updated', at: 'x', contact }, now: 0 })
    const lead = { id: 'l', contact_id: 'c1', status: 'new', source: 's', channel: 'call', repeat: false, opened: 'x', pipeline_id: 'main', stage_id: 'new' } as const
    live = reduce(live, { type: 'event', event: { id: 'e2', type: 'lead.created', at: 'x', lead, contact }, now: 0 })
    expect(cards(live, 0)[0]).toMatchObject({ contact: { name: 'Anna' }, lead: { id: 'l' } })
  })

  test('is not lost while somebody types: a held card stays', () => {
    const key = 'pbx/1.1'
    let live = reduce(play([rings, sheAnswers]), { type: 'hold', key, on: true, now: 2000 })
    expect(shown(live, 60_000)).toEqual(['1.1 elsewhere'])
    live = reduce(live, { type: 'hold', key, on: false, now: 60_000 })
    expect(shown(live, 65_000)).toEqual(['1.1 elsewhere'])
    expect(shown(live, 66_000)).toEqual([])
    expect(shown(reduce(live, { type: 'dismiss', key }), 60_000)).toEqual([])
  })
})
