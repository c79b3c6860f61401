CREATE TABLE `deliveries` (
	`job_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`event` text NOT NULL,
	`target` text NOT NULL,
	`state` text NOT NULL,
	`attempts` text NOT NULL,
	`next_attempt_at` integer,
	PRIMARY KEY(`job_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `images` (
	`job_id` text NOT NULL,
	`position` integer NOT NULL,
	`url` text NOT NULL,
	`uses` integer NOT NULL,
	`outcome` text,
	`failure` text,
	`extension` text,
	`format` text,
	`width` integer,
	`height` integer,
	`bytes_in` integer,
	`bytes_out` integer,
	`attempts` integer,
	PRIMARY KEY(`job_id`, `position`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`dialect` text NOT NULL,
	`state` text NOT NULL,
	`outcome` text,
	`options` text NOT NULL,
	`webhook_url` text,
	`origin` text NOT NULL,
	`image_base_url` text NOT NULL,
	`products` integer NOT NULL,
	`images` integer NOT NULL,
	`images_total` integer NOT NULL,
	`images_succeeded` integer DEFAULT 0 NOT NULL,
	`images_failed` integer DEFAULT 0 NOT NULL,
	`bytes_in` integer DEFAULT 0 NOT NULL,
	`bytes_out` integer DEFAULT 0 NOT NULL,
	`warnings` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`completed_at` integer
);
--> statement-breakpoint
CREATE INDEX `jobs_by_time` ON `jobs` (`created_at`);