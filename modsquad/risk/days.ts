const MS_PER_DAY = 86_400_000;

/** Days since 1970-01-01 of an ISO date (a time after it is ignored), or null when there is no such day. */
export function dayNumber(date: string): number | null {
  const day = /^(\d{4}-\d{2}-\d{2})(T|$)/.exec(date)?.[1];
  if (day === undefined) return null;
  const time = new Date(`${day}T00:00:00.000Z`);
  // A day such as 02-30 either fails to parse or rolls over; neither is what was written.
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(day)) return null;
  return time.getTime() / MS_PER_DAY;
}
