import { term } from './text.ts'

/*
 * Words of meetings in general that one person says and another one asks with. Groups, not pairs; kept to everyday and
 * business English, since a group that fits one trade only would find wrong things in another.
 */
const GROUPS = `
price cost costs budget money expensive cheap cheaper euro euros dollar dollars pound pounds finance financial financing fund funds funding pay
profit margin revenue income earnings sales sell selling
look looks appearance style design shape form fashion fashionable trendy
color colors red blue green yellow black white
customer client user buyer consumer
problem issue trouble difficulty challenge wrong bug
advantage benefit pro pros plus
disadvantage drawback con cons downside
schedule timetable calendar deadline date plan
delay postpone late later wait
goal aim target objective purpose
feature function functionality
screen display lcd touchscreen
talk speech voice speak spoken
company firm business corporation
database databases postgres postgresql mysql mongo mongodb sqlite
venue location place room hall
logo sign brand branding slogan
job employment work worker employee staff workforce jobs
teacher school education teaching
student university college
elderly senior seniors older
child children kid kids young
doctor hospital health medical clinic
test testing evaluate evaluation trial experiment
score rate rating points scale
result outcome finding findings figure figures
increase rise raise grow growth
reduce decrease cut lower decline drop
buy purchase acquire
risk danger threat
safe safety secure security
material plastic wood rubber metal glass
energy battery batteries power solar electricity
error mistake fault failure crash outage
rule regulation law legislation policy
tax taxes
research study studies survey
record recording recorded tape
transcript transcription transcribe transcribed
microphone mike mic mikes mics
computer machine server
disk disks drive drives storage space
network connection internet
email mail message
begin start launch opening
finish end complete close
quick fast speed slow
size big small large
simple easy ease intuitive usability
hard difficult complex complicated
future next upcoming forward
past previous earlier last
new modern novel innovation innovative original
marketing market advertising campaign
trend trends fashion
help support assistance aid relief
leave leaving gone departure
hire recruit recruitment recruiting retention
train training
meet meeting meetings
joke joking funny laugh
`

const table = new Map<string, Set<string>>()
for (const line of GROUPS.trim().split('\n')) {
  const group = line.trim().split(/\s+/).map(term)
  for (const t of group) {
    const known = table.get(t) ?? new Set()
    for (const other of group) if (other !== t) known.add(other)
    table.set(t, known)
  }
}

/** Terms that may stand for the same thing; empty for most. */
export function synonyms(t: string): ReadonlySet<string> {
  return table.get(t) ?? NONE
}

const NONE: ReadonlySet<string> = new Set()
