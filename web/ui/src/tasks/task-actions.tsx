import { type FormEvent, useState } from 'react'
import type { Task } from '../api/client'
import { useMe } from '../api/session'
import { useChangeTask } from './queries'
import { useWords } from '../i18n'
import { Answers, Ask, Field, Segments } from '../parts/controls'
import { Refused } from '../parts/faces'
import { HandOver } from '../parts/hand-over'

type Question = 'done' | 'give' | null

const outcomes = ['reached', 'unreachable', 'not_needed'] as const

/** Actions of an open task, for everybody who may see it. */
export function TaskActions({ task }: { task: Task }) {
  const w = useWords()
  const me = useMe()
  const [question, setQuestion] = useState<Question>(null)
  const change = useChangeTask(task.id)
  const close = () => {
    setQuestion(null)
    change.reset()
  }
  return (
    <div className="actions task-actions">
      {task.owner?.id !== me.user.id && (
        <button type="button" className={task.owner ? 'button' : 'button primary'} disabled={change.isPending} onClick={() => change.mutate({ do: 'take' })}>
          {w.tasks.take}
        </button>
      )}
      <button type="button" className="button" onClick={() => setQuestion('done')}>
        {w.tasks.finish}
      </button>
      <button type="button" className="button" onClick={() => setQuestion('give')}>
        {w.tasks.give}
      </button>
      {!question && <Refused error={change.error} />}
      <Ask open={question === 'done'} onClose={close} title={w.tasks.finishTitle}>
        <Finish
          error={change.error}
          busy={change.isPending}
          onCancel={close}
          onDone={(outcome, comment) => change.mutate({ do: 'done', outcome, comment }, { onSuccess: close })}
        />
      </Ask>
      <Ask open={question === 'give'} onClose={close} title={w.tasks.giveTo}>
        <HandOver
          from={task.owner?.id}
          label={w.tasks.giveTo}
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

function Finish(props: {
  error: unknown
  busy: boolean
  onCancel: () => void
  onDone: (outcome: (typeof outcomes)[number], comment: string) => void
}) {
  const w = useWords()
  const [outcome, setOutcome] = useState<(typeof outcomes)[number]>('reached')
  const [comment, setComment] = useState('')
  const submit = (e: FormEvent) => {
    e.preventDefault()
    props.onDone(outcome, comment.trim())
  }
  return (
    <form onSubmit={submit} className="finish">
      <p className="muted">{w.tasks.finishText}</p>
      <Segments
        label={w.tasks.outcome}
        value={outcome}
        onChange={setOutcome}
        choices={outcomes.map((id) => ({ id, name: w.tasks.outcomes[id] }))}
      />
      <Field label={w.tasks.comment} name="comment" value={comment} onChange={setComment} />
      <Refused error={props.error} />
      <Answers action={w.tasks.save} disabled={props.busy} onCancel={props.onCancel} />
    </form>
  )
}
