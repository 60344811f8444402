import type { Task } from '../api/client'
import { lasting } from '../format/time'
import { useWords, type Words } from '../i18n'
import { Moment } from '../parts/words'
import { useSettings } from '../settings'

/** How long there is until a time, or how long it has passed. */
export function DueTime({ at, now }: { at: string; now: number }) {
  const w = useWords()
  const { lang } = useSettings()
  const left = Date.parse(at) - now
  return (
    <time dateTime={at} className={left < 0 ? 'badge bad' : left < 5 * 60_000 ? 'badge warn' : 'badge plain'} data-late={left < 0 || undefined}>
      {left < 0 ? w.tasks.late(lasting(-left, lang)) : w.tasks.left(lasting(left, lang))}
    </time>
  )
}

/** The name of a kind; a user's own kind is its own name. */
export const kindName = (w: Words, kind: string) => w.plan.kinds[kind] ?? kind

/** What is known of a task beside its time: priority, reminder, repetition, snooze. */
export function TaskMarks({ task: t, now }: { task: Task; now: number }) {
  const w = useWords()
  const sleeps = t.snooze_until && Date.parse(t.snooze_until) > now
  return (
    <>
      {t.priority !== 'normal' && <span className={t.priority === 'high' ? 'badge warn' : 'badge plain'}>{w.plan.priorities[t.priority]}</span>}
      {t.repeat !== 'none' && <span>{w.plan.repeats[t.repeat]}</span>}
      {t.state === 'open' && sleeps && (
        <span>
          {w.plan.sleeps} <Moment at={t.snooze_until!} />
        </span>
      )}
      {t.state === 'open' && t.remind && Date.parse(t.remind) > now && (
        <span>
          {w.plan.reminds1} <Moment at={t.remind} />
        </span>
      )}
    </>
  )
}
