export default [
  {
    file: ".env.example",
    find: "# The account that can sign in.\n",
    replace: `# Where payments go.
CHECKOUT_PROVIDER_URL=

# The account that can sign in.
`,
  },
];
