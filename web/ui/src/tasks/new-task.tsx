import { useRef, useState } from 'react'
import { useWords } from '../i18n'
import { Ask } from '../parts/controls'
import { Icon } from '../parts/icons'
import { newKey } from '../api/new-key'
import { type About, usePlanTask } from './queries'
import { TaskForm } from './task-form'

/** A button that opens the form of a new task about a customer, or about none. */
export function NewTask({ kind, label, ...about }: About & { kind?: string; label?: string }) {
  const w = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        <Icon name="tasks" />
        {label ?? w.plan.open}
      </button>
      <TaskDialog open={open} onClose={() => setOpen(false)} about={about} kind={kind} />
    </>
  )
}

/** The form of a new task. A failed save keeps what was typed, and can be repeated without making two. */
export function TaskDialog({ open, onClose, about, kind }: { open: boolean; onClose: () => void; about: About; kind?: string }) {
  const w = useWords()
  const plan = usePlanTask()
  const sent = useRef({ fields: '', key: '' })
  const close = () => {
    onClose()
    plan.reset()
  }
  return (
    <Ask open={open} onClose={close} title={w.plan.title}>
      <TaskForm
        kind={kind}
        error={plan.error}
        busy={plan.isPending}
        onCancel={close}
        onSave={(fields) => {
          const text = JSON.stringify(fields)
          if (sent.current.fields !== text) sent.current = { fields: text, key: newKey() }
          plan.mutate({ fields, about, key: sent.current.key }, { onSuccess: close })
        }}
      />
    </Ask>
  )
}
