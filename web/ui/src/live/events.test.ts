import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { Contact, HubEvent, Lead } from '../api/client'
import { keys } from '../api/keys'
import { effects } from './events'

const at = '2026-01-01T10:00:00Z'
const lead: Lead = { id: 'l1', contact_id: 'c1', status: 'new', source: 'site', channel: 'form', repeat: false, pipeline_id: 'main', stage_id: 'new', opened: at }
const contact: Contact = { id: 'c1', identities: [], created: at, name: 'Anna' }
const base = { id: 'e1', at }

/** The queries that an event refetches, and the cache after it. */
function after(event: HubEvent, again = false) {
  const cache = new QueryClient()
  cache.setQueryData(keys.contact('c1'), { ...contact, name: 'old', notes: 'Call', offered: [{ id: 'o1' }] })
  const of = { me: 'u1', again }
  effects[event.type].store?.(cache, event, of)
  return { cache, stale: effects[event.type].stale?.(event, of) ?? [] }
}

test('a lead of an event is shown at once; one of a repeated event is read anew', () => {
  const event: HubEvent = { ...base, type: 'lead.assigned', lead, contact }
  const first = after(event)
  expect(first.cache.getQueryData(keys.lead('l1'))).toEqual(lead)
  expect(first.stale).toEqual([keys.leads.all, keys.tasks.all, keys.worklist, keys.leadHistory('l1'), keys.contact('c1')])
  const again = after(event, true)
  expect(again.cache.getQueryData(keys.lead('l1'))).toBeUndefined()
  expect(again.stale).toContainEqual(keys.lead('l1'))
})

test('a contact of an event keeps its notes and offers, which events leave out', () => {
  const event: HubEvent = { ...base, type: 'contact.updated', contact }
  const { cache, stale } = after(event)
  expect(cache.getQueryData(keys.contact('c1'))).toEqual({ ...contact, notes: 'Call', offered: [{ id: 'o1' }] })
  expect(stale).toEqual([keys.leads.all, keys.calls.all, keys.contacts.all, keys.duplicates.all, keys.contact('c1'), keys.contactHistory('c1')])
  expect(after(event, true).cache.getQueryData(keys.contact('c1'))).toMatchObject({ name: 'old' })
})

test('presence of another user leaves the session alone', () => {
  const user = { id: 'u1', login: 'anna', name: 'Anna', role: 'operator', extensions: [], presence: 'available' } as unknown as HubEvent['user']
  const mine = after({ ...base, type: 'user.presence', user })
  expect(mine.stale).toEqual([keys.users, keys.seats, keys.session])
  const other = after({ ...base, type: 'user.presence', user: { ...user!, id: 'u2' } })
  expect(other.stale).toEqual([keys.users, keys.seats])
})

test('a dial of a colleague is not stored among mine', () => {
  const dial = { id: 'd1', state: 'asked', asked: at, user: { id: 'u1', name: 'Anna' } } as unknown as HubEvent['dial']
  expect(after({ ...base, type: 'dial.updated', dial }).cache.getQueryData(keys.dials)).toEqual([dial])
  const other = { ...dial!, user: { id: 'u2', name: 'Max' } }
  expect(after({ ...base, type: 'dial.updated', dial: other }).cache.getQueryData(keys.dials)).toBeUndefined()
})

test('messages and calls renew the history of their contact and of companies', () => {
  const interaction = { id: 'i1', contact_id: 'c1' } as HubEvent['interaction']
  const created = after({ ...base, type: 'interaction.created', interaction }).stale
  expect(created).toEqual([
    keys.worklist,
    keys.interactions.ofCompanies,
    keys.interactions.all('c1'),
    keys.contact('c1'),
    keys.consents('c1'),
    keys.files('c1'),
    keys.facts.missing,
  ])
  expect(after({ ...base, type: 'interaction.updated', interaction }).stale).toEqual([...created, keys.interaction('i1')])
  const call = { id: 'k1', contact_id: 'c1' } as HubEvent['call']
  expect(after({ ...base, type: 'call.ended', call }).stale).toEqual([keys.calls.all, keys.worklist, keys.interactions.ofCompanies, keys.interactions.all('c1')])
  expect(after({ ...base, type: 'task.done' }).stale).toEqual([keys.tasks.all, keys.calls.all, keys.worklist, keys.leads.all])
})

test('a task of mine reminds until it changes or ends, one of a colleague does not', () => {
  const cache = new QueryClient()
  const tell = (type: 'task.created' | 'task.reminded' | 'task.updated' | 'task.done', id: string, owner: string, again = false) => {
    const task = { id, state: type === 'task.done' ? 'done' : 'open', owner: { id: owner } } as unknown as HubEvent['task']
    effects[type].store?.(cache, { ...base, type, task }, { me: 'u1', again })
    return cache.getQueryData<{ id: string }[]>(keys.reminders)?.map((t) => t.id)
  }
  expect(tell('task.reminded', 't1', 'u1')).toEqual(['t1'])
  expect(tell('task.reminded', 't2', 'u2')).toEqual(['t1'])
  expect(tell('task.reminded', 't3', 'u1')).toEqual(['t1', 't3'])
  expect(tell('task.created', 't3', 'u1', true)).toEqual(['t1', 't3']) // repeated after a gap
  expect(tell('task.updated', 't1', 'u1')).toEqual(['t3'])
  expect(tell('task.reminded', 't1', 'u1', true)).toEqual(['t3'])
  expect(tell('task.done', 't3', 'u1')).toEqual([])
})
