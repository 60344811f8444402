import type { ReactNode } from 'react'
import { useWords } from '../i18n'
import { Refused } from '../parts/faces'

/** What was just done, and the button that undoes it. */
export function DoneBar({ says, undo, busy, error, keyName }: { says: ReactNode; undo?: () => void; busy?: boolean; error?: unknown; keyName?: string }) {
  const w = useWords()
  return (
    <div className="done-bar" role="status" data-done>
      <span>{says}</span>
      {undo && (
        <button type="button" className="button" disabled={busy} onClick={undo}>
          {w.merge.undo}
          {keyName && <kbd>{keyName}</kbd>}
        </button>
      )}
      <Refused error={error} />
    </div>
  )
}
