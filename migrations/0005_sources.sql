CREATE TABLE `sources` (
	`url` text NOT NULL,
	`owner` text NOT NULL,
	`settings` text NOT NULL,
	`job_id` text NOT NULL,
	`position` integer NOT NULL,
	`hash` text NOT NULL,
	`final_url` text,
	`etag` text,
	`last_modified` text,
	PRIMARY KEY(`url`, `owner`, `settings`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `images` ADD `reused` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `images_reused` integer DEFAULT 0 NOT NULL;