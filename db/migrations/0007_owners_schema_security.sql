-- Who may do what with the owner's schema. What a person sets up they read and write; what came of it the hub
-- writes and they read; catalogues are for all who are signed in. A token cut down to some rooms owns nothing.

CREATE FUNCTION hub_self() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  select case when not public.hub_is_limited() then public.hub_user() end
$$;
--> statement-breakpoint
-- Admins see a room's words only where its owner lets them.
CREATE OR REPLACE FUNCTION hub_rooms(wanted text[]) RETURNS uuid[]
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
     where member.user_id = reader and member.rights && wanted
    union
    select room.id from public.rooms room
     where public.hub_is_admin() and 'watch' = any (wanted)
       and room.settings -> 'admins_may_read' = 'true'::jsonb);
end
$$;
--> statement-breakpoint
-- The wrapped key of a person, for who seals and opens in the hub: without the key that wraps it, it is of no use.
CREATE FUNCTION data_key(person text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  select id::text || ' ' || wrapped from public.data_keys where user_id = person
$$;
--> statement-breakpoint
-- Keeps a person's first key; whoever comes second gets the first one's.
CREATE FUNCTION keep_data_key(person text, key_id uuid, wrapped_key text, made_at bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
begin
  insert into public.data_keys (id, user_id, wrapped, created_at)
  values (key_id, person, wrapped_key, made_at) on conflict (user_id) do nothing;
  return public.data_key(person);
end
$$;
--> statement-breakpoint
-- Whose keys these are, of those that are there still: what was sealed says by which key, not for whom.
CREATE FUNCTION data_key_persons(key_ids uuid[]) RETURNS TABLE (key_id uuid, person text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  select id, user_id from public.data_keys where id = any (key_ids)
$$;
--> statement-breakpoint
-- Appends to an owner's chain, under a lock that only that owner's changes meet. Each hash covers the one before it.
CREATE FUNCTION audit_append(owner text, happened_at bigint, what text, sealed text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
declare
  chain public.audit_chains;
begin
  insert into public.audit_chains (owner_id) values (owner) on conflict (owner_id) do nothing;
  select * into chain from public.audit_chains where owner_id = owner for update;
  chain.seq := chain.seq + 1;
  chain.hash := public.audit_hash(chain.hash, chain.id, chain.seq, happened_at, what, sealed);
  insert into public.audit_entries (chain_id, seq, at, action, body, hash)
  values (chain.id, chain.seq, happened_at, what, sealed, chain.hash);
  update public.audit_chains set seq = chain.seq, hash = chain.hash where id = chain.id;
  return chain.seq;
end
$$;
--> statement-breakpoint
CREATE FUNCTION audit_hash(
  before text, chain uuid, seq bigint, at bigint, action text, body text
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  select encode(sha256(convert_to(
    jsonb_build_array(before, chain, seq, at, action, body)::text, 'UTF8')), 'hex')
$$;
--> statement-breakpoint
CREATE FUNCTION audit_is_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
begin
  raise exception 'the audit is only ever appended to' using errcode = '42501';
end
$$;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
--> statement-breakpoint
-- Months of the tables that grow without end, from the given moment (epoch ms) for some months ahead. What falls outside of
-- them is in the default partition, so that no row is refused.
CREATE FUNCTION make_partitions(from_ms bigint, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
declare
  parent text;
  first_day timestamptz := date_trunc('month', to_timestamp(from_ms / 1000.0), 'UTC');
  month timestamptz;
  partition text;
  made integer := 0;
begin
  foreach parent in array array['mcp_operation_logs', 'agent_mcp_interactions', 'llm_performance_metrics'] loop
    for ahead in 0 .. months loop
      month := ((first_day at time zone 'UTC') + make_interval(months => ahead)) at time zone 'UTC';
      partition := parent || '_' || to_char(month at time zone 'UTC', 'YYYY_MM');
      continue when to_regclass('public.' || partition) is not null;
      begin
        execute format('create table public.%I partition of public.%I for values from (%L) to (%L)',
          partition, parent, (extract(epoch from month) * 1000)::bigint,
          (extract(epoch from ((month at time zone 'UTC') + interval '1 month') at time zone 'UTC') * 1000)::bigint);
        execute format('alter table public.%I enable row level security', partition);
        execute format('alter table public.%I force row level security', partition);
        made := made + 1;
      exception
        -- rows of that month are in the default partition: they stay there
        when check_violation then null;
        -- another node was faster
        when duplicate_table or unique_violation then null;
      end;
    end loop;
  end loop;
  return made;
end
$$;
--> statement-breakpoint
-- Drops the months that ended before the given moment (epoch ms), and deletes what is as old elsewhere. Answers the rows that went.
CREATE FUNCTION drop_partitions(before_ms bigint) RETURNS TABLE (parent text, dropped bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
declare
  partition text;
  gone bigint;
begin
  foreach parent in array array['mcp_operation_logs', 'agent_mcp_interactions', 'llm_performance_metrics'] loop
    dropped := 0;
    for partition in
      select child.relname from pg_inherits
        join pg_class child on child.oid = inhrelid
       where inhparent = ('public.' || parent)::regclass and child.relname ~ '_\d{4}_\d{2}$'
         and to_timestamp(before_ms / 1000.0) at time zone 'UTC'
             >= to_date(right(child.relname, 7), 'YYYY_MM') + interval '1 month'
    loop
      -- a month has no policy: its owner, too, would count nothing
      execute format('alter table public.%I no force row level security', partition);
      execute format('select count(*) from public.%I', partition) into gone;
      execute format('drop table public.%I', partition);
      dropped := dropped + gone;
    end loop;
    execute format('delete from public.%I where at < %L', parent || '_rest', before_ms);
    get diagnostics gone = row_count;
    dropped := dropped + gone;
    return next;
  end loop;
end
$$;
--> statement-breakpoint
CREATE TABLE mcp_operation_logs_rest PARTITION OF mcp_operation_logs DEFAULT;
--> statement-breakpoint
ALTER TABLE mcp_operation_logs_rest ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE mcp_operation_logs_rest FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE TABLE llm_performance_metrics_rest PARTITION OF llm_performance_metrics DEFAULT;
--> statement-breakpoint
ALTER TABLE llm_performance_metrics_rest ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE llm_performance_metrics_rest FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE TABLE agent_mcp_interactions_rest PARTITION OF agent_mcp_interactions DEFAULT;
--> statement-breakpoint
ALTER TABLE agent_mcp_interactions_rest ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE agent_mcp_interactions_rest FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
REVOKE ALL ON FUNCTION hub_self(), data_key(text), keep_data_key(text, uuid, text, bigint), data_key_persons(uuid[]), audit_append(text, bigint, text, text), audit_hash(text, uuid, bigint, bigint, text, text), audit_is_append_only(), make_partitions(bigint, integer), drop_partitions(bigint) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION hub_self(), data_key(text), keep_data_key(text, uuid, text, bigint), data_key_persons(uuid[]), audit_append(text, bigint, text, text) TO hub_app, hub_system;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION make_partitions(bigint, integer), drop_partitions(bigint) TO hub_system;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON user_mcp_connections, agents, agent_workflows, agent_teams, team_members, user_llm_preferences, prefect_flows, workflow_executions, team_conversations, prefect_flow_runs, mcp_operation_logs, llm_performance_metrics, agent_mcp_interactions, mcp_servers, llm_providers, llm_models, llm_model_prices, data_keys, privacy_requests, consents TO hub_system;
--> statement-breakpoint
-- the chains are written by audit_append; an erasure takes the owner from theirs
GRANT SELECT, UPDATE (owner_id) ON audit_chains TO hub_system;
--> statement-breakpoint
GRANT SELECT ON audit_entries TO hub_system;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON user_mcp_connections, agents, agent_workflows, agent_teams, team_members, user_llm_preferences, prefect_flows TO hub_app;
--> statement-breakpoint
GRANT SELECT ON workflow_executions, team_conversations, prefect_flow_runs, mcp_operation_logs, llm_performance_metrics, agent_mcp_interactions, mcp_servers, llm_providers, llm_models, llm_model_prices, audit_chains, audit_entries, privacy_requests, consents TO hub_app;
--> statement-breakpoint
ALTER TABLE user_mcp_connections ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE user_mcp_connections FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE agents ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE agents FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE agent_workflows ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE agent_workflows FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE agent_teams ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE agent_teams FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE team_members ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE team_members FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE user_llm_preferences ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE user_llm_preferences FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE prefect_flows ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE prefect_flows FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE workflow_executions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE workflow_executions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE team_conversations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE team_conversations FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE prefect_flow_runs ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE prefect_flow_runs FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE mcp_operation_logs ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE mcp_operation_logs FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE llm_performance_metrics ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE llm_performance_metrics FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE agent_mcp_interactions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE agent_mcp_interactions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE mcp_servers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE mcp_servers FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE llm_providers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE llm_providers FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE llm_models ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE llm_models FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE llm_model_prices ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE llm_model_prices FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE data_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE data_keys FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_chains ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_chains FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_entries FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE privacy_requests ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE privacy_requests FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE consents ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE consents FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY system ON user_mcp_connections TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON agents TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON agent_workflows TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON agent_teams TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON team_members TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON user_llm_preferences TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON prefect_flows TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON workflow_executions TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON team_conversations TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON prefect_flow_runs TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON mcp_operation_logs TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON llm_performance_metrics TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON agent_mcp_interactions TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON mcp_servers TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON llm_providers TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON llm_models TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON llm_model_prices TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON data_keys TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON audit_chains TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON audit_entries TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON privacy_requests TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON consents TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
-- what the security definer functions above read and write
CREATE POLICY definer ON data_keys FOR SELECT TO hub_owner USING (true);
--> statement-breakpoint
CREATE POLICY definer_insert ON data_keys FOR INSERT TO hub_owner WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY definer ON audit_chains FOR SELECT TO hub_owner USING (true);
--> statement-breakpoint
CREATE POLICY definer_insert ON audit_chains FOR INSERT TO hub_owner WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY definer_update ON audit_chains FOR UPDATE TO hub_owner USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY definer ON audit_entries FOR INSERT TO hub_owner WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY definer ON mcp_operation_logs_rest TO hub_owner USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY definer ON llm_performance_metrics_rest TO hub_owner USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY definer ON agent_mcp_interactions_rest TO hub_owner USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app_own ON user_mcp_connections TO hub_app
  USING (user_id = (select hub_self())) WITH CHECK (user_id = (select hub_self()));
--> statement-breakpoint
CREATE POLICY app_own ON agents TO hub_app
  USING (user_id = (select hub_self())) WITH CHECK (user_id = (select hub_self()));
--> statement-breakpoint
CREATE POLICY app_own ON agent_workflows TO hub_app
  USING (user_id = (select hub_self())) WITH CHECK (user_id = (select hub_self()));
--> statement-breakpoint
CREATE POLICY app_own ON agent_teams TO hub_app
  USING (user_id = (select hub_self())) WITH CHECK (user_id = (select hub_self()));
--> statement-breakpoint
CREATE POLICY app_own ON team_members TO hub_app
  USING (user_id = (select hub_self())) WITH CHECK (user_id = (select hub_self()));
--> statement-breakpoint
CREATE POLICY app_own ON user_llm_preferences TO hub_app
  USING (user_id = (select hub_self())) WITH CHECK (user_id = (select hub_self()));
--> statement-breakpoint
CREATE POLICY app_own ON prefect_flows TO hub_app
  USING (user_id = (select hub_self())) WITH CHECK (user_id = (select hub_self()));
--> statement-breakpoint
CREATE POLICY app_read ON workflow_executions FOR SELECT TO hub_app USING (user_id = (select hub_self()));
--> statement-breakpoint
CREATE POLICY app_read ON team_conversations FOR SELECT TO hub_app USING (user_id = (select hub_self()));
--> statement-breakpoint
CREATE POLICY app_read ON prefect_flow_runs FOR SELECT TO hub_app USING (user_id = (select hub_self()));
--> statement-breakpoint
-- no index serves a policy that shows admins all: who reads these names the user (test/db/plans.test.ts)
CREATE POLICY app_read ON mcp_operation_logs FOR SELECT TO hub_app
  USING (user_id = (select hub_self()) or (select hub_is_admin()));
--> statement-breakpoint
CREATE POLICY app_read ON llm_performance_metrics FOR SELECT TO hub_app
  USING (user_id = (select hub_self()) or (select hub_is_admin()));
--> statement-breakpoint
CREATE POLICY app_read ON agent_mcp_interactions FOR SELECT TO hub_app
  USING (user_id = (select hub_self()) or (select hub_is_admin()));
--> statement-breakpoint
CREATE POLICY app_read ON mcp_servers FOR SELECT TO hub_app USING ((select hub_user()) is not null);
--> statement-breakpoint
CREATE POLICY app_read ON llm_providers FOR SELECT TO hub_app USING ((select hub_user()) is not null);
--> statement-breakpoint
CREATE POLICY app_read ON llm_models FOR SELECT TO hub_app USING ((select hub_user()) is not null);
--> statement-breakpoint
CREATE POLICY app_read ON llm_model_prices FOR SELECT TO hub_app USING ((select hub_user()) is not null);
--> statement-breakpoint
CREATE POLICY app_read ON audit_chains FOR SELECT TO hub_app
  USING (owner_id = (select hub_self()) or (select hub_is_admin()));
--> statement-breakpoint
CREATE POLICY app_read ON audit_entries FOR SELECT TO hub_app
  USING (exists (select from audit_chains chain where chain.id = chain_id));
--> statement-breakpoint
-- also of LiveKit's guests, who have no other token than one for their room
CREATE POLICY app_read ON privacy_requests FOR SELECT TO hub_app
  USING (user_id = (select hub_self()) or (user_id = (select hub_user()) and starts_with(user_id, 'lk:')));
--> statement-breakpoint
CREATE POLICY app_read ON consents FOR SELECT TO hub_app
  USING (
    room_id = any ((select hub_moderated_rooms())::uuid[])
    or user_id = (select hub_self())
    or (user_id = (select hub_user()) and room_id = any ((select hub_readable_rooms())::uuid[]))
  );
--> statement-breakpoint
SET LOCAL ROLE hub_system;
--> statement-breakpoint
-- Summaries over everything that is logged. A materialised view asks no policy, so nobody is granted them: readers go through the
-- functions beside them. hub_system owns them, since a refresh by an owner under forced row level security comes out empty.
CREATE SCHEMA reports;
--> statement-breakpoint
CREATE MATERIALIZED VIEW reports.agent_performance_summary AS
  select user_id, agent_id,
         count(*) as executions,
         count(*) filter (where status = 'succeeded') as succeeded,
         count(*) filter (where status = 'failed') as failed,
         avg(finished_at - started_at) as mean_ms,
         percentile_cont(0.5) within group (order by finished_at - started_at) as p50_ms,
         percentile_cont(0.95) within group (order by finished_at - started_at) as p95_ms,
         sum(input_tokens) as input_tokens,
         sum(output_tokens) as output_tokens,
         sum(cost_usd) as cost_usd,
         max(started_at) as last_at
    from public.workflow_executions
   group by user_id, agent_id;
--> statement-breakpoint
CREATE UNIQUE INDEX agent_performance_summary_key ON reports.agent_performance_summary (user_id, agent_id);
--> statement-breakpoint
CREATE MATERIALIZED VIEW reports.mcp_usage_summary AS
  select user_id, server_id, operation,
         count(*) as calls,
         count(*) filter (where status = 'succeeded') as succeeded,
         count(*) filter (where status <> 'succeeded') as failed,
         avg(duration_ms) as mean_ms,
         percentile_cont(0.5) within group (order by duration_ms) as p50_ms,
         percentile_cont(0.95) within group (order by duration_ms) as p95_ms,
         sum(request_bytes) as request_bytes,
         sum(response_bytes) as response_bytes,
         max(at) as last_at
    from public.mcp_operation_logs
   group by user_id, server_id, operation;
--> statement-breakpoint
CREATE UNIQUE INDEX mcp_usage_summary_key ON reports.mcp_usage_summary (user_id, server_id, operation);
--> statement-breakpoint
CREATE MATERIALIZED VIEW reports.llm_comparison_view AS
  select user_id, model_id, task_type,
         count(*) as calls,
         count(*) filter (where succeeded) as succeeded,
         count(*) filter (where not succeeded) as failed,
         avg(latency_ms) filter (where succeeded) as mean_ms,
         percentile_cont(0.5) within group (order by latency_ms) filter (where succeeded) as p50_ms,
         percentile_cont(0.95) within group (order by latency_ms) filter (where succeeded) as p95_ms,
         avg(first_token_ms) filter (where succeeded) as first_token_ms,
         sum(input_tokens) as input_tokens,
         sum(output_tokens) as output_tokens,
         sum(cost_usd) as cost_usd,
         max(at) as last_at
    from public.llm_performance_metrics
   group by user_id, model_id, task_type;
--> statement-breakpoint
CREATE UNIQUE INDEX llm_comparison_view_key ON reports.llm_comparison_view (user_id, model_id, task_type);
--> statement-breakpoint
CREATE FUNCTION reports.read_agent_performance_summary() RETURNS SETOF reports.agent_performance_summary
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  select * from reports.agent_performance_summary
   where user_id = (select public.hub_self()) or (select public.hub_is_admin())
$$;
--> statement-breakpoint
CREATE FUNCTION reports.read_mcp_usage_summary() RETURNS SETOF reports.mcp_usage_summary
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  select * from reports.mcp_usage_summary
   where user_id = (select public.hub_self()) or (select public.hub_is_admin())
$$;
--> statement-breakpoint
CREATE FUNCTION reports.read_llm_comparison_view() RETURNS SETOF reports.llm_comparison_view
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  select * from reports.llm_comparison_view
   where user_id = (select public.hub_self()) or (select public.hub_is_admin())
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION reports.read_agent_performance_summary(), reports.read_mcp_usage_summary(), reports.read_llm_comparison_view() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION reports.read_agent_performance_summary(), reports.read_mcp_usage_summary(), reports.read_llm_comparison_view() TO hub_app;
--> statement-breakpoint
GRANT USAGE ON SCHEMA reports TO hub_app;
--> statement-breakpoint
SET LOCAL ROLE hub_owner;
--> statement-breakpoint
SELECT make_partitions((extract(epoch from now()) * 1000)::bigint, 12);
