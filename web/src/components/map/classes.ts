// Class limits by quantiles, the same rule as frame/src/chart/classes.rs.

/** Upper limits of at most `count` classes with about the same number of values each. */
export function quantiles(values: readonly number[], count: number): number[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const limits: number[] = [];
  for (let index = 1; index <= count && sorted.length > 0; index += 1) {
    const value = sorted[Math.ceil((sorted.length * index) / count) - 1];
    if (value !== undefined && value !== limits[limits.length - 1]) limits.push(value);
  }
  return limits;
}

/** Number of the colour, 0 to 6, of a class: fewer classes than colours are spread over the ramp. */
export function colourOf(index: number, classes: number): number {
  return classes <= 1 ? 3 : Math.floor((index * 6) / (classes - 1));
}
