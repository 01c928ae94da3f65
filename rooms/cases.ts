import { and, eq } from 'drizzle-orm'
import { type Database, type Tx, tables } from '#db'
import type { CaseView } from '#protocol'

type Row = typeof tables.moderationCases.$inferSelect

/** The newest cases of a room that stay in memory: for snapshots, desks and the ladder. */
export const CASES_KEPT = 1000

/**
 * A room's cases in memory, newest first: all that are open, and the newest of the others. Rows are written with the
 * events that they belong to.
 */
export function createCases(initial: CaseView[] = []) {
  const byId = new Map(initial.map((view) => [view.case, view]))

  /** The one that makes room next. */
  function oldest(): CaseView | undefined {
    for (const view of byId.values()) if (view.status !== 'open') return view
    return undefined
  }

  return {
    get: (id: string) => byId.get(id),
    all: (): CaseView[] => [...byId.values()].reverse(),
    about: (userId: string): CaseView[] =>
      [...byId.values()].reverse().filter((view) => view.target === userId),
    open: (): CaseView[] => [...byId.values()].filter(({ status }) => status === 'open'),
    /** As the rows are once a person is erased: these are gone, others name them no more. */
    forget(userId: string, gone: ReadonlySet<string>) {
      for (const view of byId.values())
        if (gone.has(view.case)) byId.delete(view.case)
        else byId.set(view.case, withoutPerson(view, userId))
    },
    drop(gone: ReadonlySet<string>) {
      for (const id of gone) byId.delete(id)
    },
    put(view: CaseView) {
      const last = oldest()
      // One that has made room already comes not back as if it were new.
      if (last && !byId.has(view.case) && view.opened_at < last.opened_at) return
      byId.set(view.case, view)
      if (last && byId.size > CASES_KEPT) byId.delete(last.case)
    },
  }
}

export type Cases = ReturnType<typeof createCases>

/** Stands where the id or name of somebody who is erased stood. */
export const ERASED = 'erased'

/** What is left of a case when a person in it is erased; whom it is about stays, since it holds. */
function withoutPerson(view: CaseView, userId: string): CaseView {
  return {
    ...view,
    // these are words of theirs
    ...(view.by === userId ? { by: ERASED, reason: '' } : {}),
    ...(view.decided_by === userId ? { decided_by: ERASED, note: null } : {}),
    ...(view.claimed_by === userId ? { claimed_by: null } : {}),
    ...(view.target === userId
      ? { target_name: ERASED, reason: '', note: null, evidence: [], scores: {} }
      : {}),
  }
}

export async function insertCase(tx: Tx, roomId: string, view: CaseView): Promise<void> {
  await tx.insert(tables.moderationCases).values({
    id: view.case,
    roomId,
    targetId: view.target,
    targetName: view.target_name,
    ...changing(view),
    reason: view.reason,
    by: view.by,
    stage: view.stage,
    categories: view.categories,
    scores: view.scores,
    evidence: view.evidence,
    gravity: view.gravity,
    openedAt: view.opened_at,
  })
}

export async function updateCase(tx: Tx, view: CaseView): Promise<void> {
  const rows = tables.moderationCases
  await tx.update(rows).set(changing(view)).where(eq(rows.id, view.case))
}

/** A case of a room that is no longer in memory. */
export async function readCase(
  { db, id, name }: { db: Pick<Database, 'withSystem'>; id: string; name: string },
  caseId: string,
): Promise<CaseView | undefined> {
  const rows = tables.moderationCases
  const [row] = await db.withSystem('read case', (tx) =>
    tx
      .select()
      .from(rows)
      .where(and(eq(rows.id, caseId), eq(rows.roomId, id))),
  )
  return row && caseView(row, name)
}

/** A case's room, wherever it is. */
export async function roomOfCase(
  db: Pick<Database, 'withSystem'>,
  caseId: string,
): Promise<string | undefined> {
  const { moderationCases, rooms } = tables
  const [row] = await db.withSystem('find case', (tx) =>
    tx
      .select({ name: rooms.name })
      .from(moderationCases)
      .innerJoin(rooms, eq(rooms.id, moderationCases.roomId))
      .where(eq(moderationCases.id, caseId)),
  )
  return row?.name
}

export function caseView(row: Row, room: string): CaseView {
  return {
    case: row.id,
    room,
    status: row.status,
    target: row.targetId,
    target_name: row.targetName,
    action: row.action === 'restore' ? null : row.action,
    minutes: row.minutes,
    until: row.untilAt,
    reason: row.reason,
    by: row.by,
    stage: row.stage,
    categories: row.categories,
    scores: row.scores,
    evidence: row.evidence,
    opened_at: row.openedAt,
    decided_at: row.decidedAt,
    decided_by: row.decidedBy,
    note: row.note,
    gravity: row.gravity,
    expires_at: row.expiresAt,
    on_expiry: row.onExpiry,
    // a claim is in the memory of the room alone
    claimed_by: null,
  }
}

function changing(view: CaseView) {
  return {
    status: view.status,
    action: view.action,
    minutes: view.minutes,
    untilAt: view.until,
    decidedAt: view.decided_at,
    decidedBy: view.decided_by,
    note: view.note,
    expiresAt: view.expires_at,
    onExpiry: view.on_expiry,
  }
}
