import { useState } from 'react'
import { useWords } from '../i18n'
import { Ask } from '../parts/controls'
import { useKey, useShortcuts } from '../parts/keys'

/** The list of the keys that do something on this page; "?" opens it. */
export function KeyList() {
  const w = useWords()
  const [open, setOpen] = useState(false)
  const keys = useShortcuts()
  useKey('?', w.keys.show, () => setOpen(true))
  return (
    <Ask open={open} onClose={() => setOpen(false)} title={w.keys.title}>
      <dl className="key-list">
        {keys.map((k) => (
          <div key={k.key}>
            <dt>
              <kbd>{k.key}</kbd>
            </dt>
            <dd>{k.name}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">{w.keys.typing}</p>
    </Ask>
  )
}
