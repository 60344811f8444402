/**
 * The query keys of all data that are read from the hub. Invalidating a key
 * invalidates all keys that begin with it. No other file writes out a key.
 */
export const keys = {
  session: ['session'],
  tokens: ['tokens'],
  signature: ['signature'],
  links: ['links'],
  demo: ['demo'],
  users: ['users'],
  search: {
    of: (query: object) => ['search', query],
    recent: ['search', 'recent'],
  },
  seats: ['presence'],
  leads: {
    all: ['leads'],
    list: (query: object) => ['leads', 'list', query],
    of: (contactId: string | undefined) => ['leads', 'of', contactId],
  },
  anyLead: ['lead'],
  lead: (id: string | undefined) => ['lead', id],
  leadHistory: (id: string) => ['lead history', id],
  contacts: {
    all: ['contacts'],
    list: (query: object) => ['contacts', 'list', query],
  },
  contact: (id: string | undefined) => ['contact', id],
  contactHistory: (id: string) => ['contact history', id],
  files: (contactId: string) => ['files', contactId],
  consents: (contactId: string) => ['consents', contactId],
  interactions: {
    all: (contactId: string) => ['interactions', contactId],
    of: (contactId: string | undefined, limit: number) => ['interactions', contactId, limit],
  },
  interaction: (id: string) => ['interaction', id],
  facts: {
    all: ['facts'],
    history: (id: string) => ['facts', 'history', id],
    missing: ['facts', 'missing'],
    missingCount: ['facts', 'missing', 'count'],
    required: ['facts', 'required'],
  },
  dictionaries: {
    all: ['dictionaries'],
    one: (name: string) => ['dictionaries', name],
  },
  recording: (id: string) => ['recording', id],
  replies: {
    all: ['replies'],
    of: (leadId: string) => ['replies', 'of', leadId],
    channels: (leadId: string) => ['replies', 'channels', leadId],
  },
  calls: {
    all: ['calls'],
    list: (query: object) => ['calls', 'list', query],
    recent: (notAnswered: boolean) => ['calls', 'recent', notAnswered],
  },
  dials: ['dials'],
  number: (number: string) => ['number', number],
  tasks: {
    all: ['tasks'],
    list: (query: object) => ['tasks', 'list', query],
    mine: ['tasks', 'mine'],
    one: (id: string) => ['tasks', 'one', id],
    about: (query: object) => ['tasks', 'about', query],
    notAnswered: (days: number) => ['tasks', 'not answered', days],
  },
  views: ['views'],
  worklist: ['worklist'],
  sources: ['sources'],
  guessed: ['guessed'],
  quarantine: {
    all: ['quarantine'],
    list: (state: string | undefined) => ['quarantine', 'list', state],
    waiting: ['quarantine', 'waiting'],
    one: (id: string) => ['quarantine', 'one', id],
  },
  reconciliations: ['reconciliations'],
  gaps: ['gaps'],
  sinks: ['sinks'],
  deliveries: {
    all: ['deliveries'],
    list: (query: object) => ['deliveries', 'list', query],
    one: (id: string) => ['deliveries', 'one', id],
  },
  templates: {
    all: ['templates'],
    list: ['templates', 'list'],
    one: (id: string) => ['templates', 'one', id],
    filled: (leadId: string) => ['templates', 'filled', leadId],
  },
} as const
