-- Orders as the shop confirmed them. `seq` numbers the events of the order feed.
CREATE TABLE IF NOT EXISTS orders (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  account_id text NOT NULL,
  placed_at timestamptz NOT NULL,
  total_cents integer NOT NULL CHECK (total_cents >= 0),
  body jsonb NOT NULL
);

CREATE INDEX IF NOT EXISTS orders_by_account ON orders (account_id, seq DESC);
