CREATE TABLE policy_rule (
	account_id TEXT COLLATE "C" NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	value TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	CONSTRAINT pk_policy_rule PRIMARY KEY (account_id, name),
	CONSTRAINT ck_policy_rule_value CHECK (length(value) BETWEEN 1 AND 10000)
)
;
CREATE TABLE policy_notice (
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	noticed_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	audit_seq BIGINT NOT NULL,
	CONSTRAINT pk_policy_notice PRIMARY KEY (account_id, token_id),
	CONSTRAINT fk_policy_notice_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id),
	CONSTRAINT ck_policy_notice_due_at CHECK (due_at > noticed_at)
)
;
CREATE TABLE review (
	id TEXT COLLATE "C" NOT NULL,
	title TEXT NOT NULL,
	account_id TEXT COLLATE "C",
	filter TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	opened_by TEXT NOT NULL,
	signed_at BIGINT,
	signed_by TEXT,
	reviewer TEXT NOT NULL,
	CONSTRAINT pk_review PRIMARY KEY (id),
	CONSTRAINT ck_review_signed_by CHECK ((signed_at IS NULL) = (signed_by IS NULL))
)
;
CREATE INDEX ix_review_opened_at ON review (opened_at, id)
;
CREATE TABLE review_item (
	review_id TEXT COLLATE "C" NOT NULL,
	place BIGINT NOT NULL,
	account_id TEXT COLLATE "C" NOT NULL,
	token_id TEXT COLLATE "C" NOT NULL,
	frozen_seq BIGINT NOT NULL,
	decision TEXT,
	reason TEXT NOT NULL,
	again_at BIGINT,
	decided_at BIGINT,
	decided_by TEXT,
	audit_seq BIGINT,
	CONSTRAINT pk_review_item PRIMARY KEY (review_id, place),
	CONSTRAINT fk_review_item_review_id_review FOREIGN KEY(review_id) REFERENCES review (id),
	CONSTRAINT fk_review_item_account_id_token_id_token FOREIGN KEY(account_id, token_id) REFERENCES token (account_id, id),
	CONSTRAINT ck_review_item_decided CHECK ((decision IS NULL) = (decided_at IS NULL)),
	CONSTRAINT ck_review_item_reason CHECK (decision IS NULL OR length(reason) > 0)
)
;
CREATE INDEX ix_review_item_open ON review_item (review_id, place) WHERE decision IS NULL
;
CREATE FUNCTION review_signed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.signed_at IS NOT NULL THEN RAISE EXCEPTION 'a review that was signed off is final' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER review_signed BEFORE UPDATE ON review FOR EACH ROW EXECUTE FUNCTION review_signed()
;
ALTER TABLE review ENABLE ALWAYS TRIGGER review_signed
;
CREATE FUNCTION review_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'reviews are never deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$
;
CREATE TRIGGER review_kept BEFORE DELETE ON review FOR EACH ROW EXECUTE FUNCTION review_kept()
;
ALTER TABLE review ENABLE ALWAYS TRIGGER review_kept
;
CREATE FUNCTION review_item_signed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT signed_at FROM review WHERE id = OLD.review_id) IS NOT NULL THEN RAISE EXCEPTION 'a review that was signed off is final' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER review_item_signed BEFORE UPDATE ON review_item FOR EACH ROW EXECUTE FUNCTION review_item_signed()
;
ALTER TABLE review_item ENABLE ALWAYS TRIGGER review_item_signed
;
CREATE FUNCTION review_item_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT signed_at FROM review WHERE id = NEW.review_id) IS NOT NULL THEN RAISE EXCEPTION 'a review that was signed off is final' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$
;
CREATE TRIGGER review_item_added BEFORE INSERT ON review_item FOR EACH ROW EXECUTE FUNCTION review_item_added()
;
ALTER TABLE review_item ENABLE ALWAYS TRIGGER review_item_added
;
CREATE FUNCTION review_item_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'reviews are never deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$
;
CREATE TRIGGER review_item_kept BEFORE DELETE ON review_item FOR EACH ROW EXECUTE FUNCTION review_item_kept()
;
ALTER TABLE review_item ENABLE ALWAYS TRIGGER review_item_kept
