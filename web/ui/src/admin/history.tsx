import { Link } from 'wouter'
import type { HistoryEntry, HistoryField, HistoryObject, Way } from '../api/client'
import { useEntries } from '../api/dictionaries'
import { type HistoryQuery, useHistoryOf } from '../api/history'
import { useUsers } from '../api/people'
import { seesAll, useMe } from '../api/session'
import { useWords, type Words } from '../i18n'
import { Empty, Page } from '../parts/faces'
import { Frame, NoneFits } from '../parts/frame'
import { fieldName, useChangeText } from '../parts/history'
import { MissingPage } from '../parts/missing'
import { VirtualTable } from '../parts/virtual-rows'
import { Moment } from '../parts/words'
import { useFilters } from '../router'
import { type Lang, useSettings } from '../settings'
import { Period, PickOne } from '../views/choose'
import { periodOf } from '../views/filters'
import './history.css'

/** The filters as the address has them, as a question to the hub. */
const queryOf = (s: URLSearchParams): HistoryQuery => ({
  object: (s.get('object') as HistoryObject) || undefined,
  user_id: s.get('user') || undefined,
  way: (s.get('way') as Way) || undefined,
  field: (s.get('field') as HistoryField) || undefined,
  ...periodOf(s, new Date()),
})

/** Every change of every record, for supervisors and administrators. */
export function HistoryPage() {
  const may = seesAll(useMe())
  return may ? <Changes /> : <MissingPage />
}

function Changes() {
  const w = useWords()
  const [search, change] = useFilters()
  const list = useHistoryOf(queryOf(search))
  const { rows } = list
  return (
    <Page title={w.history.title} aside={<span className="muted">{w.history.intro}</span>}>
      <div className="filters" role="search">
        <Period label={w.views.period} search={search} change={change} />
        <Filters search={search} change={change} />
        {search.size > 0 && (
          <Link href="/history" className="button quiet">
            {w.leads.clear}
          </Link>
        )}
      </div>
      <Frame
        of={list}
        rows={10}
        height={53}
        empty={rows.length === 0 && !list.hasNextPage && (search.size > 0 ? <NoneFits list="/history" /> : <Empty title={w.history.emptyTitle}>{w.history.empty}</Empty>)}
      >
        {() => <Table list={list} />}
      </Frame>
    </Page>
  )
}

function Filters({ search, change }: { search: URLSearchParams; change: (patch: Record<string, string>) => void }) {
  const w = useWords()
  const users = useUsers().data ?? []
  const one = (key: string, label: string, names: Record<string, string>) => (
    <PickOne
      label={label}
      any={w.views.any}
      value={search.get(key) ?? ''}
      choices={Object.entries(names).map(([id, name]) => ({ id, name }))}
      onChange={(v) => change({ [key]: v })}
    />
  )
  return (
    <>
      {one('user', w.history.who, Object.fromEntries(users.map((u) => [u.id, u.name])))}
      {one('object', w.history.object, w.history.objects)}
      {one('field', w.history.field, w.contacts.fields)}
      {one('way', w.history.way, w.contacts.ways)}
    </>
  )
}

function Table({ list }: { list: ReturnType<typeof useHistoryOf> }) {
  const w = useWords()
  return (
    <VirtualTable
      list={list}
      className="list changes"
      stale={list.isPlaceholderData}
      columns={4}
      head={
        <tr aria-rowindex={1}>
          <th scope="col">{w.history.when}</th>
          <th scope="col">{w.history.who}</th>
          <th scope="col">{w.history.what}</th>
          <th scope="col">{w.history.change}</th>
        </tr>
      }
      row={(e, index) => <Row entry={e} index={index} />}
    />
  )
}

function Row({ entry: e, index }: { entry: HistoryEntry; index: number }) {
  const w = useWords()
  const { lang } = useSettings()
  const changeText = useChangeText()
  const named = useEntryNames(lang)
  const href = addressOf(e)
  const name = e.name || w.lead.noName
  return (
    <tr aria-rowindex={index} data-change={e.id} data-way={e.way}>
      <td className="cell-when muted num">
        <Moment at={e.at} />
      </td>
      <td className="cell-who">
        {e.by?.name || <span className="muted">{e.by ? w.unknown : w.history.hub}</span>}
        {e.way && <span className="muted second">{w.contacts.ways[e.way]}</span>}
      </td>
      <td className="cell-what">
        {href ? <Link href={href}>{name}</Link> : name}
        <span className="muted second">{objectOf(w, e)}</span>
      </td>
      <td className="cell-change">{changeText(e, named)}</td>
    </tr>
  )
}

const objectOf = (w: Words, e: HistoryEntry) => `${w.history.objects[e.object]} · ${fieldName(w, e)}`

/** Where the record is shown. */
function addressOf(e: HistoryEntry): string | undefined {
  switch (e.object) {
    case 'contact':
      return `/contacts/${e.object_id}`
    case 'company':
      return `/companies/${e.object_id}`
    case 'lead':
      return `/leads/${e.object_id}`
    case 'interaction':
      return e.contact_id && `/contacts/${e.contact_id}`
    case 'task':
      return '/tasks'
    case 'user':
      return '/team'
    case 'template':
      return '/templates'
    case 'field':
      return '/fields'
    case 'dictionary':
    case 'required_facts':
      return '/dictionaries'
  }
  return undefined
}

/** The names of natures and outcomes by their ids. */
function useEntryNames(lang: Lang) {
  const natures = useEntries('nature').data ?? []
  const outcomes = useEntries('outcome').data ?? []
  return (id: string) => [...natures, ...outcomes].find((e) => e.id === id)?.names[lang]
}
