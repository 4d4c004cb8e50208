export interface GeneratedFile {
  file: URL;
  text: string;
}

/** Regenerates the journal's types and validator from the schema; `write: false` only returns the texts. */
export function generateJournalTypes(options?: { write?: boolean }): Promise<GeneratedFile[]>;
