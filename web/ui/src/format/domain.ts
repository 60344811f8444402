/** A domain as people write it: its punycode labels (RFC 3492) in their own letters. */
export function readableDomain(domain: string): string {
  return domain
    .split('.')
    .map((label) => (label.startsWith('xn--') ? (decoded(label.slice(4)) ?? label) : label))
    .join('.')
}

const [base, least, most, skew, damp] = [36, 1, 26, 38, 700]

/** The letters of a punycode label; undefined for one that is none. */
function decoded(label: string): string | undefined {
  const end = label.lastIndexOf('-')
  const out = [...(end > 0 ? label.slice(0, end) : '')]
  let [code, bias, at] = [128, 72, 0]
  for (let i = end > 0 ? end + 1 : 0; i < label.length; ) {
    const before = at
    let weight = 1
    for (let k = base; ; k += base) {
      const digit = digitOf(label[i++])
      if (digit < 0) return undefined
      at += digit * weight
      const threshold = Math.min(Math.max(k - bias, least), most)
      if (digit < threshold) break
      weight *= base - threshold
    }
    bias = adapted(at - before, out.length + 1, before === 0)
    code += Math.floor(at / (out.length + 1))
    at %= out.length + 1
    if (code > 0x10ffff) return undefined
    out.splice(at++, 0, String.fromCodePoint(code))
  }
  return out.join('')
}

const digitOf = (c = '') => (/^[a-z]$/.test(c) ? c.charCodeAt(0) - 97 : /^[0-9]$/.test(c) ? c.charCodeAt(0) - 22 : -1)

function adapted(delta: number, points: number, first: boolean): number {
  let d = Math.floor(delta / (first ? damp : 2))
  d += Math.floor(d / points)
  let k = 0
  for (; d > ((base - least) * most) / 2; k += base) d = Math.floor(d / (base - least))
  return k + Math.floor(((base - least + 1) * d) / (d + skew))
}
