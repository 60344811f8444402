import { useChoices } from '../api/choices'
import { useUsers } from '../api/people'
import { stagesInUse, usePipelines } from '../api/pipelines'
import { seesAll, useMe } from '../api/session'
import { CompanyFilter } from '../companies/company-filter'
import { FieldFilters } from '../fields/filters'
import { useWords } from '../i18n'
import { sourceName } from '../i18n/sources'
import { useSettings } from '../settings'
import { PickMany, PickOne, Typed } from '../views/choose'
import { choicesOf, joined, orderOf, orders, valuesOf } from '../views/filters'
import { MoreFilters } from '../views/more-filters'

const names = ['at', 'source', 'channel', 'utm_source', 'team', 'repeat', 'company', 'waiting', 'field', 'order']

/** The filters of leads that are used now and then, and the order. */
export function MoreLeadFilters({ search, change }: { search: URLSearchParams; change: (patch: Record<string, string>) => void }) {
  const w = useWords()
  const me = useMe()
  const users = useUsers().data ?? []
  const of = useChoices().data
  const setMany = (key: string) => (values: string[]) => change({ [key]: joined(values) })
  const order = orderOf('leads', search)
  const { lang } = useSettings()
  const chosen = search.get('pipeline')
  const stages = (usePipelines().data ?? []).filter((p) => !chosen || p.id === chosen).flatMap(stagesInUse)
  return (
    <MoreFilters search={search} names={names}>
      {seesAll(me) && (
        <PickOne
          label={w.leads.owner}
          any={w.views.any}
          value={search.get('owner') ?? ''}
          choices={[{ id: 'none', name: w.leads.owners.none! }, ...users.filter((u) => u.role === 'manager' || u.role === 'operator').map((u) => ({ id: u.id, name: u.name }))]}
          onChange={(owner) => change({ owner })}
        />
      )}
      {search.get('look') !== 'board' && (
        <PickOne
          label={w.pipelines.oneStage}
          any={w.views.any}
          value={search.get('at') ?? ''}
          choices={stages.map((s) => ({ id: s.id, name: s.names[lang] }))}
          onChange={(at) => change({ at, stage: at ? 'all' : '' })}
        />
      )}
      <PickMany
        label={w.leads.source}
        all={w.leads.anySource}
        values={valuesOf(search, 'source')}
        choices={choicesOf(of?.sources, valuesOf(search, 'source'), (s) => sourceName(w, s))}
        onChange={setMany('source')}
      />
      <PickMany
        label={w.views.channel}
        all={w.views.any}
        values={valuesOf(search, 'channel')}
        choices={Object.entries(w.channels).map(([id, name]) => ({ id, name }))}
        onChange={setMany('channel')}
      />
      <Typed label={w.leads.advertisement} value={search.get('utm_source') ?? ''} suggestions={of?.advertisements} onChange={(utm_source) => change({ utm_source })} />
      <PickMany
        label={w.views.team}
        all={w.views.any}
        values={valuesOf(search, 'team')}
        choices={choicesOf(of?.teams, valuesOf(search, 'team'))}
        onChange={setMany('team')}
      />
      <PickOne
        label={w.views.repeat}
        any={w.views.any}
        value={search.get('repeat') ?? ''}
        choices={[{ id: 'no', name: w.views.newCustomer }, { id: 'yes', name: w.views.repeatCustomer }]}
        onChange={(repeat) => change({ repeat })}
      />
      <CompanyFilter value={search.get('company') ?? ''} onChange={(company) => change({ company })} />
      <PickOne
        label={w.views.order}
        any={w.views.orders.newest}
        value={search.get('waiting') === 'yes' && order !== 'name' ? 'waiting' : (order ?? '')}
        choices={[...orders.leads.slice(1).map((id) => ({ id, name: w.views.orders[id] })), { id: 'waiting', name: w.views.longestWaiting }]}
        onChange={(o) => change({ order: o === 'waiting' ? 'oldest' : o, waiting: o === 'waiting' ? 'yes' : '' })}
      />
      <FieldFilters object="lead" search={search} change={change} />
    </MoreFilters>
  )
}
