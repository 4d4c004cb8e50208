export interface PlantedFault {
  flow: { name: string };
  rule: string;
  severity: string;
  says: string;
}
export interface FaultServer {
  url: string;
  faults(kind: "broken" | "clean"): PlantedFault[];
  close(): Promise<void>;
}
export function startFaultServer(): Promise<FaultServer>;
export function compare(
  faults: readonly PlantedFault[],
  result: { findings: readonly { ruleId: string; severity: string; message: string }[] },
): { missed: string[]; wrong: string[] };
