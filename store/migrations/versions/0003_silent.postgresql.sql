DROP INDEX ix_token_silent
;
CREATE INDEX ix_token_silent ON token (silent_after, account_id, id) WHERE closed = 0 AND silent_after IS NOT NULL AND (suspended_at IS NULL OR suspended_until IS NOT NULL)
