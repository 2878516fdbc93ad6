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
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	source TEXT COLLATE "C" NOT NULL,
	place TEXT COLLATE "C" NOT NULL,
	verdict TEXT NOT NULL,
	found_at BIGINT NOT NULL,
	reported_at BIGINT,
	times BIGINT NOT NULL,
	case_id TEXT COLLATE "C",
	recorded_by TEXT NOT NULL,
	CONSTRAINT pk_exposure PRIMARY KEY (account_id, token_id, source, place),
	CONSTRAINT fk_exposure_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id)
)
;
CREATE INDEX ix_exposure_case ON exposure (case_id, found_at) WHERE case_id IS NOT NULL
;
CREATE INDEX ix_exposure_found_at ON exposure (found_at, account_id, token_id)
;
CREATE TABLE revocation_proof (
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	first_refused_at BIGINT NOT NULL,
	first_refused_reason TEXT NOT NULL,
	CONSTRAINT pk_revocation_proof PRIMARY KEY (account_id, token_id),
	CONSTRAINT fk_revocation_proof_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id)
)
;
CREATE TABLE gateway_caller (
	name TEXT COLLATE "C" NOT NULL,
	digest_scheme TEXT NOT NULL,
	digest BYTEA NOT NULL,
	may_revoke INTEGER NOT NULL,
	active INTEGER NOT NULL,
	created_at BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	CONSTRAINT pk_gateway_caller PRIMARY KEY (name),
	CONSTRAINT ck_gateway_caller_flags CHECK (active IN (0, 1) AND may_revoke IN (0, 1))
)
;
CREATE TABLE gateway_state (
	name TEXT COLLATE "C" NOT NULL,
	address TEXT NOT NULL,
	version TEXT NOT NULL,
	started_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	stopped_at BIGINT,
	cache_ms BIGINT NOT NULL,
	grace_ms BIGINT NOT NULL,
	checks BIGINT NOT NULL,
	cache_hits BIGINT NOT NULL,
	stale BIGINT NOT NULL,
	unsaved BIGINT NOT NULL,
	CONSTRAINT pk_gateway_state PRIMARY KEY (name)
)
;
CREATE TABLE token_rule (
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	allowed_addresses TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	CONSTRAINT pk_token_rule PRIMARY KEY (account_id, token_id),
	CONSTRAINT fk_token_rule_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id)
)
;
CREATE TABLE measure_minute (
	minute BIGINT NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	service TEXT COLLATE "C" NOT NULL,
	outcome TEXT COLLATE "C" NOT NULL,
	bucket BIGINT NOT NULL,
	operations BIGINT NOT NULL,
	CONSTRAINT pk_measure_minute PRIMARY KEY (minute, kind, service, outcome, bucket),
	CONSTRAINT ck_measure_minute_operations CHECK (operations > 0)
)
;
CREATE TABLE measure_hour (
	hour BIGINT NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	service TEXT COLLATE "C" NOT NULL,
	outcome TEXT COLLATE "C" NOT NULL,
	bucket BIGINT NOT NULL,
	operations BIGINT NOT NULL,
	CONSTRAINT pk_measure_hour PRIMARY KEY (hour, kind, service, outcome, bucket),
	CONSTRAINT ck_measure_hour_operations CHECK (operations > 0)
)
;
CREATE TABLE failed_check (
	at BIGINT NOT NULL,
	number BIGINT NOT NULL,
	gateway TEXT COLLATE "C" NOT NULL,
	outcome TEXT NOT NULL,
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	service TEXT NOT NULL,
	method TEXT NOT NULL,
	path TEXT NOT NULL,
	scope TEXT NOT NULL,
	address TEXT NOT NULL,
	agent TEXT NOT NULL,
	latency_us BIGINT,
	request_id TEXT NOT NULL,
	step TEXT NOT NULL,
	CONSTRAINT pk_failed_check PRIMARY KEY (at, number, gateway)
)
;
CREATE TABLE alert (
	cause TEXT COLLATE "C" NOT NULL,
	opened_at BIGINT NOT NULL,
	severity TEXT NOT NULL,
	detail TEXT NOT NULL,
	closed_at BIGINT,
	told_at BIGINT,
	CONSTRAINT pk_alert PRIMARY KEY (cause, opened_at),
	CONSTRAINT ck_alert_severity CHECK (severity IN ('page', 'ticket'))
)
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
