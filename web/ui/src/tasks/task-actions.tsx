import { useState } from 'react'
import type { Task } from '../api/client'
import { useMe } from '../api/session'
import { useWords } from '../i18n'
import { Ask } from '../parts/controls'
import { Refused } from '../parts/faces'
import { HandOver } from '../parts/hand-over'
import { Finish } from './finish'
import { useChangeTask } from './queries'
import { EditTask, Snooze } from './snooze'

type Question = 'done' | 'give' | 'snooze' | 'edit' | null

/** Actions of an open task, for everybody who may see it; brief: its end and its snooze. */
export function TaskActions({ task, brief = false }: { task: Task; brief?: boolean }) {
  const w = useWords()
  const me = useMe()
  const [question, setQuestion] = useState<Question>(null)
  const change = useChangeTask(task.id)
  const close = () => {
    setQuestion(null)
    change.reset()
  }
  const asks = { open: true, onClose: close, taskId: task.id }
  return (
    <div className="actions task-actions">
      {!brief && task.owner?.id !== me.user.id && (
        <button type="button" className={task.owner ? 'button' : 'button primary'} disabled={change.isPending} onClick={() => change.mutate({ do: 'take' })}>
          {w.tasks.take}
        </button>
      )}
      <button type="button" className="button" onClick={() => setQuestion('done')}>
        {w.tasks.finish}
      </button>
      <button type="button" className="button" onClick={() => setQuestion('snooze')}>
        {w.plan.snoozeFor}
      </button>
      {!brief && (
        <>
          <button type="button" className="button" onClick={() => setQuestion('edit')}>
            {w.plan.edit}
          </button>
          <button type="button" className="button" onClick={() => setQuestion('give')}>
            {w.tasks.give}
          </button>
        </>
      )}
      {!question && <Refused error={change.error} />}
      {question === 'done' && <Finish {...asks} kind={task.kind} repeats={task.repeat !== 'none'} />}
      {question === 'snooze' && <Snooze {...asks} />}
      {question === 'edit' && <EditTask {...asks} />}
      <Ask open={question === 'give'} onClose={close} title={w.plan.giveTo}>
        <HandOver
          from={task.owner?.id}
          label={w.plan.giveTo}
          action={w.tasks.give}
          error={change.error}
          busy={change.isPending}
          onCancel={close}
          onHand={(owner_id) => change.mutate({ do: 'reassign', owner_id }, { onSuccess: close })}
        />
      </Ask>
    </div>
  )
}
