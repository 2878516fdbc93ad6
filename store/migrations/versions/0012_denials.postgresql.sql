CREATE TABLE denial (
	operator TEXT COLLATE "C" NOT NULL,
	action TEXT COLLATE "C" NOT NULL,
	target TEXT COLLATE "C" NOT NULL,
	written_at BIGINT NOT NULL,
	unwritten BIGINT NOT NULL,
	CONSTRAINT pk_denial PRIMARY KEY (operator, action, target),
	CONSTRAINT ck_denial_unwritten CHECK (unwritten >= 0)
)
;
CREATE INDEX ix_denial_written_at ON denial (operator, written_at)
