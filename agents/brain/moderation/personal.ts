import type { Hit } from './types.ts'

/**
 * Personal data and secrets. They hurt whoever says them, so they are `low`: recorded and shown, never a
 * ground for acting against the speaker. An e-mail address alone is said on purpose far more often than
 * by mistake; it is scored, and not flagged.
 */
export function findPersonalData(text: string): Hit[] {
  const hits: Hit[] = []
  const found = (score: number, reason: string) =>
    hits.push({ category: 'personal_data', score, reason })

  for (const match of text.matchAll(/(?<![\d.,-])\d(?:[ -]?\d){12,18}(?![\d-])/g)) {
    const digits = match[0].replace(/\D/g, '')
    if (
      /^(?:4|5[1-5]|2[2-7]|3[47]|6(?:011|5|4[4-9])|3(?:0[0-5]|[68]))/.test(digits) &&
      luhn(digits)
    ) {
      found(0.7, 'the number of a payment card')
      break
    }
  }
  for (const match of text.matchAll(
    /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g,
  )) {
    if (iban(match[0].replace(/ /g, ''))) {
      found(0.65, 'the number of a bank account')
      break
    }
  }
  if (phones.some((phone) => phone.test(text))) found(0.6, 'a telephone number')
  if (secrets.some((secret) => secret.test(text))) found(0.7, 'a password or an access key')
  if (/[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,24}\b/i.test(text)) found(0.3, 'an e-mail address')
  return hits
}

const phones = [
  /(?<![\w+])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}(?:[ .-]?\d{2,4}){1,4}(?![\d.])/,
  /(?<![\w(-])\(\d{3}\) ?\d{3}[ .-]\d{4}(?!\d)/,
  /(?<![\w.-])(?:1[ .-])?\d{3}([.-])\d{3}\1\d{4}(?![\d-])/,
  /\b(?:phone|mobile|cell|call|text|whatsapp|tel|(?:my|phone|her|his) number)\b[^\d\n]{0,24}(?<!\d)\d(?:[ -]?\d){8,11}(?!\d)/i,
]

const secrets = [
  /\b(?:sk|pk|rk)[-_](?:[a-z]{2,10}[-_])?[A-Za-z0-9_-]{20,200}/,
  /\bgh[pousr]_[A-Za-z0-9]{30,255}/,
  /\bgithub_pat_\w{30,255}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,200}/,
  /\bAIza[\w-]{35}/,
  /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----/,
  /\beyJ[\w-]{10,500}\.eyJ[\w-]{10,2000}\.[\w-]{10,500}/,
  /\b(?:password|passwd|passphrase|pwd|api[ _-]?key|secret key)\b ?(?:is|:|=) ?(?=\S{0,40}\d)\S{6,80}/i,
]

/** @see ISO/IEC 7812-1, annex B */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 0 ? digit : digit * 2
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return digits.length > 0 && sum % 10 === 0
}

/** @see ISO 13616, the check by modulus 97 */
export function iban(text: string): boolean {
  if (text.length < 15 || text.length > 34) return false
  let rest = 0
  for (const c of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(c, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}
