import { Link } from 'wouter'
import { useChoices } from '../api/choices'
import type { Direction, Disposition } from '../api/client'
import { useUsers } from '../api/people'
import { useMe } from '../api/session'
import { CompanyFilter } from '../companies/company-filter'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { Search } from '../parts/controls'
import { AtLeast, Period, PickMany, PickOne, Typed } from '../views/choose'
import { among, choicesOf, eitherOf, joined, orderOf, orders, periodOf, secondsOf, some, valuesOf } from '../views/filters'
import { MoreFilters } from '../views/more-filters'
import type { CallQuery } from './queries'

const directions: Direction[] = ['in', 'out', 'internal']
const dispositions: Disposition[] = ['answered', 'missed', 'abandoned', 'busy', 'declined', 'unreachable', 'failed', 'voicemail', 'barred', 'interrupted']

/** A filter beside the dispositions: every call that nobody answered. */
const notAnswered = 'not_answered'

/** The filters of the address as a question to the hub. */
export function queryOf(s: URLSearchParams): CallQuery {
  const values = (key: string) => some(valuesOf(s, key))
  return {
    direction: among(valuesOf(s, 'direction'), directions),
    disposition: among(valuesOf(s, 'disposition'), dispositions),
    not_answered: valuesOf(s, 'disposition').includes(notAnswered) || undefined,
    operator_id: values('operator'),
    queue: values('queue'),
    did: values('line'),
    source: values('source'),
    team: values('team'),
    utm_source: s.get('utm_source') || undefined,
    talk_ms_min: secondsOf(s, 'talk'),
    wait_ms_min: secondsOf(s, 'wait'),
    recorded: eitherOf(s, 'recorded'),
    company_id: s.get('company') || undefined,
    ...periodOf(s, new Date()),
    order: orderOf('calls', s),
    q: s.get('q') || undefined,
  }
}

type Change = (patch: Record<string, string>) => void

const rare = ['queue', 'line', 'source', 'utm_source', 'team', 'talk', 'wait', 'recorded', 'company', 'order']

/** Every column of the log as a filter. */
export function CallFilters({ search, change }: { search: URLSearchParams; change: Change }) {
  const w = useWords()
  const me = useMe()
  const users = useUsers().data ?? []
  const of = useChoices().data
  const set = (key: string) => (v: string) => change({ [key]: v })
  const setMany = (key: string) => (values: string[]) => change({ [key]: joined(values) })
  const many = (key: string, label: string, values: string[] | undefined, name?: (v: string) => string) => (
    <PickMany label={label} all={w.views.any} values={valuesOf(search, key)} choices={choicesOf(values, valuesOf(search, key), name)} onChange={setMany(key)} />
  )
  const outcomes = valuesOf(search, 'disposition')
  const others = users.filter((u) => u.extensions.length > 0 && u.id !== me.user.id)
  return (
    <>
      <Search label={w.calls.search} value={search.get('q') ?? ''} onChange={set('q')} />
      <Period label={w.views.period} search={search} change={change} />
      <PickMany
        hideLabel
        label={w.calls.direction}
        all={w.calls.anyDirection}
        values={valuesOf(search, 'direction')}
        choices={directions.map((id) => ({ id, name: w.directions[id] }))}
        onChange={setMany('direction')}
      />
      <PickMany
        hideLabel
        label={w.calls.disposition}
        all={w.calls.anyDisposition}
        values={outcomes}
        choices={[{ id: notAnswered, name: w.notAnswered }, ...dispositions.map((id) => ({ id, name: w.dispositions[id] }))]}
        // "Not answered" means several outcomes: it is chosen instead of others.
        onChange={(v) => setMany('disposition')(v.includes(notAnswered) && !outcomes.includes(notAnswered) ? [notAnswered] : v.filter((o) => o !== notAnswered || v.length === 1))}
      />
      <PickMany
        hideLabel
        label={w.calls.operator}
        all={w.calls.anyOperator}
        values={valuesOf(search, 'operator')}
        choices={[...(me.user.extensions.length ? [{ id: 'me', name: w.calls.mine }] : []), ...others.map((u) => ({ id: u.id, name: u.name }))]}
        onChange={setMany('operator')}
      />
      {search.size > 0 && (
        <Link href="/calls" className="button quiet">
          {w.leads.clear}
        </Link>
      )}
      <MoreFilters search={search} names={rare}>
        {many('queue', w.calls.queue, of?.queues)}
        {many('line', w.views.line, of?.lines)}
        {many('source', w.leads.source, of?.sources, (s) => sourceName(w, s))}
        {many('team', w.views.team, of?.teams)}
        <Typed label={w.leads.advertisement} value={search.get('utm_source') ?? ''} suggestions={of?.advertisements} onChange={set('utm_source')} />
        <AtLeast label={w.views.minWait} value={search.get('wait') ?? ''} onChange={set('wait')} />
        <AtLeast label={w.views.minTalk} value={search.get('talk') ?? ''} onChange={set('talk')} />
        <PickOne
          label={w.views.recorded}
          any={w.views.any}
          value={search.get('recorded') ?? ''}
          choices={[{ id: 'yes', name: w.views.withRecording }, { id: 'no', name: w.views.withoutRecording }]}
          onChange={set('recorded')}
        />
        <CompanyFilter value={search.get('company') ?? ''} onChange={set('company')} />
        <PickOne
          label={w.views.order}
          any={w.views.orders.newest}
          value={orderOf('calls', search) ?? ''}
          choices={orders.calls.slice(1).map((id) => ({ id, name: w.views.orders[id] }))}
          onChange={set('order')}
        />
      </MoreFilters>
    </>
  )
}
