export default [
  {
    file: "data/regions.json",
    content: `{
  "regions": [
    { "id": "eu", "name": "Europe" },
    { "id": "us", "name": "United States"
  ]
}
`,
  },
];
