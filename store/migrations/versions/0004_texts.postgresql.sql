CREATE TABLE token_text (account_id TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, text TEXT COLLATE "C" NOT NULL, CONSTRAINT pk_token_text PRIMARY KEY (account_id, id))
;
CREATE FUNCTION token_trigrams(whole text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$ DECLARE found text[] := '{}'; BEGIN FOR at IN 1 .. length(whole) - 2 LOOP found[at] := substr(whole, at, 3); END LOOP; RETURN found; END $$
;
INSERT INTO token_text (account_id, id, text) SELECT account_id, id, lower(name || chr(10) || hint || chr(10) || id) FROM token
;
SET LOCAL maintenance_work_mem = '256MB'
;
CREATE INDEX ix_token_text ON token_text USING gin (token_trigrams(text))
;
CREATE FUNCTION token_text_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' THEN DELETE FROM token_text WHERE account_id = OLD.account_id AND id = OLD.id; END IF; INSERT INTO token_text (account_id, id, text) VALUES (NEW.account_id, NEW.id, lower(NEW.name || chr(10) || NEW.hint || chr(10) || NEW.id)); RETURN NULL; END $$
;
CREATE TRIGGER token_text_kept AFTER INSERT OR UPDATE OF account_id, id, name, hint ON token FOR EACH ROW EXECUTE FUNCTION token_text_kept()
;
ALTER TABLE token ENABLE ALWAYS TRIGGER token_text_kept
