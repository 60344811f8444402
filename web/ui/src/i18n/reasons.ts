import type { Words } from './en'

/** The reason of an assignment as a sentence; `code` is "owner", "round_robin:team" … */
export function reasonText(w: Words, code: string | undefined, otherwise = ''): string {
  const [name = '', arg = ''] = split(code ?? '')
  switch (name) {
    case 'owner':
      return w.reasons.owner
    case 'round_robin':
    case 'by_hand':
    case 'substitute':
    case 'returned':
    case 'none_available':
      return w.reasons[name](arg)
  }
  return name ? `${w.reasons.other}: ${otherwise || code}` : otherwise
}

/** The same in two words, for a row. */
export function reasonShort(w: Words, code: string | undefined): string {
  return w.reasons.short[split(code ?? '')[0] ?? ''] ?? ''
}

function split(code: string): [string, string] {
  const at = code.indexOf(':')
  return at < 0 ? [code, ''] : [code.slice(0, at), code.slice(at + 1)]
}
