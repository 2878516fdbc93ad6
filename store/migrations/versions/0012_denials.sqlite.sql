CREATE TABLE denial (
	operator TEXT NOT NULL,
	action TEXT NOT NULL,
	target TEXT NOT NULL,
	written_at INTEGER NOT NULL,
	unwritten INTEGER NOT NULL,
	CONSTRAINT pk_denial PRIMARY KEY (operator, action, target),
	CONSTRAINT ck_denial_unwritten CHECK (unwritten >= 0)
)
 STRICT
;
CREATE INDEX ix_denial_written_at ON denial (operator, written_at)
