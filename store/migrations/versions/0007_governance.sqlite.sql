CREATE TABLE policy_rule (
	account_id TEXT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	updated_at INTEGER NOT NULL,
	updated_by TEXT NOT NULL,
	CONSTRAINT pk_policy_rule PRIMARY KEY (account_id, name),
	CONSTRAINT ck_policy_rule_value CHECK (length(value) BETWEEN 1 AND 10000)
)
 STRICT
;
CREATE TABLE policy_notice (
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	noticed_at INTEGER NOT NULL,
	due_at INTEGER NOT NULL,
	audit_seq INTEGER NOT NULL,
	CONSTRAINT pk_policy_notice PRIMARY KEY (account_id, token_id),
	CONSTRAINT fk_policy_notice_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id),
	CONSTRAINT ck_policy_notice_due_at CHECK (due_at > noticed_at)
)
 WITHOUT ROWID,
 STRICT
;
CREATE TABLE review (
	id TEXT NOT NULL,
	title TEXT NOT NULL,
	account_id TEXT,
	filter TEXT NOT NULL,
	opened_at INTEGER NOT NULL,
	opened_by TEXT NOT NULL,
	signed_at INTEGER,
	signed_by TEXT,
	reviewer TEXT NOT NULL,
	CONSTRAINT pk_review PRIMARY KEY (id),
	CONSTRAINT ck_review_signed_by CHECK ((signed_at IS NULL) = (signed_by IS NULL))
)
 STRICT
;
CREATE INDEX ix_review_opened_at ON review (opened_at, id)
;
CREATE TABLE review_item (
	review_id TEXT NOT NULL,
	place INTEGER NOT NULL,
	account_id TEXT NOT NULL,
	token_id TEXT NOT NULL,
	frozen_seq INTEGER NOT NULL,
	decision TEXT,
	reason TEXT NOT NULL,
	again_at INTEGER,
	decided_at INTEGER,
	decided_by TEXT,
	audit_seq INTEGER,
	CONSTRAINT pk_review_item PRIMARY KEY (review_id, place),
	CONSTRAINT fk_review_item_review_id_review FOREIGN KEY(review_id) REFERENCES review (id),
	CONSTRAINT fk_review_item_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id),
	CONSTRAINT ck_review_item_decided CHECK ((decision IS NULL) = (decided_at IS NULL)),
	CONSTRAINT ck_review_item_reason CHECK (decision IS NULL OR length(reason) > 0)
)
 STRICT
;
CREATE INDEX ix_review_item_open ON review_item (review_id, place) WHERE decision IS NULL
;
CREATE TRIGGER review_signed BEFORE UPDATE ON review WHEN OLD.signed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a review that was signed off is final'); END
;
CREATE TRIGGER review_kept BEFORE DELETE ON review WHEN 1 BEGIN SELECT RAISE(ABORT, 'reviews are never deleted'); END
;
CREATE TRIGGER review_item_signed BEFORE UPDATE ON review_item WHEN (SELECT signed_at FROM review WHERE id = OLD.review_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a review that was signed off is final'); END
;
CREATE TRIGGER review_item_added BEFORE INSERT ON review_item WHEN (SELECT signed_at FROM review WHERE id = NEW.review_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a review that was signed off is final'); END
;
CREATE TRIGGER review_item_kept BEFORE DELETE ON review_item WHEN 1 BEGIN SELECT RAISE(ABORT, 'reviews are never deleted'); END
