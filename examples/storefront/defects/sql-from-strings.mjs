export default [
  {
    file: "src/postgres-orders.mjs",
    find: "      const { rows } = await pool.query(SQL.find, [accountId, id]);",
    replace:
      "      const { rows } = await pool.query(`SELECT seq, body FROM orders WHERE account_id = '${accountId}' AND id = '${id}'`);",
  },
];
