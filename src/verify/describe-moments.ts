/** Canonical days and microseconds as ISO text for a person. */

const LATEST = 0x7fff_ffff;
const EARLIEST = -0x8000_0000;

export const dateText = (days: number): string => {
  if (days === LATEST) return "infinity";
  if (days === EARLIEST) return "-infinity";
  const date = new Date(days * 86_400_000);
  return Number.isNaN(date.getTime()) ? `day ${days} since 1970-01-01` : date.toISOString().replace(/T.*/, "");
};

export const timeText = (micros: number): string => {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const seconds = Math.floor(micros / 1e6);
  const fraction = micros % 1e6;
  const clock = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === 0 ? clock : `${clock}.${String(fraction).padStart(6, "0")}`;
};

export const momentText = (days: number, micros: number): string =>
  days === LATEST || days === EARLIEST ? dateText(days) : `${dateText(days)} ${timeText(micros)}`;
