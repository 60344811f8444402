import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { WorkItem } from '../api/client'
import { useWorklist } from '../api/tasks'
import { useWords } from '../i18n'
import { useHubNow } from '../live/use'
import { Empty, Page } from '../parts/faces'
import { Frame } from '../parts/frame'
import { useKey } from '../parts/keys'
import { DueTime, kindName } from '../tasks/due'
import { NewTask } from '../tasks/new-task'
import { Detail } from './detail'
import { Who } from './who'

/** What I have to do next: the list by the time left, and the chosen item with one key for each step. */
export function NextPage() {
  const w = useWords()
  const work = useWorklist()
  return (
    <Page
      title={w.next.title}
      aside={
        <>
          <span className="muted">
            {work.data && work.data.items.length > 0 ? w.next.count(work.data.items.length) : w.next.intro}
            {work.data && work.data.late > 0 && <span className="late"> · {w.next.late(work.data.late)}</span>}
          </span>
          <span className="grow" />
          <NewTask />
        </>
      }
    >
      <Frame
        of={work}
        rows={6}
        height={53}
        empty={
          work.data?.items.length === 0 && (
            <Empty
              title={w.next.emptyTitle}
              action={
                <Link href="/tasks" className="button">
                  {w.next.toTasks}
                </Link>
              }
            >
              {work.data.waiting > 0 ? w.next.elsewhere(work.data.waiting) : w.next.empty}
            </Empty>
          )
        }
      >
        {(data) => <Work items={data.items} />}
      </Frame>
    </Page>
  )
}

function Work({ items }: { items: WorkItem[] }) {
  const w = useWords()
  const now = useHubNow(15_000)
  const [chosen, setChosen] = useState({ id: items[0]!.id, place: 0 })
  const found = items.findIndex((i) => i.id === chosen.id)
  // The chosen item is done: the one in its place is next.
  const place = found >= 0 ? found : Math.min(chosen.place, items.length - 1)
  const item = items[place]!
  const list = useRef<HTMLUListElement>(null)
  const go = (to: number) => {
    const next = items[(to + items.length) % items.length]!
    setChosen({ id: next.id, place: items.indexOf(next) })
  }
  useEffect(() => {
    if (chosen.id !== item.id || chosen.place !== place) setChosen({ id: item.id, place })
  }, [chosen, item.id, place])
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [item.id])
  useKey('J', w.next.onward, items.length > 1 ? () => go(place + 1) : undefined)
  useKey('K', w.next.back, items.length > 1 ? () => go(place - 1) : undefined)
  return (
    <>
      <div className="work">
        <ul className="panel rows work-list" aria-label={w.next.list} ref={list}>
          {items.map((i) => (
            <li key={i.kind + i.id} data-item={i.kind} data-id={i.id}>
              <button type="button" className="work-row" aria-current={i.id === item.id ? 'true' : undefined} onClick={() => setChosen({ id: i.id, place: items.indexOf(i) })}>
                <span className="work-kind muted">
                  {i.kind === 'task' ? kindName(w, i.task_kind ?? '') : w.next.kinds[i.kind]}
                  {i.nobodys && ` · ${w.next.nobodys}`}
                </span>
                <span className="strong work-title">
                  <Who item={i} />
                </span>
                <DueTime at={i.due} now={now} />
              </button>
            </li>
          ))}
        </ul>
        <Detail key={item.kind + item.id} item={item} now={now} several={items.length > 1} onNext={() => go(place + 1)} />
      </div>
      <p className="muted small work-keys">{w.next.keys}</p>
    </>
  )
}
