#!/usr/bin/env node
// The live dashboard has a program of its own, so that its libraries never weigh on meta-orch.
process.stderr.write(
  "meta-dashboard: this version has no live dashboard yet.\n  next: meta-orch --report shows the latest run; meta-orch run shows a run as it goes\n",
);
process.exitCode = 2;
