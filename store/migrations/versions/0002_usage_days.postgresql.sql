SET LOCAL statement_timeout = 0
;
CREATE TEMPORARY TABLE old_usage_hour ON COMMIT DROP AS SELECT * FROM usage_hour
;
DROP TABLE usage_hour
;
CREATE TABLE usage_hour (
	hour BIGINT NOT NULL,
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	requests BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	status_2xx BIGINT NOT NULL,
	status_3xx BIGINT NOT NULL,
	status_4xx BIGINT NOT NULL,
	status_5xx BIGINT NOT NULL,
	CONSTRAINT pk_usage_hour PRIMARY KEY (hour, account_id, token_id),
	CONSTRAINT ck_usage_hour_counts CHECK (requests >= refused AND refused >= 0)
)
 PARTITION BY RANGE (hour)
;
CREATE TEMPORARY TABLE old_usage_reason ON COMMIT DROP AS SELECT * FROM usage_reason
;
DROP TABLE usage_reason
;
CREATE TABLE usage_reason (
	hour BIGINT NOT NULL,
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	outcome TEXT COLLATE "C" NOT NULL,
	refused BIGINT NOT NULL,
	CONSTRAINT pk_usage_reason PRIMARY KEY (hour, account_id, token_id, outcome),
	CONSTRAINT ck_usage_reason_counts CHECK (refused > 0)
)
 PARTITION BY RANGE (hour)
;
CREATE TABLE usage_day (
	day BIGINT NOT NULL,
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	requests BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	repeated BIGINT NOT NULL,
	hours BIGINT NOT NULL,
	CONSTRAINT pk_usage_day PRIMARY KEY (day, account_id, token_id),
	CONSTRAINT ck_usage_day_counts CHECK (requests >= refused AND refused >= 0 AND requests >= repeated AND repeated >= 0),
	CONSTRAINT ck_usage_day_hours CHECK (hours BETWEEN 0 AND 16777215)
)
 PARTITION BY RANGE (day)
;
CREATE TABLE usage_part (
	day BIGINT NOT NULL,
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	value TEXT COLLATE "C" NOT NULL,
	integration TEXT COLLATE "C" NOT NULL,
	requests BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	CONSTRAINT pk_usage_part PRIMARY KEY (day, account_id, token_id, kind, value, integration),
	CONSTRAINT ck_usage_part_kind CHECK (kind IN ('integration', 'address', 'endpoint', 'scope')),
	CONSTRAINT ck_usage_part_counts CHECK (requests >= refused AND refused >= 0)
)
 PARTITION BY RANGE (day)
;
CREATE TABLE usage_total (
	hour BIGINT NOT NULL,
	account_id TEXT COLLATE "C" NOT NULL,
	requests BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	CONSTRAINT pk_usage_total PRIMARY KEY (hour, account_id),
	CONSTRAINT ck_usage_total_counts CHECK (requests >= refused AND refused >= 0)
)
 PARTITION BY RANGE (hour)
;
CREATE TABLE token_rhythm (
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	rhythm TEXT NOT NULL,
	CONSTRAINT pk_token_rhythm PRIMARY KEY (account_id, token_id)
)
;
CREATE TABLE retention (
	kind TEXT COLLATE "C" NOT NULL,
	days BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	CONSTRAINT pk_retention PRIMARY KEY (kind),
	CONSTRAINT ck_retention_kind CHECK (kind IN ('raw', 'hourly', 'daily')),
	CONSTRAINT ck_retention_days CHECK (days >= 1)
)
;
DO $$
DECLARE
	month timestamp;
	until timestamp;
	step bigint;
	part text;
BEGIN
	SELECT date_trunc('month', timestamp 'epoch' + min(hour) * interval '1 hour'), timestamp 'epoch' + max(hour) * interval '1 hour'
	INTO month, until FROM old_usage_hour;
	WHILE month <= until LOOP
		FOREACH part IN ARRAY ARRAY['usage_hour', 'usage_reason', 'usage_day', 'usage_part', 'usage_total'] LOOP
			step := CASE WHEN part IN ('usage_day', 'usage_part') THEN 86400 ELSE 3600 END;
			EXECUTE format('CREATE TABLE %%I PARTITION OF %%I FOR VALUES FROM (%%s) TO (%%s)',
				part || to_char(month, '_YYYY_MM'), part,
				extract(epoch FROM month)::bigint / step, extract(epoch FROM month + interval '1 month')::bigint / step);
		END LOOP;
		month := month + interval '1 month';
	END LOOP;
END $$
;
INSERT INTO usage_hour SELECT * FROM old_usage_hour
;
INSERT INTO usage_reason SELECT * FROM old_usage_reason
;
INSERT INTO usage_day (day, account_id, token_id, requests, refused, repeated, hours)
SELECT hour / 24, account_id, token_id, sum(requests), sum(refused), 0, sum(1 << (hour %% 24)::int)
FROM usage_hour GROUP BY 1, 2, 3
;
INSERT INTO usage_total (hour, account_id, requests, refused)
SELECT hour, account_id, sum(requests), sum(refused) FROM usage_hour GROUP BY 1, 2
;
INSERT INTO usage_total (hour, account_id, requests, refused)
SELECT hour, '', sum(requests), sum(refused) FROM usage_total GROUP BY 1
;
INSERT INTO fact (name, value)
SELECT 'parts_since', CAST(extract(epoch FROM now()) * 1000 AS BIGINT)::text WHERE EXISTS (SELECT 1 FROM fact WHERE name = 'store_id')
