CREATE TABLE sign_in (
	operator TEXT NOT NULL,
	failures INTEGER NOT NULL,
	failed_at INTEGER,
	set_at INTEGER,
	set_by TEXT,
	CONSTRAINT pk_sign_in PRIMARY KEY (operator),
	CONSTRAINT ck_sign_in_failures CHECK (failures >= 0)
)
 STRICT
;
CREATE TABLE operator_session (
	id TEXT NOT NULL,
	operator TEXT NOT NULL,
	how TEXT NOT NULL,
	host TEXT NOT NULL,
	peer TEXT NOT NULL,
	proof BLOB,
	began_at INTEGER NOT NULL,
	seen_at INTEGER NOT NULL,
	proven_at INTEGER NOT NULL,
	ends_at INTEGER NOT NULL,
	ended_at INTEGER,
	ended_by TEXT,
	CONSTRAINT pk_operator_session PRIMARY KEY (id),
	CONSTRAINT ck_operator_session_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
	CONSTRAINT ck_operator_session_ends_at CHECK (ends_at > began_at),
	CONSTRAINT fk_operator_session_operator_operator FOREIGN KEY(operator) REFERENCES operator (name)
)
 STRICT
;
CREATE INDEX ix_operator_session_open ON operator_session (operator, began_at, id) WHERE ended_at IS NULL
;
CREATE TABLE operator_key (
	fingerprint TEXT NOT NULL,
	operator TEXT NOT NULL,
	comment TEXT NOT NULL,
	added_at INTEGER NOT NULL,
	added_by TEXT NOT NULL,
	CONSTRAINT pk_operator_key PRIMARY KEY (fingerprint),
	CONSTRAINT fk_operator_key_operator_operator FOREIGN KEY(operator) REFERENCES operator (name)
)
 STRICT
;
CREATE INDEX ix_operator_key_operator ON operator_key (operator, fingerprint)
;
CREATE TABLE approval (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	operator TEXT NOT NULL,
	digest BLOB NOT NULL,
	summary TEXT NOT NULL,
	reason TEXT NOT NULL,
	asked_at INTEGER NOT NULL,
	ends_at INTEGER NOT NULL,
	answered_at INTEGER,
	answered_by TEXT,
	verdict TEXT,
	used_at INTEGER,
	used_action TEXT,
	reviewed_at INTEGER,
	reviewed_by TEXT,
	CONSTRAINT pk_approval PRIMARY KEY (id),
	CONSTRAINT ck_approval_verdict CHECK (verdict IN ('approved', 'refused', 'broken-glass')),
	CONSTRAINT ck_approval_answered CHECK ((answered_at IS NULL) = (verdict IS NULL)),
	CONSTRAINT ck_approval_second CHECK (verdict IS NULL OR verdict = 'broken-glass' OR answered_by <> operator),
	CONSTRAINT ck_approval_used CHECK (used_at IS NULL OR verdict IN ('approved', 'broken-glass'))
)
 STRICT
;
CREATE INDEX ix_approval_asked_at ON approval (asked_at, id)
;
CREATE INDEX ix_approval_open ON approval (ends_at, id) WHERE verdict IS NULL OR (verdict = 'broken-glass' AND reviewed_at IS NULL)
;
CREATE TRIGGER session_ended BEFORE UPDATE ON operator_session WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a session that was ended stays ended'); END
