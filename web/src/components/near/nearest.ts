// Which places are near a position: pure arithmetic on a list that is the same for everybody.

/** Reference, name, name of what holds it, centre, box (west, south, east, north), in parts of a degree. */
export type Centre = [string, string, string, [number, number], [number, number, number, number]];

export interface Centres {
  layer: string;
  parts: number;
  places: Centre[];
}

export interface Near {
  place: string;
  name: string;
  context: string;
}

/** Places whose box holds the position, nearest centre first; at most `most`. */
export function nearest({ parts, places }: Centres, longitude: number, latitude: number, most: number): Near[] {
  const [x, y] = [longitude * parts, latitude * parts];
  // A degree of longitude is shorter than one of latitude.
  const narrow = Math.cos((latitude * Math.PI) / 180);
  const holding = places.filter(([, , , , [west, south, east, north]]) => west <= x && x <= east && south <= y && y <= north);
  const far = ([, , , [east, north]]: Centre): number => Math.hypot((east - x) * narrow, north - y);
  return holding
    .sort((a, b) => far(a) - far(b))
    .slice(0, most)
    .map(([place, name, context]) => ({ place, name, context }));
}
