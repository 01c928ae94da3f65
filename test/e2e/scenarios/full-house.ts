import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import type { ConsolePage } from '../../support/console.ts'
import { postJson } from '../../support/rest.ts'
import { SOON, type Stage, startStage } from './stage.ts'

/** Names that a layout must bear, as people give them. */
export const HALL = `Town hall 🌿 ${'Donaudampfschifffahrtsgesellschaft'.repeat(3)} / <b>4</b>`
export const ANNEX = 'Annex'
export const PAST = 'Last week'

/** Who owns and moderates it all. */
const MO = 'mo'

/** For the tests of a file: a hub that is full, and the page of its moderator. */
export function useFullHouse(options: BrowserContextOptions = {}) {
  let stage: Stage | undefined
  let opened: ConsolePage | undefined
  beforeAll(async () => {
    stage = await startStage()
    await fillHouse(stage, MO)
    opened = await stage.open(MO, options)
  }, 180_000)
  afterAll(() => stage?.end())
  return {
    get stage() {
      if (stage === undefined) throw new Error('The house is open in tests only.')
      return stage
    },
    /** The console, as it was opened. */
    get console() {
      if (opened === undefined) throw new Error('The house is open in tests only.')
      return opened
    },
  }
}

/**
 * Fills a hub with one of everything that the console shows: two live rooms and a closed one; people who
 * are there, muted, removed and not transcribed; cases that wait and that are decided; answers, summary,
 * private messages, right-to-left text and words without an end.
 */
async function fillHouse(stage: Stage, owner: string): Promise<void> {
  const hall = await stage.make(owner, HALL)
  await stage.make(owner, ANNEX)
  await stage.setAgent(owner, ANNEX, 'moderation', { settings: { automatic: false } })
  const past = await stage.make(owner, PAST)
  const pat = await stage.enter('pat', 'Pat', PAST)
  await pat.caption('The old bridge was opened again last week.')
  await postJson(stage.hub.url, await stage.hub.token(owner), `/rooms/${PAST}/close`, {})
  await past.when(({ status }) => status === 'ended', SOON.timeout)

  const ana = await stage.enter('ana', 'Ana Lund', HALL)
  const ben = await stage.enter('ben', 'Ben', HALL)
  const yara = await stage.enter('yara', 'يارا', HALL)
  const mal = await stage.enter('mal', 'Mal', HALL)
  await ana.caption('We decided to open the orchard bridge on Tuesday.')
  await ben.caption('I will send the permit to the harbour office by Friday.')
  await yara.caption('أفتح الجسر يوم الثلاثاء، وأرسل الدعوات يوم الأربعاء.')
  await ben.caption(`See https://example.org/${'a-very-long-address-'.repeat(12)}`)
  await ana.chat('The plan is in the folder.')
  await ana.chat('Only for you, Ben.', { to: 'ben' })
  await ben.caption('The painters finished the north pillar in May.')
  await yara.caption('Who holds the speech at the opening?')
  await ana.caption('The mayor does, and the school choir sings before her.')
  await ben.caption('Then we need a stage, and chairs for two hundred people.')
  await ana.caption('The theatre lends us both.')
  await ben.caption('Parking stays closed on that day.')
  await mal.caption('Shut up, you fucking idiot.')
  await hall.when(({ cases }) => cases.length > 0, SOON.timeout)
  await yara.setTranscription(false)
  await stage.enter('rex', 'Rex', HALL)
  await stage.enter('mia', 'Mia', HALL)
  await hall.act('rex', 'remove', { minutes: 30, reason: 'Came to disturb.' })
  await hall.act('mia', 'mute', { minutes: 30, reason: 'Too loud.' })
  const { run } = await ben.ask('When do we open the bridge?')
  await hall.when(
    ({ talkback }) => talkback.some((one) => one.run === run && one.done),
    SOON.timeout,
  )
  await hall.when(({ summary }) => summary, SOON.timeout)

  const annex = await stage.enter('odin', 'Odin', ANNEX)
  await annex.caption('I will kill you, Otto.')
  await (await stage.enter('ora', 'Ora', ANNEX)).caption('You are a bit of an idiot.')
}
