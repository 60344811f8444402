import { type FormEvent, useState } from 'react'
import type { Entry } from '../api/client'
import { useEntries } from '../api/dictionaries'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import { Answers, Ask, Field, Pick, Segments } from '../parts/controls'
import { Broken, Page, Refused, Skeleton } from '../parts/faces'
import { Icon } from '../parts/icons'
import { MissingPage } from '../parts/missing'
import { useFilters } from '../router'
import { useSettings } from '../settings'
import { useDropEntry, usePutEntry } from './queries'
import { RequiredFactsPanel } from './required'
import './facts.css'

const names = ['nature', 'outcome', 'refusal'] as const

/** The dictionaries, and which facts are required; for supervisors. */
export function DictionariesPage() {
  const w = useWords()
  const may = seesAll(useMe())
  const [search, change] = useFilters()
  const name = names.find((d) => d === search.get('d')) ?? 'nature'
  if (!may) return <MissingPage />
  return (
    <Page title={w.facts.dictionaries}>
      <div className="filters">
        <Segments label={w.facts.dictionaries} value={name} choices={names.map((id) => ({ id, name: w.facts.dictionary[id] }))} onChange={(d) => change({ d })} />
      </div>
      <Entries key={name} dictionary={name} />
      <RequiredFactsPanel />
    </Page>
  )
}

function Entries({ dictionary }: { dictionary: Entry['dictionary'] }) {
  const w = useWords()
  const list = useEntries(dictionary)
  const put = usePutEntry(dictionary)
  const drop = useDropEntry(dictionary)
  const [renamed, setRenamed] = useState<Entry | null>(null)
  const { lang } = useSettings()
  if (list.isError && !list.data) return <Broken error={list.error} retry={() => void list.refetch()} />
  if (!list.data) {
    return (
      <div className="panel">
        <Skeleton rows={6} />
      </div>
    )
  }
  const all = list.data
  /** Exchanges an entry with its neighbour. */
  const move = (n: number, by: -1 | 1) => {
    const [a, b] = [all[n]!, all[n + by]!]
    put.mutate({ id: a.id, body: { position: b.position === a.position ? b.position + by : b.position } }, { onSuccess: () => put.mutate({ id: b.id, body: { position: a.position } }) })
  }
  const channelName = (c: string) => w.channels[c] ?? c
  return (
    <section className="panel" aria-label={w.facts.dictionary[dictionary]}>
      <ul className="entries">
        {all.map((e, n) => (
          <li key={e.id} className="entry" data-entry={e.names[lang]} data-retired={e.retired || undefined}>
            <span className="entry-name">
              <span className={e.retired ? 'muted' : 'strong'}>{e.names[lang]}</span>
              {(e.channel || e.direction) && (
                <span className="muted small">
                  {w.facts.limits}: {[e.channel && channelName(e.channel), e.direction && w.directions[e.direction].toLowerCase()].filter(Boolean).join(', ')}
                </span>
              )}
            </span>
            <span className={`badge ${e.retired ? 'plain' : e.used ? 'good' : 'plain'}`}>{e.retired ? w.facts.state.retired : e.used ? w.facts.state.used : w.facts.state.unused}</span>
            <span className="entry-actions">
              <button type="button" className="icon-button" aria-label={w.facts.up(e.names[lang])} disabled={n === 0 || put.isPending} onClick={() => move(n, -1)}>
                <span className="turned">
                  <Icon name="down" size={14} />
                </span>
              </button>
              <button type="button" className="icon-button" aria-label={w.facts.down(e.names[lang])} disabled={n === all.length - 1 || put.isPending} onClick={() => move(n, 1)}>
                <Icon name="down" size={14} />
              </button>
              <button type="button" className="button quiet" onClick={() => setRenamed(e)}>
                {w.facts.rename}
              </button>
              <button type="button" className="button quiet" disabled={put.isPending} onClick={() => put.mutate({ id: e.id, body: { retired: !e.retired } })}>
                {e.retired ? w.facts.restore : w.facts.retire}
              </button>
              {!e.used && !e.code && (
                <button type="button" className="button quiet" disabled={drop.isPending} onClick={() => drop.mutate(e.id)}>
                  {w.facts.remove}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <div className="side-body">
        {drop.error?.kind === 'conflict' ? (
          <p className="refused" role="alert">
            {w.facts.inUse}
          </p>
        ) : (
          <Refused error={drop.error} />
        )}
        {!renamed && <Refused error={put.error} />}
        <Add dictionary={dictionary} />
      </div>
      <Ask open={!!renamed} onClose={() => setRenamed(null)} title={renamed ? w.facts.renameTitle(renamed.names[lang]) : ''}>
        {renamed && <Rename of={renamed} onDone={() => setRenamed(null)} />}
      </Ask>
    </section>
  )
}

const any = '*'

function Add({ dictionary }: { dictionary: Entry['dictionary'] }) {
  const w = useWords()
  const put = usePutEntry(dictionary)
  const [name, setName] = useState('')
  const [channel, setChannel] = useState(any)
  const [direction, setDirection] = useState(any)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    put.mutate({ body: { name, ...(channel !== any && { channel }), ...(direction !== any && { direction }) } }, { onSuccess: () => setName('') })
  }
  return (
    <form className="entry-add" onSubmit={submit}>
      <Field label={w.facts.newEntry} name="entry" value={name} onChange={setName} />
      {dictionary === 'outcome' && (
        <>
          <Pick label={w.facts.limits} value={channel} choices={[{ id: any, name: w.facts.anyChannel }, ...Object.entries(w.channels).map(([id, name]) => ({ id, name }))]} onChange={setChannel} />
          <Pick label={w.facts.limits} value={direction} choices={[{ id: any, name: w.facts.anyDirection }, ...(['in', 'out'] as const).map((id) => ({ id, name: w.directions[id] }))]} onChange={setDirection} />
        </>
      )}
      <button type="submit" className="button" disabled={put.isPending || !name.trim()}>
        {w.facts.add}
      </button>
      <Problem error={put.error} />
    </form>
  )
}

function Rename({ of: e, onDone }: { of: Entry; onDone: () => void }) {
  const w = useWords()
  const { lang } = useSettings()
  const put = usePutEntry(e.dictionary)
  const [name, setName] = useState(e.names[lang])
  const submit = (ev: FormEvent) => {
    ev.preventDefault()
    put.mutate({ id: e.id, body: { name } }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit}>
      <Field label={w.facts.entry} name="name" value={name} onChange={setName} autoFocus />
      <Problem error={put.error} />
      <Answers action={w.save} disabled={put.isPending || !name.trim()} onCancel={onDone} />
    </form>
  )
}

function Problem({ error }: { error: ReturnType<typeof usePutEntry>['error'] }) {
  const w = useWords()
  if (error?.kind !== 'conflict') return <Refused error={error} />
  return (
    <p className="refused" role="alert">
      {w.facts.taken}
    </p>
  )
}
