// @ts-check
// Numbers, sizes and times as the reader's own language writes them.

const languages = [...navigator.languages];
const count = new Intl.NumberFormat(languages);
const oneDecimal = new Intl.NumberFormat(languages, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(languages, { style: "percent", maximumFractionDigits: 1 });
const wholePercent = new Intl.NumberFormat(languages, { style: "percent", maximumFractionDigits: 0 });
const dateAndTime = new Intl.DateTimeFormat(languages, { dateStyle: "medium", timeStyle: "short" });

const byteUnits = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"].map(
  (unit, power) =>
    new Intl.NumberFormat(languages, {
      style: "unit",
      unit,
      unitDisplay: power === 0 ? "long" : "short",
      maximumFractionDigits: power < 2 ? 0 : 1,
    }),
);
const timeUnits = {
  second: new Intl.NumberFormat(languages, { style: "unit", unit: "second", unitDisplay: "short" }),
  minute: new Intl.NumberFormat(languages, { style: "unit", unit: "minute", unitDisplay: "short" }),
  hour: new Intl.NumberFormat(languages, { style: "unit", unit: "hour", unitDisplay: "short" }),
};

/** @param {number} number */
export function formatCount(number) {
  return count.format(number);
}

/** @param {number} bytes in thousands, as file managers and shops count */
export function formatBytes(bytes) {
  let power = 0;
  let value = bytes;
  while (Math.abs(value) >= 999.5 && power < byteUnits.length - 1) {
    value /= 1000;
    power += 1;
  }
  return byteUnits[power]?.format(value) ?? String(bytes);
}

/** @param {number} share 0 to 1 */
export function formatPercent(share) {
  return percent.format(share);
}

/** @param {number} share 0 to 1 */
export function formatWholePercent(share) {
  return wholePercent.format(share);
}

/** @param {number} perSecond */
export function formatRate(perSecond) {
  return perSecond >= 10 ? count.format(Math.round(perSecond)) : oneDecimal.format(perSecond);
}

/** @param {number} seconds */
export function formatDuration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return timeUnits.second.format(whole);
  if (whole < 90 * 60) return timeUnits.minute.format(Math.round(whole / 60));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.round((whole % 3600) / 60);
  return minutes === 0
    ? timeUnits.hour.format(hours)
    : `${timeUnits.hour.format(hours)} ${timeUnits.minute.format(minutes)}`;
}

/** @param {string} isoTime */
export function formatTime(isoTime) {
  return dateAndTime.format(new Date(isoTime));
}

/**
 * @param {number} number
 * @param {string} one the noun for one thing
 * @param {string} [many]
 */
export function counted(number, one, many = `${one}s`) {
  return `${formatCount(number)} ${number === 1 ? one : many}`;
}
