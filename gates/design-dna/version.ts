/** Version of the gate, as evidence names it. */
export const VERSION = "1.0.0";
