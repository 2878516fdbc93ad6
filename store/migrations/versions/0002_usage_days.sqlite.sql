CREATE TABLE usage_day (
	day INTEGER NOT NULL,
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	requests INTEGER NOT NULL,
	refused INTEGER NOT NULL,
	repeated INTEGER NOT NULL,
	hours INTEGER NOT NULL,
	CONSTRAINT pk_usage_day PRIMARY KEY (day, account_id, token_id),
	CONSTRAINT ck_usage_day_counts CHECK (requests >= refused AND refused >= 0 AND requests >= repeated AND repeated >= 0),
	CONSTRAINT ck_usage_day_hours CHECK (hours BETWEEN 0 AND 16777215)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE usage_part (
	day INTEGER NOT NULL,
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	value TEXT NOT NULL,
	integration TEXT NOT NULL,
	requests INTEGER NOT NULL,
	refused INTEGER NOT NULL,
	last_at INTEGER NOT NULL,
	CONSTRAINT pk_usage_part PRIMARY KEY (day, account_id, token_id, kind, value, integration),
	CONSTRAINT ck_usage_part_kind CHECK (kind IN ('integration', 'address', 'endpoint', 'scope')),
	CONSTRAINT ck_usage_part_counts CHECK (requests >= refused AND refused >= 0)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE usage_total (
	hour INTEGER NOT NULL,
	account_id TEXT NOT NULL,
	requests INTEGER NOT NULL,
	refused INTEGER NOT NULL,
	CONSTRAINT pk_usage_total PRIMARY KEY (hour, account_id),
	CONSTRAINT ck_usage_total_counts CHECK (requests >= refused AND refused >= 0)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE token_rhythm (
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	rhythm TEXT NOT NULL,
	CONSTRAINT pk_token_rhythm PRIMARY KEY (account_id, token_id)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE retention (
	kind TEXT NOT NULL,
	days INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	updated_by TEXT NOT NULL,
	CONSTRAINT pk_retention PRIMARY KEY (kind),
	CONSTRAINT ck_retention_kind CHECK (kind IN ('raw', 'hourly', 'daily')),
	CONSTRAINT ck_retention_days CHECK (days >= 1)
)
 WITHOUT ROWID,
 STRICT
;
INSERT INTO usage_day (day, account_id, token_id, requests, refused, repeated, hours)
SELECT hour / 24, account_id, token_id, sum(requests), sum(refused), 0, sum(1 << (hour % 24))
FROM usage_hour GROUP BY 1, 2, 3
;
INSERT INTO usage_total (hour, account_id, requests, refused)
SELECT hour, account_id, sum(requests), sum(refused) FROM usage_hour GROUP BY 1, 2
;
INSERT INTO usage_total (hour, account_id, requests, refused)
SELECT hour, '', sum(requests), sum(refused) FROM usage_total GROUP BY 1
;
INSERT INTO fact (name, value)
SELECT 'parts_since', CAST(strftime('%s', 'now') AS INTEGER) * 1000 || '' WHERE EXISTS (SELECT 1 FROM fact WHERE name = 'store_id')
