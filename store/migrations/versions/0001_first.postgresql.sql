CREATE TABLE account (
	id TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	plan TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	open_tokens BIGINT NOT NULL,
	CONSTRAINT pk_account PRIMARY KEY (id),
	CONSTRAINT ck_account_id CHECK (length(id) BETWEEN 1 AND 200),
	CONSTRAINT ck_account_open_tokens CHECK (open_tokens >= 0)
)
;
CREATE UNIQUE INDEX ix_account_sprawl ON account (id) WHERE open_tokens > 10
;
CREATE TABLE audit (
	seq BIGINT NOT NULL,
	action_id TEXT NOT NULL,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	actor_role TEXT NOT NULL,
	actor_how TEXT NOT NULL,
	session TEXT NOT NULL,
	action TEXT NOT NULL,
	account_id TEXT COLLATE "C",
	token_id TEXT COLLATE "C",
	token_name TEXT NOT NULL,
	scopes TEXT NOT NULL,
	case_id TEXT COLLATE "C",
	detail TEXT NOT NULL,
	state_digest BYTEA,
	private_digest BYTEA,
	prev_hash BYTEA NOT NULL,
	hash BYTEA NOT NULL,
	CONSTRAINT pk_audit PRIMARY KEY (seq),
	CONSTRAINT uq_audit_action_id UNIQUE (action_id),
	CONSTRAINT uq_audit_seq_account_id_token_id UNIQUE (seq, account_id, token_id),
	CONSTRAINT ck_audit_seq CHECK (seq >= 1),
	CONSTRAINT ck_audit_account CHECK (token_id IS NULL OR account_id IS NOT NULL),
	CONSTRAINT ck_audit_hashes CHECK (length(hash) = 32 AND length(prev_hash) = 32)
)
;
CREATE INDEX ix_audit_at ON audit (at)
;
CREATE INDEX ix_audit_case ON audit (case_id, seq) WHERE case_id IS NOT NULL
;
CREATE INDEX ix_audit_token ON audit (account_id, token_id, seq)
;
CREATE INDEX ix_audit_actor ON audit (actor, seq)
;
CREATE INDEX ix_audit_action ON audit (action, seq)
;
CREATE TABLE scope (
	name TEXT COLLATE "C" NOT NULL,
	tier TEXT NOT NULL,
	can TEXT NOT NULL,
	cannot TEXT NOT NULL,
	CONSTRAINT pk_scope PRIMARY KEY (name),
	CONSTRAINT ck_scope_tier CHECK (tier IN ('read-only', 'read-write', 'admin'))
)
;
CREATE TABLE operator (
	name TEXT COLLATE "C" NOT NULL,
	role TEXT NOT NULL,
	active INTEGER NOT NULL,
	passphrase TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_operator PRIMARY KEY (name),
	CONSTRAINT ck_operator_role CHECK (role IN ('auditor', 'support', 'on-call', 'security', 'admin')),
	CONSTRAINT ck_operator_active CHECK (active IN (0, 1))
)
;
CREATE TABLE policy (
	account_id TEXT COLLATE "C" NOT NULL,
	max_lifetime_days BIGINT,
	rotate_every_days BIGINT,
	idle_limit_days BIGINT,
	max_overlap_hours BIGINT,
	token_limit BIGINT,
	updated_at BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	CONSTRAINT pk_policy PRIMARY KEY (account_id),
	CONSTRAINT ck_policy_max_lifetime_days CHECK (max_lifetime_days IS NULL OR max_lifetime_days BETWEEN 1 AND 365)
)
;
CREATE TABLE saved_view (
	operator TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	filter TEXT NOT NULL,
	sort TEXT NOT NULL,
	columns TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_saved_view PRIMARY KEY (operator, name)
)
;
CREATE TABLE case_file (
	id TEXT COLLATE "C" NOT NULL,
	title TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	opened_by TEXT NOT NULL,
	closed_at BIGINT,
	CONSTRAINT pk_case_file PRIMARY KEY (id)
)
;
CREATE TABLE fact (
	name TEXT COLLATE "C" NOT NULL,
	value TEXT NOT NULL,
	CONSTRAINT pk_fact PRIMARY KEY (name)
)
;
CREATE TABLE usage_minute (
	minute BIGINT NOT NULL,
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	requests BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	CONSTRAINT pk_usage_minute PRIMARY KEY (minute, account_id, token_id),
	CONSTRAINT ck_usage_minute_counts CHECK (requests >= refused AND refused >= 0)
)
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
;
CREATE TABLE recent_request (
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL,
	number BIGINT NOT NULL,
	outcome TEXT NOT NULL,
	status BIGINT,
	address TEXT NOT NULL,
	agent TEXT NOT NULL,
	method TEXT NOT NULL,
	path TEXT NOT NULL,
	service TEXT NOT NULL,
	latency_us BIGINT,
	request_id TEXT NOT NULL,
	CONSTRAINT pk_recent_request PRIMARY KEY (account_id, token_id, at, number)
)
;
CREATE INDEX ix_recent_request_at ON recent_request (account_id, token_id, at)
;
CREATE TABLE token_address (
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	address TEXT COLLATE "C" NOT NULL,
	first_seen_at BIGINT NOT NULL,
	last_seen_at BIGINT NOT NULL,
	requests BIGINT NOT NULL,
	CONSTRAINT pk_token_address PRIMARY KEY (account_id, token_id, address)
)
;
CREATE TABLE read_log (
	fingerprint TEXT COLLATE "C" NOT NULL,
	head BIGINT NOT NULL,
	position BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	name TEXT NOT NULL,
	read_at BIGINT NOT NULL,
	CONSTRAINT pk_read_log PRIMARY KEY (fingerprint)
)
;
CREATE TABLE member (
	account_id TEXT COLLATE "C" NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	admin INTEGER NOT NULL,
	active INTEGER NOT NULL,
	joined_at BIGINT,
	left_at BIGINT,
	CONSTRAINT pk_member PRIMARY KEY (account_id, id),
	CONSTRAINT fk_member_account_id_account FOREIGN KEY(account_id) REFERENCES account (id),
	CONSTRAINT ck_member_id CHECK (length(id) BETWEEN 1 AND 200),
	CONSTRAINT ck_member_flags CHECK (active IN (0, 1) AND admin IN (0, 1)),
	CONSTRAINT ck_member_left_at CHECK (active = 0 OR left_at IS NULL)
)
;
CREATE TABLE audit_private (
	seq BIGINT NOT NULL,
	salt BYTEA NOT NULL,
	reason TEXT NOT NULL,
	host TEXT NOT NULL,
	peer TEXT NOT NULL,
	CONSTRAINT pk_audit_private PRIMARY KEY (seq),
	CONSTRAINT fk_audit_private_seq_audit FOREIGN KEY(seq) REFERENCES audit (seq)
)
;
CREATE TABLE scope_pair (
	one TEXT COLLATE "C" NOT NULL,
	other TEXT COLLATE "C" NOT NULL,
	why TEXT NOT NULL,
	CONSTRAINT pk_scope_pair PRIMARY KEY (one, other),
	CONSTRAINT fk_scope_pair_one_scope FOREIGN KEY(one) REFERENCES scope (name),
	CONSTRAINT fk_scope_pair_other_scope FOREIGN KEY(other) REFERENCES scope (name)
)
;
CREATE TABLE token (
	account_id TEXT COLLATE "C" NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	environment TEXT NOT NULL,
	scopes TEXT COLLATE "C" NOT NULL,
	tier TEXT NOT NULL,
	broad INTEGER NOT NULL,
	owner_id TEXT COLLATE "C",
	owner_active INTEGER NOT NULL,
	creator_id TEXT COLLATE "C",
	creator_active INTEGER NOT NULL,
	rationale TEXT NOT NULL,
	source TEXT NOT NULL,
	hint TEXT COLLATE "C" NOT NULL,
	digest_scheme TEXT NOT NULL,
	digest BYTEA,
	created_at BIGINT NOT NULL,
	rotated_at BIGINT,
	expires_at BIGINT,
	retires_at BIGINT,
	replaces TEXT,
	replaced_by TEXT,
	suspended_at BIGINT,
	suspended_until BIGINT,
	suspended_by TEXT,
	suspend_message TEXT NOT NULL,
	exposed_at BIGINT,
	revoked_at BIGINT,
	revoked_by TEXT,
	revoke_reason TEXT NOT NULL,
	last_used_at BIGINT,
	last_success_at BIGINT,
	last_denied_at BIGINT,
	last_denied_reason TEXT NOT NULL,
	requests_24h BIGINT NOT NULL,
	requests_30d BIGINT NOT NULL,
	silent_after BIGINT,
	new_address_at BIGINT,
	closed INTEGER NOT NULL,
	audit_seq BIGINT NOT NULL,
	seen_at BIGINT GENERATED ALWAYS AS (coalesce(last_used_at, created_at)) STORED,
	secret_since BIGINT GENERATED ALWAYS AS (coalesce(rotated_at, created_at)) STORED,
	expires_key BIGINT GENERATED ALWAYS AS (coalesce(expires_at, 253402300799000)) STORED,
	CONSTRAINT pk_token PRIMARY KEY (account_id, id),
	CONSTRAINT fk_token_account_id_account FOREIGN KEY(account_id) REFERENCES account (id),
	CONSTRAINT fk_token_owner FOREIGN KEY(account_id, owner_id) REFERENCES member (account_id, id),
	CONSTRAINT fk_token_creator FOREIGN KEY(account_id, creator_id) REFERENCES member (account_id, id),
	CONSTRAINT fk_token_audit FOREIGN KEY(audit_seq, account_id, id) REFERENCES audit (seq, account_id, token_id) DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT ck_token_sizes CHECK (length(id) BETWEEN 1 AND 200 AND length(name) <= 500),
	CONSTRAINT ck_token_environment CHECK (environment IN ('live', 'test')),
	CONSTRAINT ck_token_tier CHECK (tier IN ('read-only', 'read-write', 'admin')),
	CONSTRAINT ck_token_flags CHECK (closed IN (0, 1) AND broad IN (0, 1) AND creator_active IN (0, 1) AND owner_active IN (0, 1)),
	CONSTRAINT ck_token_revoked_by CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
	CONSTRAINT ck_token_revoked_closed CHECK (revoked_at IS NULL OR closed = 1),
	CONSTRAINT ck_token_suspended CHECK (suspended_at IS NOT NULL OR (suspended_until IS NULL AND suspended_by IS NULL)),
	CONSTRAINT ck_token_suspended_until CHECK (suspended_until IS NULL OR suspended_until > suspended_at),
	CONSTRAINT ck_token_retires CHECK (retires_at IS NULL OR replaced_by IS NOT NULL),
	CONSTRAINT ck_token_owner CHECK (owner_id IS NOT NULL OR owner_active = 0),
	CONSTRAINT ck_token_digest_scheme CHECK (digest_scheme = 'none' OR digest_scheme IN ('sha256', 'argon2id') OR digest_scheme LIKE 'hmac-sha256%%'),
	CONSTRAINT ck_token_digest CHECK ((digest_scheme = 'none') = (digest IS NULL)),
	CONSTRAINT ck_token_requests CHECK (requests_24h >= 0 AND requests_30d >= 0)
)
;
CREATE INDEX ix_token_id ON token (id)
;
CREATE INDEX ix_token_never_expires ON token (seen_at, account_id, id) WHERE closed = 0 AND expires_at IS NULL
;
CREATE INDEX ix_token_too_broad ON token (seen_at, account_id, id) WHERE closed = 0 AND broad = 1
;
CREATE INDEX ix_token_revoked ON token (revoked_at, account_id, id) WHERE revoked_at IS NOT NULL
;
CREATE INDEX ix_token_seen ON token (seen_at, account_id, id)
;
CREATE INDEX ix_token_silent ON token (silent_after, account_id, id) WHERE closed = 0 AND silent_after IS NOT NULL
;
CREATE INDEX ix_token_open_seen ON token (seen_at, account_id, id) WHERE closed = 0
;
CREATE INDEX ix_token_hint ON token (hint, account_id, id)
;
CREATE INDEX ix_token_open_secret ON token (secret_since, account_id, id) WHERE closed = 0
;
CREATE INDEX ix_token_no_owner ON token (seen_at, account_id, id) WHERE closed = 0 AND owner_active = 0
;
CREATE INDEX ix_token_used_after_revoke ON token (last_success_at, account_id, id) WHERE revoked_at IS NOT NULL AND last_success_at > revoked_at
;
CREATE INDEX ix_token_busy ON token (requests_24h, account_id, id) WHERE requests_24h > 0
;
CREATE INDEX ix_token_creator ON token (account_id, creator_id)
;
CREATE INDEX ix_token_created ON token (created_at, account_id, id)
;
CREATE INDEX ix_token_secret ON token (secret_since, account_id, id)
;
CREATE INDEX ix_token_open_expires ON token (expires_key, account_id, id) WHERE closed = 0
;
CREATE INDEX ix_token_owner ON token (account_id, owner_id)
;
CREATE INDEX ix_token_orphaned ON token (seen_at, account_id, id) WHERE closed = 0 AND creator_active = 0
;
CREATE INDEX ix_token_high_volume ON token (requests_24h, account_id, id) WHERE requests_24h > 10000
;
CREATE INDEX ix_token_denied ON token (last_denied_at, account_id, id) WHERE last_denied_at IS NOT NULL
;
CREATE INDEX ix_token_expires ON token (expires_key, account_id, id)
;
CREATE INDEX ix_token_open_account ON token (account_id, id) WHERE closed = 0
;
CREATE INDEX ix_token_name ON token (name, account_id, id)
;
CREATE INDEX ix_token_never_used ON token (created_at, account_id, id) WHERE closed = 0 AND last_used_at IS NULL
;
CREATE INDEX ix_token_retiring ON token (retires_at, account_id, id) WHERE closed = 0 AND retires_at IS NOT NULL
;
CREATE INDEX ix_token_suspended ON token (suspended_at, account_id, id) WHERE closed = 0 AND suspended_at IS NOT NULL
;
CREATE INDEX ix_token_new_address ON token (new_address_at, account_id, id) WHERE closed = 0 AND new_address_at IS NOT NULL
;
CREATE INDEX ix_token_digest ON token (digest) WHERE digest IS NOT NULL
;
CREATE FUNCTION token_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.revoked_at IS NOT NULL AND (NEW.revoked_at IS DISTINCT FROM OLD.revoked_at OR NEW.revoked_by IS DISTINCT FROM OLD.revoked_by OR NEW.revoke_reason IS DISTINCT FROM OLD.revoke_reason OR NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.digest_scheme IS DISTINCT FROM OLD.digest_scheme) THEN RAISE EXCEPTION 'a revocation is final' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER token_final BEFORE UPDATE ON token FOR EACH ROW EXECUTE FUNCTION token_final()
;
ALTER TABLE token ENABLE ALWAYS TRIGGER token_final
;
CREATE FUNCTION token_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.closed = 1 AND NEW.closed = 0 THEN RAISE EXCEPTION 'a closed token stays closed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER token_closed BEFORE UPDATE OF closed ON token FOR EACH ROW EXECUTE FUNCTION token_closed()
;
ALTER TABLE token ENABLE ALWAYS TRIGGER token_closed
;
CREATE FUNCTION token_audited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.audit_seq < OLD.audit_seq OR (NEW.audit_seq = OLD.audit_seq AND (NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.name IS DISTINCT FROM OLD.name OR NEW.environment IS DISTINCT FROM OLD.environment OR NEW.scopes IS DISTINCT FROM OLD.scopes OR NEW.tier IS DISTINCT FROM OLD.tier OR NEW.owner_id IS DISTINCT FROM OLD.owner_id OR NEW.creator_id IS DISTINCT FROM OLD.creator_id OR NEW.rationale IS DISTINCT FROM OLD.rationale OR NEW.source IS DISTINCT FROM OLD.source OR NEW.hint IS DISTINCT FROM OLD.hint OR NEW.digest_scheme IS DISTINCT FROM OLD.digest_scheme OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.created_at IS DISTINCT FROM OLD.created_at OR NEW.rotated_at IS DISTINCT FROM OLD.rotated_at OR NEW.expires_at IS DISTINCT FROM OLD.expires_at OR NEW.retires_at IS DISTINCT FROM OLD.retires_at OR NEW.replaces IS DISTINCT FROM OLD.replaces OR NEW.replaced_by IS DISTINCT FROM OLD.replaced_by OR NEW.suspended_at IS DISTINCT FROM OLD.suspended_at OR NEW.suspended_until IS DISTINCT FROM OLD.suspended_until OR NEW.suspended_by IS DISTINCT FROM OLD.suspended_by OR NEW.suspend_message IS DISTINCT FROM OLD.suspend_message OR NEW.exposed_at IS DISTINCT FROM OLD.exposed_at OR NEW.revoked_at IS DISTINCT FROM OLD.revoked_at OR NEW.revoked_by IS DISTINCT FROM OLD.revoked_by OR NEW.revoke_reason IS DISTINCT FROM OLD.revoke_reason)) THEN RAISE EXCEPTION 'no change of a token without its audit line' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER token_audited BEFORE UPDATE OF account_id, id, name, environment, scopes, tier, owner_id, creator_id, rationale, source, hint, digest_scheme, digest, created_at, rotated_at, expires_at, retires_at, replaces, replaced_by, suspended_at, suspended_until, suspended_by, suspend_message, exposed_at, revoked_at, revoked_by, revoke_reason, audit_seq ON token FOR EACH ROW EXECUTE FUNCTION token_audited()
;
ALTER TABLE token ENABLE ALWAYS TRIGGER token_audited
;
CREATE FUNCTION token_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'tokens are never deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$
;
CREATE TRIGGER token_kept BEFORE DELETE ON token FOR EACH ROW EXECUTE FUNCTION token_kept()
;
ALTER TABLE token ENABLE ALWAYS TRIGGER token_kept
;
CREATE FUNCTION token_not_truncated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'tokens are never deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER token_not_truncated BEFORE TRUNCATE ON token FOR EACH STATEMENT EXECUTE FUNCTION token_not_truncated()
;
ALTER TABLE token ENABLE ALWAYS TRIGGER token_not_truncated
;
CREATE FUNCTION audit_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'audit lines are never changed or deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_no_update()
;
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_no_update
;
CREATE FUNCTION audit_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'audit lines are never changed or deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$
;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_no_delete()
;
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_no_delete
;
CREATE FUNCTION audit_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'audit lines are never changed or deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_no_truncate()
;
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_no_truncate
;
CREATE FUNCTION audit_chained() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit) OR NEW.prev_hash <> coalesce((SELECT hash FROM audit WHERE seq = NEW.seq - 1), decode(repeat('00', 32), 'hex')) THEN RAISE EXCEPTION 'an audit line must follow the newest one' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER audit_chained BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_chained()
;
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_chained
