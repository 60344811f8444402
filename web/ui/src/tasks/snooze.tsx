import { type FormEvent, useState } from 'react'
import type { Task } from '../api/client'
import { inMinutes, ofField, toField, tomorrowAt } from '../format/when'
import { useWords } from '../i18n'
import { Answers, Ask, Field } from '../parts/controls'
import { Broken, Refused, Skeleton } from '../parts/faces'
import { useEditTask, useTask } from './queries'
import { TaskForm } from './task-form'

/** Asks until when a task is left out of the worklist. */
export function Snooze({ taskId, open, onClose }: { taskId: string; open: boolean; onClose: () => void }) {
  const w = useWords()
  return (
    <Ask open={open} onClose={onClose} title={w.plan.snoozeTitle}>
      <Fresh taskId={taskId}>{(task) => <Until task={task} done={onClose} />}</Fresh>
    </Ask>
  )
}

/** The form that changes a task. */
export function EditTask({ taskId, open, onClose }: { taskId: string; open: boolean; onClose: () => void }) {
  const w = useWords()
  return (
    <Ask open={open} onClose={onClose} title={w.plan.editTitle}>
      <Fresh taskId={taskId}>{(task) => <Edit task={task} done={onClose} />}</Fresh>
    </Ask>
  )
}

/** Reads a task again, so that its change is guarded by what is stored now. */
function Fresh({ taskId, children }: { taskId: string; children: (task: Task) => React.ReactNode }) {
  const task = useTask(taskId)
  if (task.data && !task.isFetching) return <>{children(task.data)}</>
  if (task.isError) return <Broken error={task.error} retry={() => void task.refetch()} />
  return <Skeleton rows={3} />
}

function Edit({ task, done }: { task: Task; done: () => void }) {
  const edit = useEditTask(task)
  return (
    <TaskForm
      task={task}
      kind={task.kind}
      error={edit.error}
      busy={edit.isPending}
      onCancel={done}
      onSave={({ title, due, remind, priority, repeat, owner_id }) =>
        edit.mutate(
          { title, due, remind, priority, ...(task.kind !== 'callback' && { repeat }), ...(owner_id !== (task.owner?.id ?? '') && { owner_id }) },
          { onSuccess: done },
        )
      }
    />
  )
}

function Until({ task, done }: { task: Task; done: () => void }) {
  const w = useWords()
  const [begun] = useState(() => Date.now())
  const [until, setUntil] = useState(() => toField(tomorrowAt(begun, 9)))
  const edit = useEditTask(task)
  const save = (at: Date) => edit.mutate({ snooze_until: at.toISOString() }, { onSuccess: done })
  const at = ofField(until)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (at) save(at)
  }
  const choices: [string, Date][] = [
    [w.plan.inQuarter, new Date(begun + 15 * 60_000)],
    [w.plan.inHour, inMinutes(begun, 60)],
    [w.plan.tomorrow, tomorrowAt(begun, 9)],
  ]
  return (
    <form onSubmit={submit} className="task-form">
      <p className="muted">{w.plan.snoozeText}</p>
      <div className="actions tight">
        {choices.map(([name, at], i) => (
          <button key={name} type="button" className="button primary" disabled={edit.isPending} autoFocus={i === 0} onClick={() => save(at)}>
            {name}
          </button>
        ))}
        {task.snooze_until && (
          <button type="button" className="button" disabled={edit.isPending} onClick={() => edit.mutate({ snooze_until: '' }, { onSuccess: done })}>
            {w.plan.wake}
          </button>
        )}
      </div>
      <Field label={w.plan.until} name="until" type="datetime-local" value={until} onChange={setUntil} />
      <Refused error={edit.error} />
      <Answers action={w.plan.snooze} disabled={edit.isPending || !at} onCancel={done} />
    </form>
  )
}
