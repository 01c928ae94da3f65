CREATE TABLE "arrival_rules" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"pattern" text NOT NULL,
	"position" integer NOT NULL,
	"join" boolean DEFAULT true NOT NULL,
	"owner_id" text,
	"agents" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "arrival_rules_pattern_unique" UNIQUE("pattern"),
	CONSTRAINT "arrival_rules_pattern_nfc" CHECK ("arrival_rules"."pattern" is nfc normalized)
);
--> statement-breakpoint
CREATE TABLE "recordings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"room_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"user_id" text NOT NULL,
	"user_name" text NOT NULL,
	"case_id" text,
	"started_at" bigint NOT NULL,
	"ended_at" bigint,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"place" text NOT NULL,
	"expires_at" bigint NOT NULL,
	CONSTRAINT "recordings_kind" CHECK ("recordings"."kind" in ('meeting', 'clip'))
);
--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "kept_out" text;--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "arrival_rules_position" ON "arrival_rules" USING btree ("position","created_at");--> statement-breakpoint
CREATE INDEX "arrival_rules_owner" ON "arrival_rules" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "recordings_room" ON "recordings" USING btree ("room_id","started_at");--> statement-breakpoint
CREATE INDEX "recordings_user" ON "recordings" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "recordings_case" ON "recordings" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "recordings_expiry" ON "recordings" USING btree ("expires_at");