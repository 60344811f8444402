import type { Lang } from '../settings'

/** An amount in hundredths of a currency: "12 500 ₽"; hundredths only where there are some. */
export function money(amount: number, currency: string, lang: Lang): string {
  try {
    return new Intl.NumberFormat(lang === 'ru' ? 'ru-RU' : 'en-GB', {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: amount % 100 ? 2 : 0,
      maximumFractionDigits: 2,
    }).format(amount / 100)
  } catch {
    return `${amount / 100} ${currency}` // not a currency that the browser knows
  }
}

/** A typed amount in hundredths: "12 500,50" is 1250050; '' is 0; undefined: it is no amount. */
export function hundredths(text: string): number | undefined {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.')
  if (!plain) return 0
  return /^\d{1,12}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : undefined
}

/** An amount as it is typed. */
export const typedAmount = (amount: number | undefined) => (amount ? String(amount / 100) : '')
