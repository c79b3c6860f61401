ALTER TABLE `images` ADD `output_width` integer;--> statement-breakpoint
ALTER TABLE `images` ADD `output_height` integer;