-- Who may do what. hub_owner owns everything here and migrates; hub_app is what requests run as;
-- hub_system is what jobs run as. The roles themselves are made in db/migrate/bootstrap.ts.

-- Claims of the request. A setting reads '' (not null) after the transaction that set it has ended.
CREATE FUNCTION hub_claims() RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;
--> statement-breakpoint
CREATE FUNCTION hub_user() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  select nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')
$$;
--> statement-breakpoint
-- Admins see operations (rooms, nodes), never words. A token cut down to some rooms is no admin's.
CREATE FUNCTION hub_is_admin() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  select coalesce(
    public.hub_user() is not null
    and public.hub_claims() ->> 'role' = 'admin'
    and not public.hub_claims() ? 'rooms',
    false)
$$;
--> statement-breakpoint
-- True when the token names its rooms: then it reaches those only, and owns nothing.
CREATE FUNCTION hub_is_limited() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  select coalesce(public.hub_claims() ? 'rooms', true)
$$;
--> statement-breakpoint
-- The rooms in which the claims hold one of the wanted rights. Security definer, since the policies
-- of rooms and room_members would otherwise ask each other for ever.
CREATE FUNCTION hub_rooms(wanted text[]) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
declare
  claims jsonb := public.hub_claims();
  reader text := public.hub_user();
begin
  if reader is null then
    return '{}';
  elsif claims ? 'rooms' then
    if jsonb_typeof(claims -> 'rooms') <> 'object' then
      return '{}';
    end if;
    return array(
      select room.id
        from jsonb_each(claims -> 'rooms') as granted (name, rights)
        join public.rooms room on room.name = normalize(granted.name, NFC)
       where jsonb_typeof(granted.rights) = 'array' and granted.rights ?| wanted);
  end if;
  return array(
    select room.id from public.rooms room where room.owner_id = reader
    union
    select member.room_id from public.room_members member
     where member.user_id = reader and member.rights && wanted);
end
$$;
--> statement-breakpoint
CREATE FUNCTION hub_readable_rooms() RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  select public.hub_rooms(array['join', 'watch', 'moderate'])
$$;
--> statement-breakpoint
CREATE FUNCTION hub_moderated_rooms() RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  select public.hub_rooms(array['moderate'])
$$;
--> statement-breakpoint
-- The twin of visible() in protocol/visibility.ts; test/db/visibility.test.ts holds them together.
CREATE FUNCTION event_view(
  type text, actor_id text, to_id text, erased boolean, data jsonb,
  reader_id text, reader_moderates boolean, moderators_see_private boolean
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  select case
    when erased then 'erased'
    when to_id is not null then
      case
        when reader_id in (to_id, actor_id) or (reader_moderates and moderators_see_private)
          then 'full'
        else 'hidden'
      end
    when type in ('moderation.flagged', 'moderation.reviewed') then
      case when reader_moderates then 'full' else 'hidden' end
    when type = 'moderation.acted' then
      case when reader_moderates or data ->> 'target' = reader_id then 'full' else 'reduced' end
    else 'full'
  end
$$;
--> statement-breakpoint
-- The only way in which hub_app reads a log: every seq, and of each what the claims may see.
-- With `types`, only events of these types that are not hidden (else the filter would tell a hidden type).
CREATE FUNCTION room_log(
  room uuid, after bigint, max_rows integer, types text[] DEFAULT NULL
) RETURNS TABLE (
  seq bigint, at bigint, view text, id text, type text, actor_id text, actor_name text,
  actor_kind text, to_id text, data jsonb, command_id text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
declare
  reader text := public.hub_user();
  moderates boolean := room = any (public.hub_moderated_rooms());
  see_private boolean;
begin
  if not coalesce(room = any (public.hub_readable_rooms()), false) then
    return;
  end if;
  select coalesce(r.settings -> 'moderators_see_private' = 'true'::jsonb, false)
    into see_private from public.rooms r where r.id = room;
  return query
    select e.seq, e.at, v.view,
           case when v.view in ('full', 'reduced') then e.id end,
           case v.view when 'hidden' then 'hidden' when 'erased' then 'erased' else e.type end,
           case when v.view in ('full', 'reduced') then e.actor_id end,
           case when v.view in ('full', 'reduced') then e.actor_name end,
           case when v.view in ('full', 'reduced') then e.actor_kind end,
           case when v.view in ('full', 'reduced') then e.to_id end,
           case v.view
             when 'full' then e.data
             when 'reduced' then
               jsonb_build_object('target', e.data -> 'target', 'action', e.data -> 'action')
           end,
           case when v.view = 'full' then e.command_id end
      from public.room_events e
     cross join lateral (
       select public.event_view(
         e.type, e.actor_id, e.to_id, e.erased, e.data, reader, moderates, see_private) as view
     ) v
     where e.room_id = room
       and e.seq > after
       and (types is null or (e.type = any (types) and v.view in ('full', 'reduced')))
     order by e.seq
     limit least(greatest(max_rows, 0), 1000);
end
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION hub_claims(), hub_user(), hub_is_admin(), hub_is_limited(),
  hub_rooms(text[]), hub_readable_rooms(), hub_moderated_rooms(),
  event_view(text, text, text, boolean, jsonb, text, boolean, boolean),
  room_log(uuid, bigint, integer, text[]) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION hub_claims(), hub_user(), hub_is_admin(), hub_is_limited(),
  hub_rooms(text[]), hub_readable_rooms(), hub_moderated_rooms(),
  event_view(text, text, text, boolean, jsonb, text, boolean, boolean),
  room_log(uuid, bigint, integer, text[]) TO hub_app, hub_system;
--> statement-breakpoint
GRANT USAGE, SELECT ON SEQUENCE room_epochs, fences TO hub_system;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON nodes, rooms, room_members, room_events, restrictions,
  moderation_cases, room_agents, idempotency_keys TO hub_system;
--> statement-breakpoint
GRANT SELECT ON nodes, rooms, room_members, restrictions, moderation_cases, room_agents TO hub_app;
--> statement-breakpoint
GRANT UPDATE (settings) ON rooms TO hub_app;
--> statement-breakpoint
GRANT INSERT, UPDATE, DELETE ON room_members, room_agents TO hub_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO hub_app;
--> statement-breakpoint
ALTER TABLE nodes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE nodes FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE rooms FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE room_members ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE room_members FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE room_events ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE room_events FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE restrictions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE restrictions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE moderation_cases ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE moderation_cases FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE room_agents ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE room_agents FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY system ON nodes TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON rooms TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON room_members TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON room_events TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON restrictions TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON moderation_cases TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON room_agents TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON idempotency_keys TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
-- What the security definer functions above read; hub_owner writes nothing but by a migration's own policy.
CREATE POLICY definer ON rooms FOR SELECT TO hub_owner USING (true);
--> statement-breakpoint
CREATE POLICY definer ON room_members FOR SELECT TO hub_owner USING (true);
--> statement-breakpoint
CREATE POLICY definer ON room_events FOR SELECT TO hub_owner USING (true);
--> statement-breakpoint
CREATE POLICY app_read ON nodes FOR SELECT TO hub_app USING ((select hub_is_admin()));
--> statement-breakpoint
CREATE POLICY app_read ON rooms FOR SELECT TO hub_app
  USING (id = any ((select hub_readable_rooms())::uuid[]) or (select hub_is_admin()));
--> statement-breakpoint
CREATE POLICY app_update ON rooms FOR UPDATE TO hub_app
  USING (owner_id = (select hub_user()) and not (select hub_is_limited()))
  WITH CHECK (owner_id = (select hub_user()) and not (select hub_is_limited()));
--> statement-breakpoint
CREATE POLICY app_read ON room_members FOR SELECT TO hub_app
  USING (
    room_id = any ((select hub_moderated_rooms())::uuid[])
    or (user_id = (select hub_user()) and room_id = any ((select hub_readable_rooms())::uuid[]))
  );
--> statement-breakpoint
CREATE POLICY app_insert ON room_members FOR INSERT TO hub_app
  WITH CHECK (room_id = any ((select hub_moderated_rooms())::uuid[]));
--> statement-breakpoint
CREATE POLICY app_update ON room_members FOR UPDATE TO hub_app
  USING (room_id = any ((select hub_moderated_rooms())::uuid[]))
  WITH CHECK (room_id = any ((select hub_moderated_rooms())::uuid[]));
--> statement-breakpoint
CREATE POLICY app_delete ON room_members FOR DELETE TO hub_app
  USING (room_id = any ((select hub_moderated_rooms())::uuid[]));
--> statement-breakpoint
CREATE POLICY app_read ON restrictions FOR SELECT TO hub_app
  USING (
    room_id = any ((select hub_moderated_rooms())::uuid[])
    or (user_id = (select hub_user()) and room_id = any ((select hub_readable_rooms())::uuid[]))
  );
--> statement-breakpoint
CREATE POLICY app_read ON moderation_cases FOR SELECT TO hub_app
  USING (room_id = any ((select hub_moderated_rooms())::uuid[]));
--> statement-breakpoint
CREATE POLICY app_read ON room_agents FOR SELECT TO hub_app
  USING (room_id = any ((select hub_readable_rooms())::uuid[]));
--> statement-breakpoint
CREATE POLICY app_insert ON room_agents FOR INSERT TO hub_app
  WITH CHECK (room_id = any ((select hub_moderated_rooms())::uuid[]));
--> statement-breakpoint
CREATE POLICY app_update ON room_agents FOR UPDATE TO hub_app
  USING (room_id = any ((select hub_moderated_rooms())::uuid[]))
  WITH CHECK (room_id = any ((select hub_moderated_rooms())::uuid[]));
--> statement-breakpoint
CREATE POLICY app_delete ON room_agents FOR DELETE TO hub_app
  USING (room_id = any ((select hub_moderated_rooms())::uuid[]));
--> statement-breakpoint
CREATE POLICY app_own ON idempotency_keys TO hub_app
  USING (user_id = (select hub_user())) WITH CHECK (user_id = (select hub_user()));
