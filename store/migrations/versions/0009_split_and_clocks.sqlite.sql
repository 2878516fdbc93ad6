CREATE TABLE token_split (
	account_id TEXT NOT NULL,
	parent_id TEXT NOT NULL,
	child_id TEXT NOT NULL,
	program TEXT NOT NULL,
	audit_seq INTEGER NOT NULL,
	CONSTRAINT pk_token_split PRIMARY KEY (account_id, parent_id, child_id),
	CONSTRAINT fk_token_split_parent FOREIGN KEY(account_id, parent_id) REFERENCES token (account_id, id),
	CONSTRAINT fk_token_split_child FOREIGN KEY(account_id, child_id) REFERENCES token (account_id, id),
	CONSTRAINT fk_token_split_audit FOREIGN KEY(audit_seq, account_id, child_id) REFERENCES audit (seq, account_id, token_id),
	CONSTRAINT ck_token_split_program CHECK (length(program) BETWEEN 1 AND 500),
	CONSTRAINT ck_token_split_child CHECK (child_id <> parent_id)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE log_clock (
	source TEXT NOT NULL,
	ahead_ms INTEGER NOT NULL,
	read_at INTEGER NOT NULL,
	CONSTRAINT pk_log_clock PRIMARY KEY (source),
	CONSTRAINT ck_log_clock_ahead_ms CHECK (ahead_ms > 0)
)
 STRICT
