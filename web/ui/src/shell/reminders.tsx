import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import type { Task } from '../api/client'
import { useWords, type Words } from '../i18n'
import { useReminders } from '../live/reminders'
import { useDuty, useHubNow } from '../live/use'
import { CallButton } from '../parts/phone'
import { Icon } from '../parts/icons'
import { useSettings } from '../settings'
import { DueTime, kindName } from '../tasks/due'
import { TaskActions } from '../tasks/task-actions'
import { beep, notification } from './signals'

/** My tasks whose time has come, on every page; each stays until it is closed, put off or done. */
export function Reminders() {
  const w = useWords()
  const { reminders, forget } = useReminders()
  const now = useHubNow(15_000)
  useAlarm(reminders)
  return (
    <>
      <p className="sr-only" role="status">
        {reminders.map((t) => `${w.plan.reminder}: ${wordsOf(w, t)}`).join('. ')}
      </p>
      <div className="reminders">
        {reminders.map((t) => (
          <section key={t.id} className="dial-card" data-reminder={t.id} aria-label={`${w.plan.reminder}: ${wordsOf(w, t)}`}>
            <header className="card-head">
              <Icon name="tasks" />
              <span className="card-state">{w.plan.reminder}</span>
              <DueTime at={t.due} now={now} />
              <span className="grow" />
              <button type="button" className="icon-button" aria-label={w.dismiss} onClick={() => forget(t.id)}>
                <Icon name="close" />
              </button>
            </header>
            <p>
              <Customer of={t}>{wordsOf(w, t)}</Customer>
              {t.number && <CallButton number={t.number} />}
            </p>
            <TaskActions task={t} brief />
          </section>
        ))}
      </div>
    </>
  )
}

const wordsOf = (w: Words, t: Task) => [kindName(w, t.kind), t.title, t.contact_name].filter(Boolean).join(' · ')

/** A link to where the task is worked on, if it is about a customer. */
function Customer({ of: t, children }: { of: Task; children: string }) {
  const path = t.lead_id ? `/leads/${t.lead_id}` : t.contact_id && `/contacts/${t.contact_id}`
  return path ? <Link href={path}>{children}</Link> : <span>{children}</span>
}

/** One sound for each reminder in one of the tabs; a notification as well when no tab is visible. */
function useAlarm(reminders: Task[]) {
  const w = useWords()
  const { mute, notify } = useSettings()
  const { rings, watched } = useDuty()
  const told = useRef(new WeakSet<Task>())
  useEffect(() => {
    for (const t of reminders) {
      if (told.current.has(t)) continue
      told.current.add(t)
      if (!rings) continue
      if (!mute) beep()
      if (notify && !watched) notification(`${w.plan.reminder}: ${wordsOf(w, t)}`, { tag: t.id })
    }
  }, [reminders, mute, notify, rings, watched, w])
}
