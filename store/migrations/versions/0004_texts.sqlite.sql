CREATE VIRTUAL TABLE token_text USING fts5(text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1')
;
INSERT INTO token_text (rowid, text) SELECT rowid, lower(name || char(10) || hint || char(10) || id) FROM token ORDER BY rowid
;
CREATE TABLE token_text_due (number INTEGER NOT NULL PRIMARY KEY, text TEXT) STRICT
;
CREATE TRIGGER token_text_added AFTER INSERT ON token BEGIN INSERT INTO token_text_due (number) VALUES (NEW.rowid); END
;
CREATE TRIGGER token_text_changed AFTER UPDATE OF name, hint, id ON token WHEN NEW.name <> OLD.name OR NEW.hint <> OLD.hint OR NEW.id <> OLD.id BEGIN INSERT INTO token_text_due (number, text) VALUES (OLD.rowid, lower(OLD.name || char(10) || OLD.hint || char(10) || OLD.id)) ON CONFLICT (number) DO NOTHING; END
