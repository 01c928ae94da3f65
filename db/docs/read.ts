import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'

export interface Column {
  table: string
  name: string
  type: string
  nullable: boolean
  primary: boolean
  unique: boolean
  foreign: boolean
}

/** Columns of the hub's tables, in order; of partitioned ones those of the whole. */
export function readColumns(tx: Tx): Promise<Column[]> {
  return readAll(
    tx,
    sql`
    select rel.relname as table, att.attname as name, format_type(atttypid, atttypmod) as type,
           not att.attnotnull as nullable,
           exists (select from pg_constraint where conrelid = rel.oid and contype = 'p' and attnum = any (conkey)) as primary,
           exists (select from pg_constraint where conrelid = rel.oid and contype = 'u' and conkey = array[attnum]) as unique,
           exists (select from pg_constraint where conrelid = rel.oid and contype = 'f' and attnum = any (conkey)) as foreign
      from pg_class rel join pg_attribute att on attrelid = rel.oid
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and attnum > 0 and not attisdropped
     order by rel.relname collate "C", attnum`,
  )
}

export interface ForeignKey {
  child: string
  parent: string
  columns: string[]
  optional: boolean
}

export function readForeignKeys(tx: Tx): Promise<ForeignKey[]> {
  return readAll(
    tx,
    sql`
    select child.relname as child, parent.relname as parent,
           array_agg(attname::text order by position) as columns, not bool_and(attnotnull) as optional
      from pg_constraint con
      join pg_class child on child.oid = conrelid
      join pg_class parent on parent.oid = confrelid
     cross join lateral unnest(conkey) with ordinality as key (attnum, position)
      join pg_attribute att on attrelid = conrelid and att.attnum = key.attnum
     where contype = 'f' and child.relnamespace = 'public'::regnamespace and not child.relispartition
       and conparentid = 0
     group by con.oid, child.relname, parent.relname
     order by child.relname collate "C", parent.relname collate "C", columns`,
  )
}

export interface Rights {
  table: string
  role: string
  /** `select`, ..., or `update (settings)` where only some columns are granted. */
  commands: { command: string; columns: string[] | null; rows: string[] }[]
}

/** What the roles of requests and of jobs may do with each table, by grants and policies. */
export function readRights(tx: Tx): Promise<Rights[]> {
  return readAll(
    tx,
    sql`
    select rel.relname as table, role.name as role,
           (select coalesce(jsonb_agg(jsonb_build_object(
                'command', command.name,
                'columns', case when not has_table_privilege(role.name, rel.oid, command.name) then
                  (select jsonb_agg(attname order by attnum) from pg_attribute
                    where attrelid = rel.oid and attnum > 0 and not attisdropped
                      and has_column_privilege(role.name, rel.oid, attnum, command.name)) end,
                'rows', (select coalesce(jsonb_agg(distinct
                           coalesce(pg_get_expr(case command.name when 'insert' then coalesce(polwithcheck, polqual) else polqual end, polrelid), 'true')), '[]')
                           from pg_policy where polrelid = rel.oid and polcmd in (command.code, '*')
                            and role.name::regrole = any (polroles))
              ) order by command.code = 'd', command.code = 'w', command.code = 'a'), '[]')
              from (values ('select', 'r'::"char"), ('insert', 'a'), ('update', 'w'), ('delete', 'd')) command (name, code)
             where case command.name
                     when 'delete' then has_table_privilege(role.name, rel.oid, 'delete')
                     else has_any_column_privilege(role.name, rel.oid, command.name) end
           ) as commands
      from pg_class rel cross join (values ('hub_app'), ('hub_system')) role (name)
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
     order by rel.relname collate "C", role.name`,
  )
}

export interface HubFunction {
  name: string
  /** Of whoever calls it, or of its owner. */
  runsAs: string
  callers: string[]
}

export function readFunctions(tx: Tx): Promise<HubFunction[]> {
  return readAll(
    tx,
    sql`
    select case nspname when 'public' then '' else nspname || '.' end
             || proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')' as name,
           case when prosecdef then pg_get_userbyid(proowner) else 'the caller' end as "runsAs",
           array(select role from unnest(array['hub_app', 'hub_system']) role
                  where has_function_privilege(role, pg_proc.oid, 'execute')) as callers
      from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
     where nspname in ('public', 'reports') and prorettype <> 'trigger'::regtype
     order by nspname collate "C", proname collate "C"`,
  )
}

/** As JSON, since what a driver makes of other types is not the same for each. */
async function readAll<T>(tx: Tx, query: SQL): Promise<T[]> {
  const [all] = await tx.execute(
    sql`select coalesce(json_agg(found), '[]')::text as rows from (${query}) found`,
  )
  return JSON.parse(String(all?.rows))
}
