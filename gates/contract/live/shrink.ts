/** The smallest input that still shows a fault: optional parameters and members are left out as long as it does. */
import { asObject } from "../json.ts";
import { type Call, type Fault, SAFE } from "../types.ts";
import type { Prepared } from "./inputs.ts";
import type { Session } from "./session.ts";

const MAX_REQUESTS = 12;

/** Only safe calls are repeated: repeating another would change the service again. */
export async function shrink(session: Session, { call }: Prepared, fault: Fault): Promise<Call> {
  if (!SAFE.includes(call.operation.method) || fault.verdict !== "server wrong") return call;
  let best = call;
  let left = MAX_REQUESTS;
  for (const key of Object.keys(call.values)) {
    const parameter = call.operation.parameters.find((one) => `${one.in}/${one.name}` === key);
    if (!parameter || parameter.required || left === 0) continue;
    left -= 1;
    const { [key]: _gone, ...values } = asObject(best.values);
    const smaller = { ...best, values: values as Call["values"] };
    const sent = await session.send(smaller);
    if (!sent.ok) continue;
    const { faults } = session.judge.judge(call.operation, sent.answer);
    if (faults.some((one) => one.rule === fault.rule && one.subject === fault.subject)) best = smaller;
  }
  return best;
}
