CREATE SEQUENCE "public"."fences" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE SEQUENCE "public"."room_epochs" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "room_agents" (
	"room_id" uuid NOT NULL,
	"workflow" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"name" text NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "room_agents_room_id_workflow_pk" PRIMARY KEY("room_id","workflow"),
	CONSTRAINT "room_agents_workflow" CHECK ("room_agents"."workflow" in ('auto_join', 'summarization', 'moderation', 'qa'))
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" text NOT NULL,
	"method" text NOT NULL,
	"path" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"status" integer,
	"headers" jsonb,
	"response" jsonb,
	"created_at" bigint NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_method_path_key_pk" PRIMARY KEY("user_id","method","path","key")
);
--> statement-breakpoint
CREATE TABLE "moderation_cases" (
	"id" text PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"target_id" text NOT NULL,
	"target_name" text NOT NULL,
	"status" text NOT NULL,
	"action" text,
	"minutes" double precision,
	"until_at" bigint,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"stage" text NOT NULL,
	"categories" text[] NOT NULL,
	"scores" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"evidence" bigint[] NOT NULL,
	"opened_at" bigint NOT NULL,
	"decided_at" bigint,
	"decided_by" text,
	"note" text,
	CONSTRAINT "moderation_cases_status" CHECK ("moderation_cases"."status" in ('open', 'acted', 'approved', 'rejected', 'undone', 'expired')),
	CONSTRAINT "moderation_cases_action" CHECK ("moderation_cases"."action" in ('warn', 'mute', 'remove', 'restore'))
);
--> statement-breakpoint
CREATE TABLE "restrictions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"room_id" uuid NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"case_id" text,
	"from_at" bigint NOT NULL,
	"until_at" bigint,
	"lifted_at" bigint,
	CONSTRAINT "restrictions_kind" CHECK ("restrictions"."kind" in ('muted', 'removed'))
);
--> statement-breakpoint
CREATE TABLE "nodes" (
	"id" text PRIMARY KEY NOT NULL,
	"fence" bigint NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "room_events" (
	"room_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"id" text NOT NULL,
	"at" bigint NOT NULL,
	"type" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"actor_kind" text NOT NULL,
	"to_id" text,
	"data" jsonb NOT NULL,
	"command_id" text,
	"erased" boolean DEFAULT false NOT NULL,
	CONSTRAINT "room_events_room_id_seq_pk" PRIMARY KEY("room_id","seq"),
	CONSTRAINT "room_events_actor_kind" CHECK ("room_events"."actor_kind" in ('person', 'agent', 'system'))
);
--> statement-breakpoint
CREATE TABLE "room_members" (
	"room_id" uuid NOT NULL,
	"user_id" text NOT NULL,
	"rights" text[] NOT NULL,
	CONSTRAINT "room_members_room_id_user_id_pk" PRIMARY KEY("room_id","user_id"),
	CONSTRAINT "room_members_rights" CHECK ("room_members"."rights" <@ array['join', 'watch', 'moderate'])
);
--> statement-breakpoint
CREATE TABLE "rooms" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"owner_id" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"media" text DEFAULT 'local' NOT NULL,
	"epoch" bigint DEFAULT nextval('room_epochs') NOT NULL,
	"seq" bigint DEFAULT 0 NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"node_id" text,
	"fence" bigint,
	"created_at" bigint NOT NULL,
	"opened_at" bigint NOT NULL,
	"closed_at" bigint,
	CONSTRAINT "rooms_name_unique" UNIQUE("name"),
	CONSTRAINT "rooms_status" CHECK ("rooms"."status" in ('open', 'closed')),
	CONSTRAINT "rooms_name_nfc" CHECK ("rooms"."name" is nfc normalized)
);
--> statement-breakpoint
ALTER TABLE "room_agents" ADD CONSTRAINT "room_agents_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "moderation_cases" ADD CONSTRAINT "moderation_cases_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "restrictions" ADD CONSTRAINT "restrictions_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_events" ADD CONSTRAINT "room_events_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_members" ADD CONSTRAINT "room_members_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "moderation_cases_room" ON "moderation_cases" USING btree ("room_id","status","opened_at");--> statement-breakpoint
CREATE INDEX "moderation_cases_target" ON "moderation_cases" USING btree ("room_id","target_id");--> statement-breakpoint
CREATE INDEX "restrictions_room_user" ON "restrictions" USING btree ("room_id","user_id");--> statement-breakpoint
CREATE INDEX "restrictions_user" ON "restrictions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "room_events_id" ON "room_events" USING btree ("room_id","id");--> statement-breakpoint
CREATE INDEX "room_events_participants" ON "room_events" USING btree ("room_id","seq") WHERE "room_events"."type" like 'participant.%';--> statement-breakpoint
CREATE INDEX "room_events_summaries" ON "room_events" USING btree ("room_id","seq") WHERE "room_events"."type" = 'summary.updated';--> statement-breakpoint
CREATE INDEX "room_events_words" ON "room_events" USING btree ("room_id","seq") WHERE "room_events"."type" in ('transcript.final', 'chat.message', 'talkback.said');--> statement-breakpoint
CREATE INDEX "room_members_user" ON "room_members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "rooms_owner" ON "rooms" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "rooms_node" ON "rooms" USING btree ("node_id");