/** Whether there is an API document to hold anything against. Reads files; asks nobody. */
import type { Detection, RepoView } from "../../modsquad/contracts/gate.ts";
import { findDocument } from "./document/locate.ts";

export async function detectContract(repo: RepoView): Promise<Detection> {
  if (typeof repo.options.document === "string") {
    return { applicable: true, reason: `the config names ${repo.options.document}` };
  }
  const document = await findDocument(repo);
  if (document) return { applicable: true, reason: `${document} describes an API`, options: { document } };
  if (repo.baseUrl !== undefined && repo.mode === "full") {
    return { applicable: true, reason: "a base URL is given; the service is asked for its document" };
  }
  return { applicable: false, reason: `no OpenAPI document among ${repo.files.length} files` };
}
