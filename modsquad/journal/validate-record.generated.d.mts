/** Generated from schema/journal-record.schema.json by `npm run generate`. Do not edit. */
import type { JournalRecord } from "./record.generated.ts";

/** What is wrong with a record, in the words of JSON Schema. */
export interface RecordFault {
  instancePath: string;
  schemaPath: string;
  keyword: string;
  message?: string;
  params: Record<string, unknown>;
}

declare function validateRecord(value: unknown): value is JournalRecord;
declare namespace validateRecord {
  let errors: RecordFault[] | null | undefined;
}
export { validateRecord };
