import type { Lang } from '../settings'

/** A size as people read it. */
export function size(bytes: number, lang: Lang): string {
  const [value, unit] = bytes < 1000 ? [bytes, 'byte'] : bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte']
  return new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: bytes < 1000 ? 'long' : 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
}

const labels: Record<string, string> = {
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint',
  'application/octet-stream': '',
  'text/plain': 'TXT',
  'image/jpeg': 'JPEG',
}

/** The type of a file in a word; empty if unknown. */
export function kindOfFile(type: string): string {
  return labels[type] ?? type.split('/')[1]?.replace(/^(x-|vnd\.)/, '').toUpperCase() ?? ''
}

const turning = new RegExp('[\u202a-\u202e\u2066-\u2069]', 'g')

/** A file's name as it was sent, without marks that let "exe.jpg" read as something else. */
export const nameOfFile = (name: string) => name.replace(turning, '').trim()

const shown = {
  picture: ['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
  sound: ['audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/wav'],
}

/** How the workplace may show a file; the hub serves every other one for saving only. */
export function showable(type: string): 'picture' | 'sound' | 'none' {
  return shown.picture.includes(type) ? 'picture' : shown.sound.includes(type) ? 'sound' : 'none'
}
