/** Version of the gate: part of every cache key, so raise it with every change of what is found. */
export const VERSION = "1.0.0";
