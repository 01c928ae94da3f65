/* Forms that no rule of spelling meets: base, past, participle. */
const FORMS = `
break broke broken
choose chose chosen
buy bought
sell sold
pay paid
send sent
spend spent
build built
lose lost
leave left
meet met
win won
write wrote written
speak spoke spoken
drive drove driven
grow grew grown
know knew known
rise rose risen
fall fell fallen
draw drew drawn
hold held
teach taught
bring brought
catch caught
fight fought
freeze froze frozen
steal stole stolen
wear wore worn
hide hid hidden
shake shook shaken
begin began begun
stick stuck
strike struck
understand understood
child children
man men
woman women
person people
foot feet
mouse mice
criterion criteria
`

/** Irregular form to its base. */
export const IRREGULAR: ReadonlyMap<string, string> = new Map(
  FORMS.trim()
    .split('\n')
    .flatMap((line) => {
      const [base = '', ...forms] = line.split(' ')
      return forms.map((form): [string, string] => [form, base])
    }),
)
