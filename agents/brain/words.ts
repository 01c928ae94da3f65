/* Word lists. Lower case, one language (English): in other languages nothing is dropped, and rarity does the weighing. */

const set = (words: string) => new Set(words.trim().split(/\s+/))

/** Function words: they say nothing about what a text is on. */
export const STOP_WORDS = set(`
a about above after again against all also am an and any are aren't as at be because been before being below
between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each few
for from further had hadn't has hasn't have haven't having he he'd he'll he's her here here's hers herself him
himself his how how's i i'd i'll i'm i've if in into is isn't it it'd it'll it's its itself let's me more most
mustn't my myself no nor not of off on once only or other ought our ours ourselves out over own same shan't she
she'd she'll she's should shouldn't so some such than that that'd that'll that's the their theirs them themselves
then there there's these they they'd they'll they're they've this those through to too under until up us very was
wasn't we we'd we'll we're we've were weren't what what's when when's where where's which while who who's whom why
why's will with won't would wouldn't you you'd you'll you're you've your yours yourself yourselves may might must
shall upon via within without whether towards toward among per s t d ll m re ve
`)

/** What people say while they think, agree or take the floor: noise for a summary, not for a search. */
export const TALK_WORDS = set(`
yeah yes yep yup nope okay ok oh ah uh um er erm hmm mm mhm huh right well like know mean think thought guess
just really actually basically maybe probably sure fine good great nice cool thing things stuff something anything
everything nothing kind sort lot bit gonna wanna gotta get gets getting got go goes going went come comes coming
came make makes making made take takes taking took put say says saying said tell see look looks looking want wants
wanted need needs let try way now one two ones actually already still even much many quite pretty alright anyway
else back first second time times point people person everybody everyone somebody someone anybody guys question
thank thanks please sorry course yet ever never always sometimes though although around another different whole
little big new old use used using give gives giving gave find end start talk talking talked work works working
happen happens feel seems seem able mind keep bye hello hi
cause cuz because last part place wait instead meeting meetings group team item items next open close called zero three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty hundred thousand half
perhaps enough mention mentioned mentioning discuss discussed discussing interested interesting generally usually normally particular
particularly obvious slightly completely fairly somewhat somehow totally probable apparently bring brings brought
happy true false supposed basic exactly definitely obviously certainly especially idea ideas trying getting having
morning afternoon today tomorrow yesterday minute minutes hour hours day days week weeks month months year years
`)

/** Sounds, dropped from quotes and sentences. */
export const FILLERS = set(
  'uh um er erm eh hmm hm mm mhm uhm uhh umm ehm mm-hmm uh-huh mmm hmmm nuh-huh',
)

/** How questions on meetings are put; none of it is what they ask about. Matched as stems. */
export const QUESTION_WORDS = set(`
summarize summarise summary summaries discuss discussed discusses discussing discussion discussions talk talks
talked talking say says said saying tell told think thinks thought thinking thoughts opinion opinions view views
mention mentioned comment commented comments meeting meetings group groups team teams mates member members
participants people everyone anyone somebody someone speaker conclusion conclude concluded decision decisions
decide decided agree agreed disagree disagreed agreement recommend recommended suggest suggested propose proposed
respond responded response answer answered ask asked question questioned questions explain explained describe
description elaborate elaborated introduce introduced reason reasons please know main mainly briefly concern
concerning regarding contribute contributed raise raised give gave quote debate debated feel felt
express expressed perspective considered consider happen happened
`)
