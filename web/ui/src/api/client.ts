import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

type Schemas = components['schemas']
export type Me = Schemas['Me']
export type User = Schemas['User']
export type Role = Schemas['Role']
export type Presence = Schemas['Presence']
export type PauseReason = NonNullable<Schemas['PauseReason']>
export type Seat = Schemas['Seat']
export type Person = Schemas['Person']
export type Contact = Schemas['Contact']
export type Duplicate = Schemas['Duplicate']
export type DuplicatePair = Schemas['DuplicatePair']
export type DuplicateReason = Schemas['DuplicateReason']
export type DuplicateCode = Schemas['DuplicateCode']
export type Hit = Schemas['Hit']
export type HistoryEntry = Schemas['HistoryEntry']
export type HistoryField = HistoryEntry['field']
export type HistoryObject = Schemas['HistoryObject']
export type Way = Schemas['Way']
export type Substitution = Schemas['Substitution']
export type HandOver = Schemas['HandOver']
export type ContactFile = Schemas['ContactFile']
export type Lead = Schemas['Lead']
export type LeadStatus = Schemas['LeadStatus']
export type Pipeline = Schemas['Pipeline']
export type PipelineStage = Schemas['Stage']
export type StageField = Schemas['StageField']
export type StageEdit = Schemas['StageEdit']
export type Board = Schemas['Board']
export type Column = Schemas['Column']
export type Sum = Schemas['Sum']
export type Interaction = Schemas['Interaction']
export type Facts = Schemas['Facts']
export type FactChange = Schemas['FactChange']
export type FactName = FactChange['fact']
export type Entry = Schemas['Entry']
export type CustomField = Schemas['Field']
export type FieldKind = Schemas['FieldKind']
export type FieldValue = Schemas['FieldValue']
export type FieldValues = Schemas['FieldValues']
export type FieldChanges = Schemas['FieldChanges']
export type RequiredFacts = Schemas['RequiredFacts']
export type Attachment = Schemas['Attachment']
export type Offer = Schemas['Offer']
export type Call = Schemas['Call']
export type Dial = Schemas['Dial']
export type Reply = Schemas['Reply']
export type ReplyFault = NonNullable<Reply['fault']>
export type ReplyChannel = Schemas['ReplyChannel']
export type Template = Schemas['Template']
export type Leg = Schemas['Leg']
export type Recording = Schemas['Recording']
export type Disposition = Schemas['Disposition']
export type Direction = Schemas['Direction']
export type Link = Schemas['Link']
export type Invitation = Schemas['Invitation']
export type HubEvent = Schemas['Event']
export type EventType = HubEvent['type']
export type Source = Schemas['Source']
export type Sink = Schemas['Sink']
export type Delivery = Schemas['Delivery']
export type DeliveryState = Schemas['DeliveryState']
export type Demo = Schemas['Demo']
export type QuarantinedTouch = Schemas['QuarantinedTouch']
export type QuarantineState = Schemas['QuarantineState']
export type Task = Schemas['Task']
export type WorkItem = Schemas['WorkItem']
export type NextTask = Schemas['NextTask']
export type Priority = Schemas['Priority']
export type Repeat = Schemas['Repeat']
export type TaskState = Schemas['TaskState']
export type TaskOutcome = Schemas['TaskOutcome']
export type NotAnsweredReport = Schemas['NotAnsweredReport']
export type Reconciliation = Schemas['Reconciliation']
export type Gap = Schemas['Gap']
export type SourceFault = NonNullable<Source['fault']>
export type QuarantineCause = QuarantinedTouch['cause']
export type View = Schemas['View']
export type ViewList = Schemas['ViewList']
export type CallOrder = Schemas['CallOrder']
export type LeadOrder = Schemas['LeadOrder']
export type TaskOrder = Schemas['TaskOrder']
export type ContactOrder = Schemas['ContactOrder']
export type CompanyOrder = Schemas['CompanyOrder']
export type Orders = { calls: CallOrder; leads: LeadOrder; tasks: TaskOrder; contacts: ContactOrder; companies: CompanyOrder }
export type Order = Orders[ViewList]
export type Audience = NonNullable<Schemas['Audience']>
export type Token = Schemas['Token']
export type Problem = Schemas['Problem']

export type ProblemReason = NonNullable<Problem['reason']>

/** The kind of failure, which selects the text and the remedy. */
export type FailureKind =
  | 'network'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'invalid'
  | 'conflict'
  | 'outdated'
  | 'throttled'
  | 'unavailable'
  | 'internal'

const kindOfStatus: Record<number, FailureKind> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  412: 'outdated',
  422: 'invalid',
  429: 'throttled',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
}

/** A request that did not succeed. */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly problem?: Problem,
    /** Seconds after which another try makes sense; 0: unknown. */
    readonly retryAfter = 0,
  ) {
    super(problem?.title ?? kind)
  }
}

/** Milliseconds after which a change that got no answer is given up; the server is quicker. */
const longest = 60_000

const api = createClient<paths>({
  baseUrl: '/',
  credentials: 'same-origin',
  fetch: (request) => fetch(request, request.method === 'GET' ? undefined : { signal: AbortSignal.timeout(longest) }),
})

const tags = new Map<string, string>()
api.use({
  onResponse({ request, response }) {
    const tag = response.headers.get('etag')
    if (tag) tags.set(new URL(request.url).pathname, tag)
  },
})

/** The ETag of the record at a path as it was last read or written here. */
export const tagOf = (path: string) => tags.get(path)

let onExpired: () => void = () => {}

/** Sets the function that is called when the hub answers that the session has ended. */
export function whenExpired(f: () => void) {
  onExpired = f
}

let skew = 0

/** Milliseconds by which this computer's clock is ahead of the hub's; 0 below five seconds. */
export function clockSkew(): number {
  return skew
}

function learnSkew(res: Response) {
  const hub = Date.parse(res.headers.get('date') ?? '')
  if (Number.isNaN(hub)) return
  const ahead = Date.now() - hub
  skew = Math.abs(ahead) > 5000 ? ahead : 0
}

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** Waits for an answer and returns its data; every other outcome is thrown as a Failure. */
export async function ask<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await request
  } catch {
    throw new Failure('network')
  }
  const { data, error, response } = answer
  learnSkew(response)
  if (response.ok) return data as T
  const problem = typeof error === 'object' && error ? (error as Problem) : undefined
  const kind = kindOfStatus[response.status] ?? 'internal'
  if (kind === 'unauthenticated') onExpired()
  throw new Failure(kind, problem, Number(response.headers.get('retry-after')) || 0)
}

export { api }
