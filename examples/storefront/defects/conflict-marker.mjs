// Put together here, so that this file holds no conflict itself.
const marker = (sign, label) => `${sign.repeat(7)}${label && ` ${label}`}\n`;

export default [
  {
    file: "migrations/001_orders.sql",
    find: "  total_cents integer NOT NULL CHECK (total_cents >= 0),\n",
    replace: [
      marker("<", "HEAD"),
      "  total_cents integer NOT NULL CHECK (total_cents >= 0),\n",
      marker("=", ""),
      "  total_cents bigint NOT NULL,\n",
      marker(">", "larger-orders"),
    ].join(""),
  },
];
