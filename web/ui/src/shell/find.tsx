import { useEffect, useState } from 'react'
import { useWords } from '../i18n'
import { Ask } from '../parts/controls'
import { Icon } from '../parts/icons'
import { Palette } from '../search/palette'
import type { NavEntry } from './nav'

const mac = /mac|iphone|ipad/i.test(navigator.platform)
const findKey = mac ? '⌘K' : 'Ctrl+K'

/** The search from any page by a button or Ctrl+K, and the list of keys by "?". */
export function Find({ entries }: { entries: readonly NavEntry[] }) {
  const w = useWords()
  const [open, setOpen] = useState<'' | 'search' | 'keys'>('')
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      const typing = e.target instanceof HTMLElement && e.target.matches('input, textarea, select, [contenteditable]')
      if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.code === 'KeyK') {
        e.preventDefault()
        setOpen((was) => (was === 'search' ? '' : 'search'))
      } else if (e.key === '?' && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
        e.preventDefault()
        setOpen('keys')
      }
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return (
    <>
      <button type="button" className="find-button" aria-label={w.find.button} aria-keyshortcuts={mac ? 'Meta+K' : 'Control+K'} onClick={() => setOpen('search')}>
        <Icon name="search" />
        <span>{w.find.button}</span>
        <kbd>{findKey}</kbd>
      </button>
      <Palette open={open === 'search'} onClose={() => setOpen('')} pages={entries} />
      <Ask open={open === 'keys'} onClose={() => setOpen('')} title={w.find.keysTitle}>
        <dl className="keys">
          {[{ key: findKey, does: w.find.keySearch }, ...w.find.keys].map(({ key, does }) => [
            <dt key={key}>
              <kbd>{key}</kbd>
            </dt>,
            <dd key={`${key} does`}>{does}</dd>,
          ])}
        </dl>
      </Ask>
    </>
  )
}
