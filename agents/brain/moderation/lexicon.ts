/**
 * Word lists. Each word belongs to one or more classes, a class is one capital letter, and rules are
 * written over classes. Written for this project; identity words (class G) are never evidence alone.
 *
 * S slur against a group             B gendered or sexualised insult
 * I insult, as a noun                J insult, as an adjective
 * D word that makes people vermin    K harsh adjective, an insult only of a person or a group
 * P profanity                        F the verb at the root of most profanity
 * X sexually explicit                V violent verb           W violent participle
 * N verb of hatred                   G group of people        M mild: an insult in direct address only
 * H adjective that names a group if a person follows (O) or if it stands as a noun
 */
const lists: Record<string, string> = {
  S: `nigger niggers nigga niggas niggaz nigguh nigguhs niggah niggahs faggot faggots fag fags faggy dyke dykes
    tranny trannies trannys shemale shemales kike kikes spic spics spick wetback wetbacks beaner
    beaners chink chinks gook gooks raghead ragheads towelhead towelheads sandnigger paki pakis
    coon coons jigaboo darkie darkies wigger wiggers redskin zipperhead muzzie muzzies muzzy retard
    retards retarded fucktard fucktards libtard libtards cripple cripples mongoloid spastic gypsies gyppo honky honkies
    wop dago halfbreed ladyboy heshe trannie sodomite sodomites feminazi feminazis jihadi jungle-bunny`,
  B: `bitch bitches bitchy bitchass biatch hoe hoes slut sluts slutty whore whores thot thots cunt cunts
    skank skanks skanky twat twats pussies hooker bimbo tramp ho's`,
  I: `idiot idiots moron morons imbecile imbeciles dumbass dumbasses asshole assholes arsehole
    arseholes jackass dipshit dipshits shithead shitheads dickhead dickheads prick pricks bastard
    bastards scumbag scumbags douche douchebag douchebags motherfucker motherfuckers mothafucka
    fucker fuckers fuckface fuckhead fuckwad fuckwit dumbfuck halfwit dimwit nitwit cretin cretins
    wanker wankers tosser bellend knobhead loser losers lowlife lowlifes pervert perverts creep
    creeps weirdo pedophile pedophiles paedophile pedo pedos pedo rapist scum degenerate
    degenerates asshat asswipe airhead fatass lardass incel cuck cucks coward cowards
    traitor imbecilic buffoon ignoramus nutjob psycho sob bigmouth crybaby shitbag shitstain
    cocksucker cocksuckers pisspot numbskull bonehead dolt dullard fool fools dumbo dunce`,
  M: `clown liar pig snake rat dog monkey ape cow dick joke disgrace disaster embarrassment failure
    nobody creature thing animal freak freaks donkey goat dinosaur hypocrite trash garbage rubbish`,
  J: `stupid dumb idiotic moronic pathetic worthless disgusting ugly repulsive retarded braindead
    brainless useless shitty fucked filthy vile despicable repugnant imbecilic demented deranged
    stinking revolting dumbest stupidest ugliest clueless senile gutless spineless soulless`,
  K: `awful terrible horrible nasty rotten bad disgusting evil dirty sick crappy hideous gross wicked
    violent cruel inferior dishonest uncivilised uncivilized sickening primitive lazy untrustworthy greedy
    backward unnatural sinful perverted subhuman terrorists rapists criminals invaders thieves thugs annoying creepy crazy insane ridiculous incompetent ignorant corrupt`,
  D: `vermin subhuman subhumans cockroach cockroaches parasite parasites filth scum plague cancer
    savage savages rats rat maggots maggot leech leeches infestation disease pest pests trash
    garbage refuse waste animals apes ape monkeys monkey pigs swine dogs beasts inferior lesser
    untermensch abomination abominations degenerate degenerates scourge menace insects lice
    virus excrement barbarians demons devils worthless disgrace threat danger`,
  P: `shit shits shitty shitting bullshit horseshit damn goddamn dammit hell crap ass asses arse piss
    pissed bollocks bloody wtf omfg stfu gtfo lmfao badass`,
  F: `fuck fucks fucked fucking fuckin fuckn fuk fukn fukin fck fcking fcked motherfucking effing fkn fuckery fking`,
  X: `cock cocks dick dicks penis penises vagina vaginas pussy clit clitoris tits titties boobs boob
    nipple nipples cum cums cumming cumshot orgasm orgasms horny masturbate masturbating masturbated
    masturbation blowjob blowjobs handjob anal anus dildo porn porno nude nudes erection ejaculate
    ejaculated ejaculating semen threesome gangbang milf hentai creampie bukkake fellatio cunnilingus
    wank wanking deepthroat bdsm butthole buttplug fingering cuckold foreskin testicles ballsack
    scrotum labia jizz fap fapping pornhub onlyfans camgirl incest upskirt rimjob sexting squirting`,
  V: `kill murder rape stab shoot hang strangle behead slaughter exterminate eradicate torture lynch
    gas execute castrate choke burn drown poison annihilate butcher massacre eliminate hurt attack
    assault beat punch slap cut skin gut decapitate whip shank bomb nuke disembowel mutilate maim bash wipe`,
  W: `killed murdered raped stabbed shot hanged hung strangled beheaded slaughtered exterminated
    eradicated tortured lynched gassed executed castrated choked burned burnt drowned poisoned
    annihilated butchered massacred eliminated deported sterilized sterilised caged enslaved beaten
    whipped flogged banned imprisoned shackled segregated silenced stoned crucified jailed nuked wiped`,
  N: `hate despise detest loathe abhor hated hating despises detests hates`,
  G: `homosexuality judaism women woman females girls girl men males gays lesbian lesbians bisexuals
    queers homosexual homosexuals heterosexual heterosexuals lgbt lgbtq lgbtqia transgenders
    transsexual transsexuals blacks whites asians latinos latina latinas latinx hispanics mexicans
    africans americans indians koreans arabs europeans muslim muslims islam jew jews christians
    catholics protestants hindus sikh sikhs buddhists atheists taoists mormons immigrants immigrant migrants
    refugees refugee foreigners autistics boomers millennials poles turks russians ukrainians pakistanis
    nigerians somalis syrians iranians afghans palestinians israelis natives aboriginals minorities`,
  H: `female male gay bisexual queer straight trans transgender nonbinary black white asian latino
    hispanic mexican african american indian chinese japanese korean arab european jewish christian
    catholic protestant hindu buddhist atheist taoist mormon migrant foreign disabled deaf blind
    paralyzed paralysed autistic elderly old older young younger teenage millenial millennial aged
    eastern roma romani turkish polish russian ukrainian pakistani palestinian israeli lesbian`,
  O: `people person persons folks men women man woman guys guy kids children families lives community
    boys girls ones neck throat throats necks vermin scum trash immigrants migrants employees couple couples kind`,
}

/** Stems that say the same wherever they stand in a word. */
export const stems: ReadonlyArray<readonly [stem: string, classes: string]> = [
  ['motherfuck', 'I'],
  ['fucktard', 'S'],
  ['fuckwad', 'I'],
  ['fuckwit', 'I'],
  ['jackass', 'I'],
  ['dumbass', 'I'],
  ['dipshit', 'I'],
  ['scumbag', 'I'],
  ['douchebag', 'I'],
  ['tards', 'S'],
  ['cunt', 'B'],
  ['fuck', 'F'],
  ['nigger', 'S'],
  ['nigga', 'S'],
  ['faggot', 'S'],
  ['asshole', 'I'],
  ['bitch', 'B'],
  ['bullshit', 'P'],
  ['shithead', 'I'],
  ['dickhead', 'I'],
  ['masturbat', 'X'],
  ['blowjob', 'X'],
]

/** Ordinary words that hold one of the stems, or look like an obfuscation of a listed word. */
export const ordinary: ReadonlySet<string> = new Set(
  `snigger sniggers sniggered sniggering niggard niggardly niggardliness scunthorpe therapist therapists
  killall hangup hangups burnup manslaughter mankind manhunt womenfolk looser
  bitcher shiitake shitake assess asses assessing custard mustard bastard leotard petard bustard custards mustards leotards petards bustards dotards
  costards standards`.split(/\s+/),
)

/** Words that get glued to a listed one by a lost space. */
/** Words that get glued to a listed one by a lost space. */
export const glue: ReadonlySet<string> = new Set(
  `you u ur off all to your the this that them him her me it up just many are is a an these those people women
  men like yall my and in on so too such absolute massive much typical human complete behaviour behavior female
  i`.split(/\s+/),
)

/** @returns each listed word with the letters of its classes */
export function compileLexicon(): Map<string, string> {
  const classes = new Map<string, string>()
  for (const [letter, list] of Object.entries(lists)) {
    for (const word of list.trim().split(/\s+/)) {
      const so_far = classes.get(word) ?? ''
      if (!so_far.includes(letter)) classes.set(word, so_far + letter)
    }
  }
  return classes
}
