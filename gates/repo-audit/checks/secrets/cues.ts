/** Words that announce a shape worth looking for; they are found in the pass that finds keywords and names. */
const CUES = {
  "Basic ": "header",
  uthorization: "header",
  UTHORIZATION: "header",
  curl: "curl",
  sshpass: "command",
  mysql: "command",
  "docker login": "command",
  "redis-cli": "command",
  psexec: "command",
  PsExec: "command",
  PSEXEC: "command",
  identified: "sql",
  IDENTIFIED: "sql",
  SecureString: "secure-string",
  ".login(": "login",
  ".authenticate(": "login",
  ".signIn(": "login",
  "NetworkCredential(": "login",
  "DirectoryEntry(": "login",
  "jdbc:oracle:": "oracle",
  $1$: "hash",
  $2a$: "hash",
  $2b$: "hash",
  $2x$: "hash",
  $2y$: "hash",
  $5$: "hash",
  $6$: "hash",
  $y$: "hash",
  $gy$: "hash",
  $apr1$: "hash",
  $argon2: "hash",
} as const;

export type Cue = (typeof CUES)[keyof typeof CUES] | "name" | "password";

export const CUE_WORDS: readonly string[] = Object.keys(CUES);

/** Keyword → the cue it begins with. */
export function cuesWithin(words: Iterable<string>): Map<string, Cue> {
  const within = new Map<string, Cue>();
  const cues = Object.entries(CUES);
  for (const word of words)
    for (const [begin, cue] of cues) if (word.startsWith(begin)) within.set(word, cue);
  return within;
}
