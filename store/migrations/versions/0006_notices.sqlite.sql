CREATE TABLE notice (
	id TEXT NOT NULL,
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	occasion TEXT NOT NULL,
	recipient TEXT NOT NULL,
	address TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT NOT NULL,
	case_id TEXT,
	queued_at INTEGER NOT NULL,
	next_try_at INTEGER NOT NULL,
	state TEXT NOT NULL,
	tries INTEGER NOT NULL,
	lease_until INTEGER,
	holder TEXT NOT NULL,
	sent_at INTEGER,
	way TEXT NOT NULL,
	answer TEXT NOT NULL,
	CONSTRAINT pk_notice PRIMARY KEY (id),
	CONSTRAINT fk_notice_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id),
	CONSTRAINT uq_notice_occasion UNIQUE (account_id, token_id, kind, occasion, recipient),
	CONSTRAINT ck_notice_kind CHECK (kind IN ('expiry', 'rotation', 'orphan', 'exposure', 'revocation')),
	CONSTRAINT ck_notice_state CHECK (state IN ('waiting', 'sending', 'sent', 'dead', 'withdrawn')),
	CONSTRAINT ck_notice_sent_at CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
	CONSTRAINT ck_notice_lease_until CHECK ((state = 'sending') = (lease_until IS NOT NULL)),
	CONSTRAINT ck_notice_tries CHECK (tries >= 0)
)
 STRICT
;
CREATE INDEX ix_notice_dead ON notice (queued_at, id) WHERE state = 'dead'
;
CREATE INDEX ix_notice_queued ON notice (queued_at, id)
;
CREATE INDEX ix_notice_waiting ON notice (next_try_at, id) WHERE state IN ('waiting', 'sending')
