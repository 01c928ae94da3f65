ALTER TABLE "moderation_cases" ADD COLUMN "gravity" text DEFAULT 'high' NOT NULL;--> statement-breakpoint
ALTER TABLE "moderation_cases" ADD COLUMN "expires_at" bigint;--> statement-breakpoint
ALTER TABLE "moderation_cases" ADD COLUMN "on_expiry" text;--> statement-breakpoint
ALTER TABLE "restrictions" ADD COLUMN "replaces" uuid;--> statement-breakpoint
CREATE INDEX "moderation_cases_waiting" ON "moderation_cases" USING btree ("room_id") WHERE "moderation_cases"."status" = 'open';--> statement-breakpoint
ALTER TABLE "moderation_cases" ADD CONSTRAINT "moderation_cases_gravity" CHECK ("moderation_cases"."gravity" in ('low', 'high', 'grave'));--> statement-breakpoint
ALTER TABLE "moderation_cases" ADD CONSTRAINT "moderation_cases_on_expiry" CHECK ("moderation_cases"."on_expiry" in ('approve', 'reject'));--> statement-breakpoint
ALTER TABLE "moderation_cases" ADD CONSTRAINT "moderation_cases_open" CHECK ("moderation_cases"."status" <> 'open' or ("moderation_cases"."action" is not null and "moderation_cases"."expires_at" is not null and "moderation_cases"."on_expiry" is not null));