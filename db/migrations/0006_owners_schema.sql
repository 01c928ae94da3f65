CREATE TABLE "llm_model_prices" (
	"model_id" text NOT NULL,
	"valid_from" date NOT NULL,
	"input_usd_per_mtok" double precision NOT NULL,
	"output_usd_per_mtok" double precision NOT NULL,
	"cache_read_usd_per_mtok" double precision,
	"cache_write_usd_per_mtok" double precision,
	"batch_input_usd_per_mtok" double precision,
	"batch_output_usd_per_mtok" double precision,
	"long_context_tiers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"source" text NOT NULL,
	CONSTRAINT "llm_model_prices_model_id_valid_from_pk" PRIMARY KEY("model_id","valid_from")
);
--> statement-breakpoint
CREATE TABLE "llm_models" (
	"id" text PRIMARY KEY DEFAULT 'model_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"provider_id" text NOT NULL,
	"model_name" text NOT NULL,
	"display_name" text NOT NULL,
	"family" text,
	"aliases" text[] DEFAULT '{}' NOT NULL,
	"status" text NOT NULL,
	"released_on" date,
	"retires_on" date,
	"context_window" integer NOT NULL,
	"max_input_tokens" integer NOT NULL,
	"max_output_tokens" integer,
	"capabilities" jsonb NOT NULL,
	"api_mode" text NOT NULL,
	"hosts" text[] DEFAULT '{}' NOT NULL,
	"input_usd_per_mtok" double precision NOT NULL,
	"output_usd_per_mtok" double precision NOT NULL,
	"cache_read_usd_per_mtok" double precision,
	"cache_write_usd_per_mtok" double precision,
	"batch_input_usd_per_mtok" double precision,
	"batch_output_usd_per_mtok" double precision,
	"long_context_tiers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"source" text NOT NULL,
	"source_url" text,
	"note" text,
	"as_of" date NOT NULL,
	CONSTRAINT "llm_models_name" UNIQUE("provider_id","model_name"),
	CONSTRAINT "llm_models_status" CHECK ("llm_models"."status" in ('active', 'deprecated', 'retired'))
);
--> statement-breakpoint
CREATE TABLE "llm_performance_metrics" (
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"at" bigint NOT NULL,
	"user_id" text NOT NULL,
	"model_id" text NOT NULL,
	"task_type" text NOT NULL,
	"succeeded" boolean NOT NULL,
	"error_code" text,
	"latency_ms" double precision NOT NULL,
	"first_token_ms" double precision,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cost_usd" double precision DEFAULT 0 NOT NULL,
	"request_id" text,
	CONSTRAINT "llm_performance_metrics_id_at_pk" PRIMARY KEY("id","at")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "llm_providers" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_llm_preferences" (
	"id" text DEFAULT 'pref_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"task_type" text,
	"model_id" text NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "user_llm_preferences_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "user_llm_preferences_task" UNIQUE NULLS NOT DISTINCT("user_id","task_type")
);
--> statement-breakpoint
CREATE TABLE "agent_mcp_interactions" (
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"at" bigint NOT NULL,
	"user_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"execution_id" text,
	"server_id" text NOT NULL,
	"connection_id" text,
	"operation" text NOT NULL,
	"status" text NOT NULL,
	"duration_ms" double precision NOT NULL,
	CONSTRAINT "agent_mcp_interactions_id_at_pk" PRIMARY KEY("id","at"),
	CONSTRAINT "agent_mcp_interactions_status" CHECK ("agent_mcp_interactions"."status" in ('succeeded', 'failed', 'timed_out', 'denied'))
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "mcp_operation_logs" (
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"at" bigint NOT NULL,
	"user_id" text NOT NULL,
	"server_id" text NOT NULL,
	"connection_id" text,
	"operation" text NOT NULL,
	"status" text NOT NULL,
	"error_code" text,
	"duration_ms" double precision NOT NULL,
	"request_bytes" bigint DEFAULT 0 NOT NULL,
	"response_bytes" bigint DEFAULT 0 NOT NULL,
	"request_id" text,
	CONSTRAINT "mcp_operation_logs_id_at_pk" PRIMARY KEY("id","at"),
	CONSTRAINT "mcp_operation_logs_status" CHECK ("mcp_operation_logs"."status" in ('succeeded', 'failed', 'timed_out', 'denied'))
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "mcp_servers" (
	"id" text PRIMARY KEY DEFAULT 'mcp_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"server_type" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"transport" text NOT NULL,
	"url" text,
	"operations" text[] NOT NULL,
	"needs_credentials" boolean DEFAULT false NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "mcp_servers_type" UNIQUE("server_type"),
	CONSTRAINT "mcp_servers_transport" CHECK ("mcp_servers"."transport" in ('http', 'stdio')),
	CONSTRAINT "mcp_servers_url" CHECK ("mcp_servers"."transport" <> 'http' or "mcp_servers"."url" is not null)
);
--> statement-breakpoint
CREATE TABLE "user_mcp_connections" (
	"id" text DEFAULT 'conn_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"server_id" text NOT NULL,
	"status" text DEFAULT 'connected' NOT NULL,
	"credentials" text,
	"credentials_hint" text,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	CONSTRAINT "user_mcp_connections_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "user_mcp_connections_status" CHECK ("user_mcp_connections"."status" in ('connected', 'disconnected', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "prefect_flow_runs" (
	"id" text PRIMARY KEY DEFAULT 'flowrun_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"flow_id" text NOT NULL,
	"room_id" uuid,
	"prefect_run_id" text,
	"state" text NOT NULL,
	"parameters" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"result" jsonb,
	"started_at" bigint NOT NULL,
	"finished_at" bigint,
	CONSTRAINT "prefect_flow_runs_prefect" UNIQUE("prefect_run_id"),
	CONSTRAINT "prefect_flow_runs_state" CHECK ("prefect_flow_runs"."state" in ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'))
);
--> statement-breakpoint
CREATE TABLE "prefect_flows" (
	"id" text DEFAULT 'flow_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"flow_type" text NOT NULL,
	"deployment_id" text,
	"parameters" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "prefect_flows_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "prefect_flows_type" CHECK ("prefect_flows"."flow_type" in ('mcp_processing', 'agent_coordination', 'adaptive_processing', 'meeting_analysis'))
);
--> statement-breakpoint
CREATE TABLE "audit_chains" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner_id" text,
	"seq" bigint DEFAULT 0 NOT NULL,
	"hash" text DEFAULT '' NOT NULL,
	CONSTRAINT "audit_chains_owner" UNIQUE("owner_id")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"chain_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"at" bigint NOT NULL,
	"action" text NOT NULL,
	"body" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_entries_chain_id_seq_pk" PRIMARY KEY("chain_id","seq")
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"room_id" uuid NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "consents_kind" CHECK ("consents"."kind" in ('told', 'opted_out', 'opted_in'))
);
--> statement-breakpoint
CREATE TABLE "data_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"wrapped" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "data_keys_user" UNIQUE("user_id")
);
--> statement-breakpoint
CREATE TABLE "privacy_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text,
	"kind" text NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"progress" double precision DEFAULT 0 NOT NULL,
	"error_code" text,
	"result" jsonb,
	"created_at" bigint NOT NULL,
	"finished_at" bigint,
	"expires_at" bigint,
	CONSTRAINT "privacy_requests_kind" CHECK ("privacy_requests"."kind" in ('export', 'erase')),
	CONSTRAINT "privacy_requests_status" CHECK ("privacy_requests"."status" in ('queued', 'running', 'done', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "agent_teams" (
	"id" text DEFAULT 'team_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"team_name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"collaboration_mode" text NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "agent_teams_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "agent_teams_mode" CHECK ("agent_teams"."collaboration_mode" in ('sequential', 'hierarchical', 'consensus'))
);
--> statement-breakpoint
CREATE TABLE "team_conversations" (
	"id" text PRIMARY KEY DEFAULT 'talk_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text NOT NULL,
	"room_id" uuid,
	"pattern" text NOT NULL,
	"task_description" text NOT NULL,
	"additional_context" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"messages" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"result" text,
	"status" text NOT NULL,
	"error_code" text,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cost_usd" double precision DEFAULT 0 NOT NULL,
	"started_at" bigint NOT NULL,
	"finished_at" bigint,
	CONSTRAINT "team_conversations_pattern" CHECK ("team_conversations"."pattern" in ('task', 'debate', 'brainstorm', 'problem_solving')),
	CONSTRAINT "team_conversations_status" CHECK ("team_conversations"."status" in ('running', 'waiting', 'succeeded', 'failed', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "team_members" (
	"id" text DEFAULT 'member_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"role" text NOT NULL,
	"goal" text DEFAULT '' NOT NULL,
	"position" integer NOT NULL,
	"may_delegate" boolean DEFAULT false NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "team_members_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "agent_workflows" (
	"id" text DEFAULT 'workflow_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"workflow_name" text NOT NULL,
	"workflow_type" text NOT NULL,
	"mcp_integrations" text[] DEFAULT '{}' NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "agent_workflows_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "agent_workflows_type" CHECK ("agent_workflows"."workflow_type" in ('auto_join', 'summarization', 'moderation', 'qa'))
);
--> statement-breakpoint
CREATE TABLE "agents" (
	"id" text DEFAULT 'agent_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"prompt" text DEFAULT '' NOT NULL,
	"model_id" text,
	"voice" text,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "agents_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "workflow_executions" (
	"id" text PRIMARY KEY DEFAULT 'exec_' || replace(gen_random_uuid()::text, '-', '') NOT NULL,
	"user_id" text NOT NULL,
	"workflow_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"room_id" uuid,
	"thread_id" text,
	"status" text NOT NULL,
	"input_data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"output" jsonb,
	"error_code" text,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cost_usd" double precision DEFAULT 0 NOT NULL,
	"started_at" bigint NOT NULL,
	"finished_at" bigint,
	CONSTRAINT "workflow_executions_owned" UNIQUE("user_id","id"),
	CONSTRAINT "workflow_executions_status" CHECK ("workflow_executions"."status" in ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'))
);
--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "kept_after" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "llm_model_prices" ADD CONSTRAINT "llm_model_prices_model_id_llm_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."llm_models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "llm_models" ADD CONSTRAINT "llm_models_provider_id_llm_providers_id_fk" FOREIGN KEY ("provider_id") REFERENCES "public"."llm_providers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "llm_performance_metrics" ADD CONSTRAINT "llm_performance_metrics_model_id_llm_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."llm_models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_llm_preferences" ADD CONSTRAINT "user_llm_preferences_model_id_llm_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."llm_models"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_mcp_interactions" ADD CONSTRAINT "agent_mcp_interactions_agent" FOREIGN KEY ("user_id","agent_id") REFERENCES "public"."agents"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_mcp_interactions" ADD CONSTRAINT "agent_mcp_interactions_execution" FOREIGN KEY ("user_id","execution_id") REFERENCES "public"."workflow_executions"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_mcp_connections" ADD CONSTRAINT "user_mcp_connections_server_id_mcp_servers_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."mcp_servers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prefect_flow_runs" ADD CONSTRAINT "prefect_flow_runs_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prefect_flow_runs" ADD CONSTRAINT "prefect_flow_runs_flow" FOREIGN KEY ("user_id","flow_id") REFERENCES "public"."prefect_flows"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_chain_id_audit_chains_id_fk" FOREIGN KEY ("chain_id") REFERENCES "public"."audit_chains"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_conversations" ADD CONSTRAINT "team_conversations_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_conversations" ADD CONSTRAINT "team_conversations_team" FOREIGN KEY ("user_id","team_id") REFERENCES "public"."agent_teams"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team" FOREIGN KEY ("user_id","team_id") REFERENCES "public"."agent_teams"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_agent" FOREIGN KEY ("user_id","agent_id") REFERENCES "public"."agents"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_workflows" ADD CONSTRAINT "agent_workflows_agent" FOREIGN KEY ("user_id","agent_id") REFERENCES "public"."agents"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_model_id_llm_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."llm_models"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD CONSTRAINT "workflow_executions_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD CONSTRAINT "workflow_executions_workflow" FOREIGN KEY ("user_id","workflow_id") REFERENCES "public"."agent_workflows"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_executions" ADD CONSTRAINT "workflow_executions_agent" FOREIGN KEY ("user_id","agent_id") REFERENCES "public"."agents"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "llm_performance_metrics_user" ON "llm_performance_metrics" USING btree ("user_id","model_id","at");--> statement-breakpoint
CREATE INDEX "llm_performance_metrics_model" ON "llm_performance_metrics" USING btree ("model_id","at");--> statement-breakpoint
CREATE INDEX "user_llm_preferences_model" ON "user_llm_preferences" USING btree ("model_id");--> statement-breakpoint
CREATE INDEX "agent_mcp_interactions_user" ON "agent_mcp_interactions" USING btree ("user_id","agent_id","at");--> statement-breakpoint
CREATE INDEX "agent_mcp_interactions_execution" ON "agent_mcp_interactions" USING btree ("user_id","execution_id");--> statement-breakpoint
CREATE INDEX "mcp_operation_logs_user" ON "mcp_operation_logs" USING btree ("user_id","at");--> statement-breakpoint
CREATE INDEX "mcp_operation_logs_server" ON "mcp_operation_logs" USING btree ("server_id","at");--> statement-breakpoint
CREATE INDEX "user_mcp_connections_server" ON "user_mcp_connections" USING btree ("server_id");--> statement-breakpoint
CREATE INDEX "prefect_flow_runs_user" ON "prefect_flow_runs" USING btree ("user_id","started_at");--> statement-breakpoint
CREATE INDEX "prefect_flow_runs_flow" ON "prefect_flow_runs" USING btree ("user_id","flow_id");--> statement-breakpoint
CREATE INDEX "prefect_flow_runs_room" ON "prefect_flow_runs" USING btree ("room_id");--> statement-breakpoint
CREATE INDEX "prefect_flow_runs_started" ON "prefect_flow_runs" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "consents_room" ON "consents" USING btree ("room_id","at");--> statement-breakpoint
CREATE INDEX "consents_user" ON "consents" USING btree ("user_id","at");--> statement-breakpoint
CREATE INDEX "privacy_requests_user" ON "privacy_requests" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "privacy_requests_expiry" ON "privacy_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "team_conversations_user" ON "team_conversations" USING btree ("user_id","started_at");--> statement-breakpoint
CREATE INDEX "team_conversations_team" ON "team_conversations" USING btree ("user_id","team_id");--> statement-breakpoint
CREATE INDEX "team_conversations_room" ON "team_conversations" USING btree ("room_id");--> statement-breakpoint
CREATE INDEX "team_conversations_started" ON "team_conversations" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "team_members_team" ON "team_members" USING btree ("user_id","team_id","position");--> statement-breakpoint
CREATE INDEX "team_members_agent" ON "team_members" USING btree ("user_id","agent_id");--> statement-breakpoint
CREATE INDEX "agent_workflows_agent" ON "agent_workflows" USING btree ("user_id","agent_id");--> statement-breakpoint
CREATE INDEX "agents_model" ON "agents" USING btree ("model_id");--> statement-breakpoint
CREATE INDEX "workflow_executions_user" ON "workflow_executions" USING btree ("user_id","started_at");--> statement-breakpoint
CREATE INDEX "workflow_executions_workflow" ON "workflow_executions" USING btree ("user_id","workflow_id");--> statement-breakpoint
CREATE INDEX "workflow_executions_agent" ON "workflow_executions" USING btree ("user_id","agent_id");--> statement-breakpoint
CREATE INDEX "workflow_executions_room" ON "workflow_executions" USING btree ("room_id");--> statement-breakpoint
CREATE INDEX "workflow_executions_started" ON "workflow_executions" USING btree ("started_at");