GRANT SELECT, INSERT, UPDATE, DELETE ON arrival_rules, recordings TO hub_system;
--> statement-breakpoint
GRANT SELECT ON arrival_rules, recordings TO hub_app;
--> statement-breakpoint
GRANT INSERT, UPDATE, DELETE ON arrival_rules TO hub_app;
--> statement-breakpoint
ALTER TABLE arrival_rules ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE arrival_rules FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE recordings ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE recordings FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY system ON arrival_rules TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY system ON recordings TO hub_system USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY app_admin ON arrival_rules TO hub_app
  USING ((select hub_is_admin())) WITH CHECK ((select hub_is_admin()));
--> statement-breakpoint
CREATE POLICY app_read ON recordings FOR SELECT TO hub_app
  USING (room_id = any ((select hub_moderated_rooms())::uuid[]));
