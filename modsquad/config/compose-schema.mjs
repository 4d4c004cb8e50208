// Merges the options schemas of gates into the base schema of the config file. Pure.

const clone = (value) => JSON.parse(JSON.stringify(value));
const pascal = (id) => id.replace(/(^|-)([a-z0-9])/g, (_, __, letter) => letter.toUpperCase());
const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Rewrites local references ("#/$defs/x") so that they hold below `prefix`. */
function moveReferences(value, prefix) {
  if (Array.isArray(value)) return value.map((item) => moveReferences(item, prefix));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "$ref" && typeof item === "string" && item.startsWith("#")
        ? `${prefix}${item.slice(1)}`
        : moveReferences(item, prefix),
    ]),
  );
}

/** What `checks.<id>` of a gate accepts: the gate's own settings of the check and the common ones. */
function checksSchema(gate, own, common) {
  const declared = own?.properties ?? {};
  for (const id of Object.keys(declared)) {
    if (!(id in gate.checks))
      throw new Error(`Gate ${gate.id}: options.checks.${id} is not one of its checks`);
  }
  const properties = {};
  for (const id of Object.keys(gate.checks)) {
    const settings = declared[id] ?? {};
    properties[id] = {
      type: "object",
      description: `Settings of the check ${id}.`,
      additionalProperties: false,
      ...settings,
      properties: { ...settings.properties, ...clone(common.properties) },
    };
  }
  return {
    type: "object",
    description: "Settings of single checks, by check id.",
    ...own,
    additionalProperties: false,
    properties,
  };
}

/** The schema of `gates.<id>` for one built-in gate. Throws when the gate takes a name every gate has. */
function gateSchema(gate, defs) {
  if (!KEBAB.test(gate.id)) throw new Error(`Gate id "${gate.id}" must be in kebab-case`);
  const {
    $schema: _,
    $id: __,
    ...own
  } = moveReferences(clone(gate.options ?? {}), `#/$defs/gate-${gate.id}`);
  for (const key of Object.keys(own.properties ?? {})) {
    if (key in defs.commonGate.properties || key === "run") {
      throw new Error(
        `Gate ${gate.id}: the option "${key}" is taken, every gate has it; choose another name`,
      );
    }
  }
  const { checks, ...options } = own.properties ?? {};
  return {
    type: "object",
    additionalProperties: false,
    ...own,
    title: `${pascal(gate.id)}Gate`,
    description: gate.summary ?? gate.title,
    properties: {
      checks: checksSchema(gate, checks, defs.checkSettings),
      exclude: clone(defs.exclude),
      ...options,
      ...clone(defs.commonGate.properties),
    },
  };
}

/** A gate id that is not built in needs `run`, unless the config names plugins. */
function unknownGatesRule(ids) {
  return {
    if: { required: ["plugins"], properties: { plugins: { type: "array", minItems: 1 } } },
    else: {
      properties: {
        gates: {
          properties: Object.fromEntries(ids.map((id) => [id, true])),
          additionalProperties: { required: ["run"] },
        },
      },
    },
  };
}

/** The published schema: `base` with the options of `gates` ({ id, summary, checks, options }) merged in. */
export function composeSchema(base, gates) {
  const schema = clone(base);
  const defs = schema.$defs;
  const custom = clone(defs.commonGate.properties);
  defs.commandGate.properties = { ...defs.commandGate.properties, ...custom };
  defs.commandGate.additionalProperties = false;
  defs.pluginGate.properties = { ...defs.pluginGate.properties, exclude: clone(defs.exclude), ...custom };
  const gateProperties = {};
  for (const gate of gates) {
    defs[`gate-${gate.id}`] = gateSchema(gate, defs);
    gateProperties[gate.id] = { $ref: `#/$defs/gate-${gate.id}` };
  }
  schema.properties.gates.properties = gateProperties;
  schema.allOf = [unknownGatesRule(gates.map((gate) => gate.id))];
  delete defs.commonGate;
  delete defs.exclude;
  return schema;
}
