CREATE TABLE `counters` (
	`subject` text NOT NULL,
	`label` text NOT NULL,
	`count` integer NOT NULL,
	`bytes_in` integer NOT NULL,
	`bytes_out` integer NOT NULL,
	PRIMARY KEY(`subject`, `label`)
) WITHOUT ROWID;
