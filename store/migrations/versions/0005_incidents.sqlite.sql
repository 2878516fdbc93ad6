CREATE INDEX ix_case_file_open ON case_file (opened_at, id) WHERE closed_at IS NULL
;
CREATE INDEX ix_case_file_closed ON case_file (closed_at, id) WHERE closed_at IS NOT NULL
;
INSERT INTO case_file (id, title, opened_at, opened_by)
SELECT e.case_id, '', e.at, e.actor FROM audit e JOIN (
	SELECT case_id, min(seq) AS seq FROM audit WHERE case_id IS NOT NULL GROUP BY case_id
) AS named ON named.seq = e.seq
WHERE NOT EXISTS (SELECT 1 FROM case_file c WHERE c.id = e.case_id)
;
CREATE TABLE exposure (
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	source TEXT NOT NULL,
	place TEXT NOT NULL,
	verdict TEXT NOT NULL,
	found_at INTEGER NOT NULL,
	reported_at INTEGER,
	times INTEGER NOT NULL,
	case_id TEXT,
	recorded_by TEXT NOT NULL,
	CONSTRAINT pk_exposure PRIMARY KEY (account_id, token_id, source, place),
	CONSTRAINT fk_exposure_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id)
)
 STRICT
;
CREATE INDEX ix_exposure_case ON exposure (case_id, found_at) WHERE case_id IS NOT NULL
;
CREATE INDEX ix_exposure_found_at ON exposure (found_at, account_id, token_id)
;
CREATE TABLE revocation_proof (
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	first_refused_at INTEGER NOT NULL,
	first_refused_reason TEXT NOT NULL,
	CONSTRAINT pk_revocation_proof PRIMARY KEY (account_id, token_id),
	CONSTRAINT fk_revocation_proof_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE gateway_caller (
	name TEXT NOT NULL,
	digest_scheme TEXT NOT NULL,
	digest BLOB NOT NULL,
	may_revoke INTEGER NOT NULL,
	active INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	CONSTRAINT pk_gateway_caller PRIMARY KEY (name),
	CONSTRAINT ck_gateway_caller_flags CHECK (active IN (0, 1) AND may_revoke IN (0, 1))
)
 STRICT
;
CREATE TABLE gateway_state (
	name TEXT NOT NULL,
	address TEXT NOT NULL,
	version TEXT NOT NULL,
	started_at INTEGER NOT NULL,
	seen_at INTEGER NOT NULL,
	stopped_at INTEGER,
	cache_ms INTEGER NOT NULL,
	grace_ms INTEGER NOT NULL,
	checks INTEGER NOT NULL,
	cache_hits INTEGER NOT NULL,
	stale INTEGER NOT NULL,
	unsaved INTEGER NOT NULL,
	CONSTRAINT pk_gateway_state PRIMARY KEY (name)
)
 STRICT
;
CREATE TABLE token_rule (
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	allowed_addresses TEXT NOT NULL,
	updated_at INTEGER NOT NULL,
	updated_by TEXT NOT NULL,
	CONSTRAINT pk_token_rule PRIMARY KEY (account_id, token_id),
	CONSTRAINT fk_token_rule_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id)
)
 STRICT
;
CREATE TABLE measure_minute (
	minute INTEGER NOT NULL,
	kind TEXT NOT NULL,
	service TEXT NOT NULL,
	outcome TEXT NOT NULL,
	bucket INTEGER NOT NULL,
	operations INTEGER NOT NULL,
	CONSTRAINT pk_measure_minute PRIMARY KEY (minute, kind, service, outcome, bucket),
	CONSTRAINT ck_measure_minute_operations CHECK (operations > 0)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE measure_hour (
	hour INTEGER NOT NULL,
	kind TEXT NOT NULL,
	service TEXT NOT NULL,
	outcome TEXT NOT NULL,
	bucket INTEGER NOT NULL,
	operations INTEGER NOT NULL,
	CONSTRAINT pk_measure_hour PRIMARY KEY (hour, kind, service, outcome, bucket),
	CONSTRAINT ck_measure_hour_operations CHECK (operations > 0)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE failed_check (
	at INTEGER NOT NULL,
	number INTEGER NOT NULL,
	gateway TEXT NOT NULL,
	outcome TEXT NOT NULL,
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	service TEXT NOT NULL,
	method TEXT NOT NULL,
	path TEXT NOT NULL,
	scope TEXT NOT NULL,
	address TEXT NOT NULL,
	agent TEXT NOT NULL,
	latency_us INTEGER,
	request_id TEXT NOT NULL,
	step TEXT NOT NULL,
	CONSTRAINT pk_failed_check PRIMARY KEY (at, number, gateway)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE alert (
	cause TEXT NOT NULL,
	opened_at INTEGER NOT NULL,
	severity TEXT NOT NULL,
	detail TEXT NOT NULL,
	closed_at INTEGER,
	told_at INTEGER,
	CONSTRAINT pk_alert PRIMARY KEY (cause, opened_at),
	CONSTRAINT ck_alert_severity CHECK (severity IN ('page', 'ticket'))
)
 STRICT
;
INSERT INTO revocation_proof (account_id, token_id, first_refused_at, first_refused_reason)
SELECT account_id, token_id, at, outcome FROM (
	SELECT r.account_id, r.token_id, r.at, r.outcome,
	       row_number() OVER (PARTITION BY r.account_id, r.token_id ORDER BY r.at, r.number) AS place
	FROM token t CROSS JOIN recent_request r
	WHERE t.revoked_at IS NOT NULL AND t.last_denied_at >= t.revoked_at
	AND r.account_id = t.account_id AND r.token_id = t.id AND r.at >= t.revoked_at
	AND r.outcome IN ('REVOKED', 'EXPIRED', 'RETIRED', 'SUSPENDED', 'NOT_FOUND')
	AND (EXISTS (SELECT 1 FROM recent_request b WHERE b.account_id = t.account_id AND b.token_id = t.id AND b.at < t.revoked_at)
	     OR (SELECT count(*) FROM recent_request b WHERE b.account_id = t.account_id AND b.token_id = t.id) < 200)
) AS refused WHERE place = 1
