#!/usr/bin/env node
// The live dashboard under a name of its own: `meta-orch dashboard`.
const [first] = process.argv.slice(2);
if (first !== "--version" && first !== "-V") process.argv.splice(2, 0, "dashboard");
require("./meta-orch.js");
