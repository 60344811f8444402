import { Link } from 'wouter'
import type { Task } from '../api/client'
import { seesAll, useMe } from '../api/session'
import { useTasks } from './queries'
import { lasting } from '../format/time'
import { useWords } from '../i18n'
import { useHubNow } from '../live/use'
import { Pick, Segments } from '../parts/controls'
import { Empty, Page } from '../parts/faces'
import { Frame, NoneFits } from '../parts/frame'
import { Phone } from '../parts/phone'
import { VirtualTable } from '../parts/virtual-rows'
import { Moment } from '../parts/words'
import { useFilters } from '../router'
import { useSettings } from '../settings'
import { Period } from '../views/choose'
import { orderOf, periodOf } from '../views/filters'
import { ViewsMenu } from '../views/views-menu'
import { DueTime, kindName, TaskMarks } from './due'
import { MissedHead } from './missed'
import { NewTask } from './new-task'
import { TaskActions } from './task-actions'
import { plannedKinds } from './task-form'

/** Who is to be called back, and what users planned; the longest overdue first. */
export function TasksPage() {
  const w = useWords()
  const me = useMe()
  const [search, change] = useFilters()
  const state = search.get('state') === 'done' ? 'done' : 'open'
  const mine = search.get('whose') === 'mine'
  const kind = search.get('kind') ?? ''
  const tasks = useTasks({ state, mine: mine || undefined, kind: kind || undefined, ...periodOf(search, new Date()), order: orderOf('tasks', search) })
  const { rows } = tasks
  return (
    <Page
      title={w.tasks.title}
      aside={
        <>
          <span className="muted">{w.plan.intro}</span>
          <span className="grow" />
          <NewTask />
        </>
      }
    >
      {seesAll(me) && <MissedHead />}
      <div className="filters">
        <Segments
          label={w.tasks.show}
          value={state}
          choices={(['open', 'done'] as const).map((id) => ({ id, name: w.tasks.states[id] }))}
          onChange={(s) => change({ state: s === 'open' ? '' : s, order: '' })}
        />
        <Segments
          label={w.tasks.whose}
          value={mine ? 'mine' : 'all'}
          choices={(['all', 'mine'] as const).map((id) => ({ id, name: w.tasks.owners[id] }))}
          onChange={(o) => change({ whose: o === 'all' ? '' : o })}
        />
        <Pick
          label={w.plan.kind}
          value={kind || '*'}
          choices={[{ id: '*', name: w.plan.anyKind }, ...['callback', ...plannedKinds].map((id) => ({ id, name: kindName(w, id) }))]}
          onChange={(k) => change({ kind: k === '*' ? '' : k })}
        />
        <Period label={w.views.period} search={search} change={change} />
        <Pick
          label={w.views.order}
          value={orderOf('tasks', search) ?? (state === 'done' ? 'newest' : 'oldest')}
          choices={
            state === 'done'
              ? [{ id: 'newest', name: w.views.orders.newest }, { id: 'oldest', name: w.views.orders.oldest }]
              : [{ id: 'oldest', name: w.views.dueFirst }, { id: 'newest', name: w.views.dueLast }]
          }
          onChange={(order) => change({ order: order === (state === 'done' ? 'newest' : 'oldest') ? '' : order })}
        />
        <ViewsMenu list="tasks" search={search} />
      </div>
      <Frame
        of={tasks}
        rows={6}
        height={53}
        empty={
          rows.length === 0 &&
          !tasks.hasNextPage && (
            <Nothing
              filtered={['kind', 'period', 'since', 'until'].some((name) => search.get(name))}
              done={state === 'done'}
              mine={mine}
              waiting={tasks.data?.pages[0]?.waiting ?? 0}
            />
          )
        }
      >
        {() => <TaskTable list={tasks} done={state === 'done'} />}
      </Frame>
    </Page>
  )
}

/** Why the list is empty. It says that nobody waits only if no customer waits for any colleague. */
function Nothing({ filtered, done, mine, waiting }: { filtered: boolean; done: boolean; mine: boolean; waiting: number }) {
  const w = useWords()
  if (filtered) return <NoneFits list="/tasks" />
  if (done) return <Empty title={w.tasks.noneDone} />
  if (waiting > 0) return <Empty title={w.tasks.noneForMe}>{mine ? w.tasks.noneMine : w.tasks.elsewhere(waiting)}</Empty>
  return <Empty title={w.tasks.emptyTitle}>{w.tasks.empty}</Empty>
}

function TaskTable({ list, done }: { list: ReturnType<typeof useTasks>; done: boolean }) {
  const w = useWords()
  const now = useHubNow(1000)
  return (
    <VirtualTable
      list={list}
      className="list tasks"
      stale={list.isPlaceholderData}
      columns={done ? 4 : 5}
      head={
        <tr aria-rowindex={1}>
          <th scope="col">{done ? w.tasks.outcomeOf : w.tasks.due}</th>
          <th scope="col">{w.tasks.customer}</th>
          <th scope="col">{w.plan.whatOf}</th>
          <th scope="col">{w.tasks.owner}</th>
          {!done && (
            <th scope="col" className="end">
              <span className="sr-only">{w.tasks.actions}</span>
            </th>
          )}
        </tr>
      }
      row={(t, index) => <TaskRow task={t} now={now} index={index} />}
    />
  )
}

function TaskRow({ task: t, now, index }: { task: Task; now: number; index: number }) {
  const w = useWords()
  const open = t.state === 'open'
  return (
    <tr aria-rowindex={index} data-task={t.id} data-state={t.state} data-number={t.number}>
      <td className="cell-due">
        {open ? (
          <>
            <DueTime at={t.due} now={now} />
            <span className="muted second">
              {t.escalated && <span>{w.tasks.escalated}</span>}
              <TaskMarks task={t} now={now} />
            </span>
          </>
        ) : (
          <Ended task={t} />
        )}
      </td>
      <td className="cell-main">
        {(t.lead_id || t.contact_id) && t.contact_name ? (
          <Link href={t.lead_id ? `/leads/${t.lead_id}` : `/contacts/${t.contact_id}`} className="strong">
            {t.contact_name}
          </Link>
        ) : (
          <span className="strong">{t.contact_name}</span>
        )}
        <span className={t.contact_name ? 'second' : 'strong'}>
          {(t.number || t.contact_name || t.kind === 'callback') && <Phone number={t.number} call />}
          {!t.contact_name && t.lead_id && (
            <Link href={`/leads/${t.lead_id}`} className="task-lead">
              {w.now.lead}
            </Link>
          )}
        </span>
      </td>
      <td className="cell-missed">
        {t.kind !== 'callback' && (
          <span>
            {kindName(w, t.kind)}
            {t.title && `: ${t.title}`}
          </span>
        )}
        {t.wished && (
          <span data-wished={t.wished}>
            {Date.parse(t.wished) > Date.parse(t.missed ?? t.created) ? w.tasks.wishedFor : w.tasks.wished} <Moment at={t.wished} />
          </span>
        )}
        {t.calls > 0 && (
          <span className={t.wished ? 'second' : undefined}>
            {w.tasks.calls(t.calls)}, {t.missed && <Moment at={t.missed} />}
          </span>
        )}
        {t.note && <span className="second">{t.note}</span>}
        <span className="muted second">
          {t.queue && (
            <span>
              {w.calls.queue} {t.queue}
            </span>
          )}
          {t.attempts > 0 && <span>{w.tasks.attempts(t.attempts)}</span>}
        </span>
      </td>
      <td className="cell-owner">{t.owner ? t.owner.name : <span className="muted">{w.tasks.team}</span>}</td>
      {open && (
        <td className="cell-actions end">
          <TaskActions task={t} />
        </td>
      )}
    </tr>
  )
}

function Ended({ task: t }: { task: Task }) {
  const w = useWords()
  const { lang } = useSettings()
  const good = t.outcome === 'finished' || t.outcome === 'called_back' || t.outcome === 'contacted_again' || t.outcome === 'reached'
  const took = t.done && t.missed ? Date.parse(t.done) - Date.parse(t.missed) : 0
  return (
    <>
      <span className={good ? 'badge good' : 'badge plain'}>{w.calls.callback.done[t.outcome ?? '']}</span>
      <span className="muted second">
        {took > 0 && <span>{w.tasks.after(lasting(took, lang))}</span>}
        <span>{t.done_by ? t.done_by.name : w.tasks.byHub}</span>
      </span>
      {t.comment && <span className="muted second task-comment">{t.comment}</span>}
    </>
  )
}
