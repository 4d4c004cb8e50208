export default [
  {
    file: "compose.yaml",
    find: "\nvolumes:\n  orders:\n",
    replace: "\nvolumes:\n  order-data:\n",
  },
];
