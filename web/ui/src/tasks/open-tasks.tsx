import type { Task } from '../api/client'
import { useWords } from '../i18n'
import { useHubNow } from '../live/use'
import { Broken, Skeleton } from '../parts/faces'
import { DueTime, kindName, TaskMarks } from './due'
import { type About, useTasksAbout } from './queries'
import { TaskActions } from './task-actions'

/** The open tasks about a customer; brief: without the actions of a supervisor. */
export function OpenTasks({ brief = false, ...about }: Omit<About, 'interactionId'> & { brief?: boolean }) {
  const w = useWords()
  const tasks = useTasksAbout(about)
  const now = useHubNow(15_000)
  if (tasks.isPending) return <Skeleton rows={1} height={40} />
  if (tasks.isError && !tasks.data) return <Broken error={tasks.error} retry={() => void tasks.refetch()} />
  if (tasks.data.length === 0) return <p className="muted">{w.plan.none}</p>
  return (
    <ul className="open-tasks" aria-label={w.plan.openOnes}>
      {tasks.data.map((t) => (
        <OpenTask key={t.id} task={t} now={now} brief={brief} />
      ))}
    </ul>
  )
}

function OpenTask({ task: t, now, brief }: { task: Task; now: number; brief: boolean }) {
  const w = useWords()
  return (
    <li data-task={t.id}>
      <div className="open-task">
        <span className="strong">
          {kindName(w, t.kind)}
          {t.title && `: ${t.title}`}
        </span>
        <DueTime at={t.due} now={now} />
      </div>
      <span className="muted second">
        <span>{t.owner ? t.owner.name : w.tasks.team}</span>
        <TaskMarks task={t} now={now} />
      </span>
      <TaskActions task={t} brief={brief} />
    </li>
  )
}
