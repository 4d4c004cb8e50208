/** Credentials and bodies of a request. */
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { object, pairs } from "./read-values.ts";
import { parseTemplate } from "./template.ts";
import type { Auth, Body, HttpStep, MultipartPart } from "./types.ts";

const template = (value: Json | undefined) => parseTemplate(String(value ?? ""));

function readOauth2(written: JsonObject): Auth {
  const { tokenUrl, clientId, clientSecret, scope, audience } = written;
  return {
    kind: "oauth2",
    key: `oauth2 ${JSON.stringify(written)}`,
    tokenUrl: template(tokenUrl),
    clientId: template(clientId),
    clientSecret: template(clientSecret),
    fields: pairs({
      ...(scope === undefined ? {} : { scope }),
      ...(audience === undefined ? {} : { audience }),
    }),
  };
}

/** `readLogin` reads the request of a cookie login. */
export function readAuth(written: Json | undefined, readLogin: (step: JsonObject) => HttpStep): Auth | null {
  const { bearer, basic, oauth2, login } = object(written);
  if (bearer !== undefined) return { kind: "bearer", token: parseTemplate(String(bearer)) };
  if (oauth2 !== undefined) return readOauth2(object(oauth2));
  if (login !== undefined)
    return { kind: "login", key: `login ${JSON.stringify(login)}`, step: readLogin(object(login)) };
  if (basic === undefined) return null;
  const { user, password } = object(basic);
  return { kind: "basic", user: template(user), password: template(password) };
}

/** A text is a field; `{ file, type }` is a file of the repository. */
function readPart([name, written]: [string, Json | undefined]): MultipartPart {
  const { file, type } = object(written);
  if (file === undefined) return { name, value: template(written) };
  return { name, file: template(file), type: typeof type === "string" ? type : null };
}

export function readBody(written: Json | undefined): Body | null {
  const { json, form, text, file, multipart } = object(written);
  if (json !== undefined) return { kind: "json", value: json };
  if (form !== undefined) return { kind: "form", fields: pairs(form) };
  if (file !== undefined) {
    const { path, type } = typeof file === "string" ? { path: file, type: null } : object(file);
    return { kind: "file", path: template(path), type: typeof type === "string" ? type : null };
  }
  if (multipart !== undefined)
    return { kind: "multipart", parts: Object.entries(object(multipart)).map(readPart) };
  return text === undefined ? null : { kind: "text", value: template(text) };
}
