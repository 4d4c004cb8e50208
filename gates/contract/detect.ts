/** Whether there is an API document to hold anything against. Reads files; asks nobody. */
import type { Detection, RepoView } from "../../modsquad/contracts/gate.ts";
import { findDocuments } from "./document/locate.ts";

export async function detectContract(repo: RepoView): Promise<Detection> {
  if (typeof repo.options.document === "string") {
    return { applicable: true, reason: `the config names ${repo.options.document}` };
  }
  const [document, ...alsoCompare] = await findDocuments(repo);
  if (document !== undefined) {
    const more = alsoCompare.length > 0 ? `, and ${alsoCompare.join(", ")}` : "";
    const options = { document, ...(alsoCompare.length > 0 ? { alsoCompare } : {}) };
    return { applicable: true, reason: `${document} describes an API${more}`, options };
  }
  if (repo.baseUrl !== undefined && repo.mode === "full") {
    return { applicable: true, reason: "a base URL is given; the service is asked for its document" };
  }
  return { applicable: false, reason: `no OpenAPI document among ${repo.files.length} files` };
}
