CREATE TABLE `sweep_marks` (
	`walk` text PRIMARY KEY NOT NULL,
	`mark` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `webhook_secrets` (
	`owner` text PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`previous` text,
	`previous_until` integer
);
--> statement-breakpoint
ALTER TABLE `jobs` ADD `expires_at` integer;--> statement-breakpoint
CREATE INDEX `jobs_by_expiry` ON `jobs` (`expires_at`) WHERE "jobs"."expires_at" is not null;--> statement-breakpoint
CREATE INDEX `jobs_unended` ON `jobs` (`id`) WHERE "jobs"."completed_at" is null;--> statement-breakpoint
-- Jobs that ended before there was an expiry: thirty days, the default.
UPDATE `jobs` SET `expires_at` = `completed_at` + 2592000000 WHERE `completed_at` IS NOT NULL;
