import { useState } from 'react'
import { useWords } from '../i18n'
import { Icon } from '../parts/icons'
import { useKey } from '../parts/keys'
import { Palette } from '../search/palette'
import type { NavEntry } from './nav'

const mac = /mac|iphone|ipad/i.test(navigator.platform)

/** The search from any page, by a button or Ctrl+K. */
export function Find({ entries }: { entries: readonly NavEntry[] }) {
  const w = useWords()
  const [open, setOpen] = useState(false)
  useKey('Ctrl+K', w.find.keySearch, () => setOpen(true))
  return (
    <>
      <button type="button" className="find-button" aria-label={w.find.button} aria-keyshortcuts={mac ? 'Meta+K' : 'Control+K'} onClick={() => setOpen(true)}>
        <Icon name="search" />
        <span>{w.find.button}</span>
        <kbd>{mac ? '⌘K' : 'Ctrl+K'}</kbd>
      </button>
      <Palette open={open} onClose={() => setOpen(false)} pages={entries} />
    </>
  )
}
