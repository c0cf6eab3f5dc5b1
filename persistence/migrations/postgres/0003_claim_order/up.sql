-- Every claim of an order, ended ones too: who is told of a loss, whom an event concerns, and the proof read them.
-- The partial indexes beside it hold live claims only; without this each such reading went through the whole table.
CREATE INDEX claim_order ON claim (order_id);
