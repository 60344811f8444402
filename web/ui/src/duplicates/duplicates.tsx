import { useEffect, useRef, useState } from 'react'
import type { Contact, DuplicateCode, DuplicatePair } from '../api/client'
import { useDecideDuplicate, useDuplicateCount, usePairs } from '../api/duplicates'
import { useWords } from '../i18n'
import { DoneBar } from '../merge/merged-bar'
import { MergeDialog } from '../merge/merge-dialog'
import { useUndoMerge } from '../merge/queries'
import { Pick } from '../parts/controls'
import { Empty, Page, Refused } from '../parts/faces'
import { Frame } from '../parts/frame'
import { useKey } from '../parts/keys'
import { More } from '../parts/more'
import { useFilters } from '../router'
import { PairDetail } from './pair'

type Pair = DuplicatePair & { id: string }

/** The last decision, which can be undone. */
type Done = { merge: string } | { a: string; b: string }

/** Pairs of contacts that are perhaps one person: one key for each decision. */
export function DuplicatesPage() {
  const w = useWords()
  const [filters, change] = useFilters()
  const codes = Object.keys(w.duplicates.reasons) as DuplicateCode[]
  const reason = codes.find((c) => c === filters.get('reason'))
  const pairs = usePairs(reason)
  const count = useDuplicateCount()
  const [done, setDone] = useState<Done[]>([])
  const decide = useDecideDuplicate()
  const undo = useUndoMerge()
  const last = done.at(-1)
  const takeBack = () => {
    if (!last || decide.isPending || undo.isPending) return
    const after = { onSuccess: () => setDone(done.slice(0, -1)) }
    if ('merge' in last) undo.mutate(last.merge, after)
    else decide.mutate({ ...last, same: true }, after)
  }
  useKey('U', w.duplicates.undo, last && takeBack)
  const dismiss = (p: Pair) => {
    const [a, b] = p.contacts.map((c) => c.id) as [string, string]
    if (!decide.isPending) decide.mutate({ a, b, same: false }, { onSuccess: () => setDone([...done, { a, b }]) })
  }
  return (
    <Page title={w.duplicates.title} aside={<span className="muted">{count ? w.duplicates.count(count) : w.duplicates.intro}</span>}>
      <div className="filters">
        <Pick
          label={w.duplicates.reason}
          value={reason ?? '*'}
          choices={[{ id: '*', name: w.duplicates.anyReason }, ...codes.map((id) => ({ id, name: w.duplicates.reasons[id] }))]}
          onChange={(v) => change({ reason: v === '*' ? '' : v })}
        />
      </div>
      {last && <DoneBar says={'merge' in last ? w.merge.done : w.duplicates.dismissed} undo={takeBack} busy={decide.isPending || undo.isPending} error={undo.error} keyName="U" />}
      <Refused error={decide.error} />
      <Frame
        of={pairs}
        rows={6}
        height={53}
        empty={
          pairs.rows.length === 0 &&
          !pairs.hasNextPage &&
          (reason ? (
            <Empty
              title={w.duplicates.noneTitle}
              action={
                <button type="button" className="button" onClick={() => change({ reason: '' })}>
                  {w.duplicates.all}
                </button>
              }
            />
          ) : (
            <Empty title={w.duplicates.emptyTitle}>{w.duplicates.empty}</Empty>
          ))
        }
      >
        {() => <Work list={pairs} onDismiss={dismiss} onMerged={(id) => setDone([...done, { merge: id }])} />}
      </Frame>
    </Page>
  )
}

const titleOf = (c: Contact, noName: string) => c.name || c.identities[0]?.value || noName

function Work({ list: pairs, onDismiss, onMerged }: { list: ReturnType<typeof usePairs>; onDismiss: (p: Pair) => void; onMerged: (mergeId: string) => void }) {
  const w = useWords()
  const items: Pair[] = pairs.rows
  const [chosen, setChosen] = useState({ id: items[0]?.id ?? '', place: 0 })
  const [merging, setMerging] = useState(false)
  const found = items.findIndex((p) => p.id === chosen.id)
  // The chosen pair is decided: the one in its place is next.
  const place = found >= 0 ? found : Math.max(0, Math.min(chosen.place, items.length - 1))
  const pair = items[place]
  const list = useRef<HTMLUListElement>(null)
  const go = (to: number) => {
    const next = (to + items.length) % items.length
    setChosen({ id: items[next]!.id, place: next })
  }
  useEffect(() => {
    if (pair && (chosen.id !== pair.id || chosen.place !== place)) setChosen({ id: pair.id, place })
  }, [chosen, pair, place])
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [pair?.id])
  const several = items.length > 1
  useKey('J', w.duplicates.onward, several ? () => go(place + 1) : undefined)
  useKey('K', w.duplicates.back, several ? () => go(place - 1) : undefined)
  useKey('ArrowRight', w.duplicates.onward, several ? () => go(place + 1) : undefined)
  useKey('ArrowLeft', w.duplicates.back, several ? () => go(place - 1) : undefined)
  useKey('M', w.duplicates.merge, pair && (() => setMerging(true)))
  useKey('N', w.duplicates.notSame, pair && (() => onDismiss(pair)))
  return (
    <>
      <div className="work">
        <div>
          <ul className="panel rows work-list" aria-label={w.duplicates.list} ref={list}>
            {items.map((p, i) => (
              <li key={p.id} data-pair={p.id}>
                <button type="button" className="work-row" aria-current={p.id === pair?.id ? 'true' : undefined} onClick={() => setChosen({ id: p.id, place: i })}>
                  <span className="strong work-title">{titleOf(p.contacts[0]!, w.lead.noName)}</span>
                  <span className="work-title">{titleOf(p.contacts[1]!, w.lead.noName)}</span>
                  <span className="muted work-kind">{w.duplicates.sure(p.score)}</span>
                </button>
              </li>
            ))}
          </ul>
          {pairs.hasNextPage && <More list={pairs} shown={items.length} />}
        </div>
        {pair && (
          <PairDetail
            key={pair.id}
            pair={pair}
            place={w.duplicates.place(place + 1, `${items.length}${pairs.hasNextPage ? '+' : ''}`)}
            several={several}
            onMerge={() => setMerging(true)}
            onDismiss={() => onDismiss(pair)}
            onNext={() => go(place + 1)}
          />
        )}
      </div>
      <p className="muted small work-keys">{w.duplicates.keys}</p>
      {pair && (
        <MergeDialog
          key={pair.id}
          open={merging}
          contactIds={pair.contacts.map((c) => c.id)}
          onClose={() => setMerging(false)}
          onMerged={(id) => {
            setMerging(false)
            onMerged(id)
          }}
        />
      )}
    </>
  )
}
