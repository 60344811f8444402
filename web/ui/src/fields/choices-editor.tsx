import { type KeyboardEvent, useRef } from 'react'
import type { CustomField } from '../api/client'
import { useWords } from '../i18n'
import { Icon } from '../parts/icons'

/** A choice as it is edited. A new one has no id yet. */
export interface ChoiceDraft {
  key: string
  id?: string
  name: string
  retired: boolean
}

const fresh = (): ChoiceDraft => ({ key: crypto.randomUUID(), name: '', retired: false })

/** The choices of a field to edit; a new field begins with an empty one. */
export const choicesOf = (f: CustomField | undefined): ChoiceDraft[] => (f ? f.choices.map((c) => ({ key: c.id, ...c })) : [fresh()])

/** The choices in their order. Enter goes on to the next one; what records have is retired, not deleted, when its line goes. */
export function ChoicesEditor({ choices, onChange }: { choices: readonly ChoiceDraft[]; onChange: (list: readonly ChoiceDraft[]) => void }) {
  const w = useWords()
  const list = useRef<HTMLOListElement>(null)
  const wanted = useRef(-1)
  /** The line to which the cursor goes once it is there. */
  const focus = (n: number) => {
    wanted.current = n
    requestAnimationFrame(() => list.current?.querySelectorAll('input')[wanted.current]?.focus())
  }
  const put = (n: number, patch: Partial<ChoiceDraft>) => onChange(choices.map((c, i) => (i === n ? { ...c, ...patch } : c)))
  const add = (at: number) => {
    onChange([...choices.slice(0, at), fresh(), ...choices.slice(at)])
    focus(at)
  }
  const move = (n: number, by: 1 | -1) => {
    if (!choices[n + by]) return
    const next = [...choices]
    ;[next[n], next[n + by]] = [next[n + by]!, next[n]!]
    onChange(next)
    focus(n + by)
  }
  const typed = (e: KeyboardEvent, n: number) => {
    if (e.key === 'Enter') {
      e.preventDefault()
      if (choices[n]!.name.trim()) add(n + 1)
    }
    if (e.altKey && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) {
      e.preventDefault()
      move(n, e.key === 'ArrowUp' ? -1 : 1)
    }
  }
  return (
    <fieldset className="choice-list">
      <legend className="small muted">{w.fields.choices}</legend>
      <ol ref={list}>
        {choices.map((c, n) => (
          <li key={c.key} data-choice={c.name} data-retired={c.retired || undefined}>
            <input className="input" aria-label={w.fields.choice(n + 1)} value={c.name} maxLength={100} autoComplete="off" onChange={(e) => put(n, { name: e.target.value })} onKeyDown={(e) => typed(e, n)} />
            <button type="button" className="icon-button" aria-label={w.facts.up(c.name)} disabled={n === 0} onClick={() => move(n, -1)}>
              <span className="turned">
                <Icon name="down" size={14} />
              </span>
            </button>
            <button type="button" className="icon-button" aria-label={w.facts.down(c.name)} disabled={n === choices.length - 1} onClick={() => move(n, 1)}>
              <Icon name="down" size={14} />
            </button>
            {c.retired ? (
              <button type="button" className="link-button small" aria-label={`${w.facts.restore}: ${c.name}`} onClick={() => put(n, { retired: false })}>
                {w.facts.restore}
              </button>
            ) : (
              <button type="button" className="icon-button" aria-label={w.fields.removeChoice(c.name)} onClick={() => onChange(choices.filter((_, i) => i !== n))}>
                <Icon name="close" size={14} />
              </button>
            )}
          </li>
        ))}
      </ol>
      <button type="button" className="link-button" onClick={() => add(choices.length)}>
        {w.fields.addChoice}
      </button>
      <p className="muted small">{w.fields.choicesHint}</p>
    </fieldset>
  )
}
