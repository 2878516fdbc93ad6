CREATE TABLE notice (
	id TEXT COLLATE "C" NOT NULL,
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	kind TEXT NOT NULL,
	occasion TEXT COLLATE "C" NOT NULL,
	recipient TEXT COLLATE "C" NOT NULL,
	address TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT NOT NULL,
	case_id TEXT COLLATE "C",
	queued_at BIGINT NOT NULL,
	next_try_at BIGINT NOT NULL,
	state TEXT NOT NULL,
	tries BIGINT NOT NULL,
	lease_until BIGINT,
	holder TEXT NOT NULL,
	sent_at BIGINT,
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
;
CREATE INDEX ix_notice_dead ON notice (queued_at, id) WHERE state = 'dead'
;
CREATE INDEX ix_notice_queued ON notice (queued_at, id)
;
CREATE INDEX ix_notice_waiting ON notice (next_try_at, id) WHERE state IN ('waiting', 'sending')
