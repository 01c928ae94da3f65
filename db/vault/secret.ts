const MASK = '[secret]'

/**
 * Text that is shown to nobody by accident: printed, logged, inspected, cloned or made JSON of, it says `[secret]`
 * or nothing.
 *
 * @example
 * const token = await db.vault.open(tx, place, sealed)
 * headers.set('authorization', `Bearer ${token.reveal()}`)
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  /** What util.inspect and console.log print. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK
  }
}
