CREATE TABLE sign_in (
	operator TEXT COLLATE "C" NOT NULL,
	failures BIGINT NOT NULL,
	failed_at BIGINT,
	set_at BIGINT,
	set_by TEXT,
	CONSTRAINT pk_sign_in PRIMARY KEY (operator),
	CONSTRAINT ck_sign_in_failures CHECK (failures >= 0)
)
;
CREATE TABLE operator_session (
	id TEXT COLLATE "C" NOT NULL,
	operator TEXT COLLATE "C" NOT NULL,
	how TEXT NOT NULL,
	host TEXT NOT NULL,
	peer TEXT NOT NULL,
	proof BYTEA,
	began_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	proven_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,
	ended_at BIGINT,
	ended_by TEXT,
	CONSTRAINT pk_operator_session PRIMARY KEY (id),
	CONSTRAINT ck_operator_session_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
	CONSTRAINT ck_operator_session_ends_at CHECK (ends_at > began_at),
	CONSTRAINT fk_operator_session_operator_operator FOREIGN KEY(operator) REFERENCES operator (name)
)
;
CREATE INDEX ix_operator_session_open ON operator_session (operator, began_at, id) WHERE ended_at IS NULL
;
CREATE TABLE operator_key (
	fingerprint TEXT COLLATE "C" NOT NULL,
	operator TEXT COLLATE "C" NOT NULL,
	comment TEXT NOT NULL,
	added_at BIGINT NOT NULL,
	added_by TEXT NOT NULL,
	CONSTRAINT pk_operator_key PRIMARY KEY (fingerprint),
	CONSTRAINT fk_operator_key_operator_operator FOREIGN KEY(operator) REFERENCES operator (name)
)
;
CREATE INDEX ix_operator_key_operator ON operator_key (operator, fingerprint)
;
CREATE TABLE approval (
	id TEXT COLLATE "C" NOT NULL,
	kind TEXT NOT NULL,
	operator TEXT COLLATE "C" NOT NULL,
	digest BYTEA NOT NULL,
	summary TEXT NOT NULL,
	reason TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,
	answered_at BIGINT,
	answered_by TEXT COLLATE "C",
	verdict TEXT,
	used_at BIGINT,
	used_action TEXT,
	reviewed_at BIGINT,
	reviewed_by TEXT,
	CONSTRAINT pk_approval PRIMARY KEY (id),
	CONSTRAINT ck_approval_verdict CHECK (verdict IN ('approved', 'refused', 'broken-glass')),
	CONSTRAINT ck_approval_answered CHECK ((answered_at IS NULL) = (verdict IS NULL)),
	CONSTRAINT ck_approval_second CHECK (verdict IS NULL OR verdict = 'broken-glass' OR answered_by <> operator),
	CONSTRAINT ck_approval_used CHECK (used_at IS NULL OR verdict IN ('approved', 'broken-glass'))
)
;
CREATE INDEX ix_approval_asked_at ON approval (asked_at, id)
;
CREATE INDEX ix_approval_open ON approval (ends_at, id) WHERE verdict IS NULL OR (verdict = 'broken-glass' AND reviewed_at IS NULL)
;
CREATE FUNCTION session_ended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.ended_at IS NOT NULL THEN RAISE EXCEPTION 'a session that was ended stays ended' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER session_ended BEFORE UPDATE ON operator_session FOR EACH ROW EXECUTE FUNCTION session_ended()
;
ALTER TABLE operator_session ENABLE ALWAYS TRIGGER session_ended
