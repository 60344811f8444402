import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { Contact, EventType, HubEvent, Lead } from '../api/client'
import { staleWithMerge } from '../api/contacts'
import { keys } from '../api/keys'
import { withDetails } from '../api/leads'
import { storeDial } from './dials'
import { noteReminder } from './reminders'

/** What an event changes in this tab. */
export interface Effect {
  /** call: the calls in progress take in the event's call. people: they take in its contact and lead. callback: the missed ones whose customer was reached leave. */
  readonly calls?: 'call' | 'people' | 'callback'
  /** The row of the event's lead is highlighted for a moment. */
  readonly highlight?: true
  /** Puts records of the event into the cache. */
  readonly store?: (cache: QueryClient, event: HubEvent, of: Reader) => void
  /** Keys of the queries to be refetched. */
  readonly stale?: (event: HubEvent, of: Reader) => QueryKey[]
}

export interface Reader {
  /** Id of the signed-in user. */
  readonly me: string
  /** The event was repeated or came late: its records may be older than those in the cache. */
  readonly again: boolean
}

const call: Effect = {
  calls: 'call',
  stale: ({ call }) => [
    keys.calls.all,
    keys.worklist,
    ...(call?.state === 'ended' ? [keys.facts.missing] : []),
    ...(call?.contact_id ? [keys.interactions.all(call.contact_id)] : []),
  ],
}

const interaction: Effect = {
  calls: 'people',
  stale: ({ interaction: i }) =>
    // An interaction may bring an offer for the contact and a consent.
    i?.contact_id
      ? [keys.worklist, keys.interactions.all(i.contact_id), keys.contact(i.contact_id), keys.consents(i.contact_id), keys.files(i.contact_id), keys.facts.missing]
      : [keys.facts.missing],
}

const lead: Effect = {
  calls: 'people',
  highlight: true,
  store: (cache, { lead }, { again }) => {
    // Events leave the next task and the earlier stages out.
    if (lead && !again) cache.setQueryData<Lead>(keys.lead(lead.id), (old) => withDetails(lead, old))
  },
  stale: ({ lead, contact }, { again }) => [
    keys.leads.all,
    keys.tasks.all, // the lead's manager owns its call-backs
    keys.worklist,
    ...(lead ? [keys.leadHistory(lead.id)] : []),
    ...(lead && again ? [keys.lead(lead.id)] : []),
    ...(contact ? [keys.contact(contact.id)] : []), // the first manager becomes the contact's owner
  ],
}

const task: Effect = {
  // One that changed or ended reminds no more. A repeated event may be older than the reminder.
  store: (cache, { task }, { again }) => {
    if (task && !again) noteReminder(cache, task, false)
  },
  stale: ({ task }) => [keys.tasks.all, keys.calls.all, keys.worklist, keys.leads.all, ...(task?.lead_id ? [keys.lead(task.lead_id)] : [])],
}

/** What each type of event changes. A type of the API without an entry does not compile. */
export const effects: Record<EventType, Effect> = {
  'call.ringing': call,
  'call.updated': call,
  'call.ended': call,
  'call.recorded': call,
  'interaction.created': interaction,
  'interaction.updated': {
    ...interaction,
    stale: (event, of) => [...interaction.stale!(event, of), ...(event.interaction ? [keys.interaction(event.interaction.id)] : [])],
  },
  'facts.updated': {
    stale: ({ interaction: i }) => [
      keys.facts.missing,
      ...(i ? [keys.interaction(i.id), keys.facts.history(i.id)] : []),
      ...(i?.contact_id ? [keys.interactions.all(i.contact_id)] : []),
    ],
  },
  'dictionary.updated': { stale: () => [keys.dictionaries.all] },
  'pipeline.updated': { stale: () => [keys.pipelines, keys.leads.all, keys.anyLead] },
  'field.updated': { stale: () => [keys.fields] },
  'lead.created': lead,
  'lead.assigned': lead,
  'lead.updated': lead,
  'contact.created': { stale: () => [keys.contacts.all] },
  'company.created': {},
  'company.updated': {},
  'company.deleted': {},
  'contact.updated': {
    calls: 'people',
    store: (cache, { contact }, { again }) => {
      // Events leave the details out.
      if (contact && !again)
        cache.setQueryData<Contact>(keys.contact(contact.id), (old) => old && { ...contact, notes: old.notes, offered: old.offered })
    },
    stale: ({ contact }) => [
      keys.leads.all,
      keys.calls.all,
      keys.contacts.all,
      keys.duplicates.all,
      ...(contact ? [keys.contact(contact.id), keys.contactHistory(contact.id)] : []),
    ],
  },
  'contact.merged': {
    calls: 'people',
    // The records of the contacts that are no more are read again: they lead to the one that stays.
    stale: () => staleWithMerge,
  },
  'user.presence': {
    stale: ({ user }, { me }) => [keys.users, keys.seats, ...(user?.id === me ? [keys.session] : [])],
  },
  'task.created': task,
  'task.updated': task,
  'task.reminded': {
    ...task,
    store: (cache, { task }, { me, again }) => {
      if (task && !again) noteReminder(cache, task, task.state === 'open' && task.owner?.id === me)
    },
  },
  'task.escalated': task,
  'task.done': { ...task, calls: 'callback' },
  'dial.updated': {
    store: (cache, { dial }, { me }) => {
      if (dial?.user.id === me) storeDial(cache, dial)
    },
  },
  'reply.updated': { stale: () => [keys.replies.all, keys.worklist] },
  'user.digest': {},
}

export const eventTypes = Object.keys(effects) as EventType[]
