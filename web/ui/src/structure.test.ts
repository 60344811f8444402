import { expect, test } from 'vitest'
import { keys } from './api/keys'
import { eventTypes } from './live/events'

const sources: Record<string, string> = import.meta.glob('./**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true })
const files = Object.keys(sources).filter((f) => !f.endsWith('.test.ts'))

/**
 * The folders and files of src, lowest layer first. A file imports from its own
 * folder and from lower layers; code that two families of pages share is in a lower one.
 */
const layers = [
  ['settings', 'router'],
  ['api'],
  ['format'],
  ['i18n'],
  ['live'],
  ['parts'],
  ['views'],
  ['fields'], // custom fields of records
  ['facts', 'tasks', 'merge'], // of an interaction and a customer: shown by several families
  ['companies'], // a family of pages; those of customers show a customer's company
  ['admin', 'calls', 'contacts', 'duplicates', 'leads', 'next', 'now', 'search'], // the families of pages
  ['shell'],
  ['routes'],
  ['app'],
  ['main'],
]

const folderOf = (file: string) => file.split('/')[1]!.replace(/\.tsx?$/, '')
const layerOf = (file: string) => layers.findIndex((l) => l.includes(folderOf(file)))

function importsOf(file: string): string[] {
  const specs = [...sources[file]!.matchAll(/(?:\bfrom|\bimport|new URL)\s*\(?\s*'(\.[^']+)'/g)].map((m) => m[1]!)
  return specs.flatMap((spec) => {
    const path = './' + new URL(spec, `file:///${file.slice(2)}`).pathname.slice(1)
    return ['', '.ts', '.tsx', '/index.ts'].map((end) => path + end).filter((f) => f in sources)
  })
}

test('no file imports itself over others', () => {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '))
    if (way.includes(file) || done.has(file)) return
    for (const next of importsOf(file)) visit(next, [...way, file])
    done.add(file)
  }
  for (const f of files) visit(f, [])
  expect(circles).toEqual([])
  expect(done.size).toBe(files.length)
})

test('files import from their own folder and from lower layers only', () => {
  expect(files.filter((f) => layerOf(f) < 0)).toEqual([])
  const wrong = files.flatMap((f) =>
    importsOf(f)
      .filter((to) => folderOf(to) !== folderOf(f) && layerOf(to) >= layerOf(f))
      .map((to) => `${f} imports ${to}`),
  )
  expect(wrong).toEqual([])
})

/** Where a pattern occurs in the sources other than those given. */
function found(pattern: RegExp, except: string[]): string[] {
  return files.filter((f) => !except.includes(f)).flatMap((f) => [...sources[f]!.matchAll(pattern)].map((m) => `${f}: ${m[0]}`))
}

test('query keys are spelled out in api/keys.ts only', () => {
  const first = Object.values(keys).flatMap((k) => ('all' in k && Array.isArray(k.all) ? k.all : Array.isArray(k) ? k : []))
  const roots = [...new Set(first.filter((s) => typeof s === 'string'))].join('|')
  const literal = new RegExp(String.raw`queryKey\s*[:=]\s*\[|Quer(?:y|ies)Data(?:<[^(]*>)?\(\s*\[|\[\s*'(?:${roots})'\s*[,\]]`, 'g')
  expect(roots).toContain('session|tokens')
  expect(found(literal, ['./api/keys.ts'])).toEqual([])
})

test('event types are named in live/events.ts, and in the words for them, only', () => {
  const type = new RegExp(`'(?:${eventTypes.join('|').replaceAll('.', String.raw`\.`)})'`, 'g')
  expect(found(type, ['./live/events.ts', './i18n/en.ts', './i18n/ru.ts'])).toEqual([])
})
