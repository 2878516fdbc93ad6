CREATE TABLE token_split (
	account_id TEXT COLLATE "C" NOT NULL,
	parent_id TEXT COLLATE "C" NOT NULL,
	child_id TEXT COLLATE "C" NOT NULL,
	program TEXT COLLATE "C" NOT NULL,
	audit_seq BIGINT NOT NULL,
	CONSTRAINT pk_token_split PRIMARY KEY (account_id, parent_id, child_id),
	CONSTRAINT fk_token_split_parent FOREIGN KEY(account_id, parent_id) REFERENCES token (account_id, id),
	CONSTRAINT fk_token_split_child FOREIGN KEY(account_id, child_id) REFERENCES token (account_id, id),
	CONSTRAINT fk_token_split_audit FOREIGN KEY(audit_seq, account_id, child_id) REFERENCES audit (seq, account_id, token_id),
	CONSTRAINT ck_token_split_program CHECK (length(program) BETWEEN 1 AND 500),
	CONSTRAINT ck_token_split_child CHECK (child_id <> parent_id)
)
;
CREATE TABLE log_clock (
	source TEXT COLLATE "C" NOT NULL,
	ahead_ms BIGINT NOT NULL,
	read_at BIGINT NOT NULL,
	CONSTRAINT pk_log_clock PRIMARY KEY (source),
	CONSTRAINT ck_log_clock_ahead_ms CHECK (ahead_ms > 0)
)
