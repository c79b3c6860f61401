// The products of the sample catalogue as SVG: soft light, round forms, cloth, wood and glass. `photograph` makes
// photos of them. No text anywhere, since a fresh machine may have no fonts.

import { seededRandom } from "./seeded-random.ts";

/** An SVG drawing whose view box is its size in drawing units; it scales to any number of pixels. */
export interface Scene {
  width: number;
  height: number;
  svg: string;
}

const clay = gradient("clay", [
  [0, "#6f7c62"],
  [0.25, "#b9c4a8"],
  [0.6, "#93a083"],
  [1, "#4d5845"],
]);

export function mug(): Scene {
  return scene(
    400,
    300,
    `${wall("#e9e4da", "#b9b2a5")}${table("#a9794d", 205, 95)}
    <ellipse cx="205" cy="231" rx="104" ry="15" fill="#2c1c10" opacity=".55" filter="url(#soft)"/>${mugAlone()}`,
    clay,
  );
}

/** The mug without its surroundings, on a transparent ground. */
export function mugCutout(): Scene {
  return scene(400, 300, mugAlone(), clay);
}

function mugAlone(): string {
  const body = "M128 92 C128 180 132 216 150 226 Q190 240 230 226 C248 216 252 180 252 92 Z";
  const speckles = scatter(11, 150, (random) => {
    const [x, y, r] = [126 + random() * 128, 96 + random() * 134, 0.3 + random() * 0.9];
    return `<circle cx="${round(x)}" cy="${round(y)}" r="${round(r)}" fill="#4b4a3c" opacity="${round(0.3 + random() * 0.5)}"/>`;
  });
  return `<path d="M250 118 C300 108 302 196 244 192" fill="none" stroke="url(#clay)" stroke-width="15" stroke-linecap="round"/>
    <path d="M252 114 C296 106 300 180 250 186" fill="none" stroke="#eef3e6" stroke-width="2" opacity=".5"/>
    <path d="${body}" fill="url(#clay)"/><clipPath id="body"><path d="${body}"/></clipPath>
    <g clip-path="url(#body)">${speckles}<rect x="120" y="196" width="140" height="40" fill="#7d6a50" opacity=".35" filter="url(#soft)"/></g>
    <ellipse cx="190" cy="92" rx="62" ry="14" fill="#d7dfcb"/><ellipse cx="190" cy="94" rx="56" ry="11" fill="#3b2a1e"/>
    <ellipse cx="178" cy="96" rx="30" ry="4" fill="#7a5a40" opacity=".7"/>
    <path d="M146 108 C146 160 150 196 158 212" stroke="#fff" stroke-width="7" opacity=".35" fill="none" filter="url(#soft2)"/>`;
}

export function glaze(): Scene {
  const speckles = scatter(23, 420, (random) => {
    const r = 0.5 + random() ** 3 * 5;
    return `<circle cx="${round(random() * 300)}" cy="${round(random() * 300)}" r="${round(r)}" fill="${random() < 0.7 ? "#44483a" : "#e6ead8"}" opacity="${round(0.25 + random() * 0.6)}"/>`;
  });
  return scene(
    300,
    300,
    `<rect width="300" height="300" fill="url(#slope)"/>${speckles}
    <path d="M0 214 C80 190 180 236 300 206 L300 300 L0 300 Z" fill="#8a6d4b"/>
    <path d="M0 214 C80 190 180 236 300 206" stroke="#d9c29a" stroke-width="5" fill="none" opacity=".7" filter="url(#soft2)"/>
    <rect width="300" height="300" filter="url(#stone)" opacity=".28"/>
    <ellipse cx="90" cy="70" rx="70" ry="38" fill="#fff" opacity=".35" filter="url(#soft)"/>`,
    `${gradient("slope", [
      [0, "#aeb99c"],
      [1, "#76836a"],
    ])}${turbulence("stone", "0.05 0.06", 3, 7)}`,
  );
}

export function cushion(): Scene {
  const shape =
    "M70 74 Q150 90 232 70 Q250 66 248 84 Q226 150 250 226 Q252 246 232 240 Q150 222 72 244 Q50 248 54 226 Q74 150 52 90 Q50 70 70 74 Z";
  return scene(
    300,
    300,
    `${wall("#8f9aa0", "#59646b")}
    <path d="M-10 206 C60 188 240 188 310 206 L310 310 L-10 310 Z" fill="#3f4a52"/>
    <ellipse cx="156" cy="244" rx="116" ry="18" fill="#0d1114" opacity=".65" filter="url(#soft)"/>
    <path d="${shape}" fill="url(#ochre)"/><path d="${shape}" fill="url(#weave)"/>
    <path d="M150 96 C146 140 156 180 150 220" stroke="#7a4c0c" stroke-width="10" opacity=".3" fill="none" filter="url(#soft)"/>
    <path d="M92 108 C120 128 130 150 128 190" stroke="#ffe2a0" stroke-width="14" opacity=".35" fill="none" filter="url(#soft)"/>
    <path d="${shape}" fill="none" stroke="#80520f" stroke-width="2.4" stroke-dasharray="3 1.2"/>`,
    `<radialGradient id="ochre" cx=".4" cy=".36" r=".75"><stop offset="0" stop-color="#f0b64a"/><stop offset=".6" stop-color="#cf8d22"/><stop offset="1" stop-color="#8a560c"/></radialGradient>
    <pattern id="weave" width="2.4" height="2.4" patternUnits="userSpaceOnUse"><path d="M0 .6H1.2M1.2 1.8H2.4" stroke="#fff1c9" stroke-width=".5" opacity=".5"/><path d="M.6 1.2V2.4M1.8 0V1.2" stroke="#6b4208" stroke-width=".5" opacity=".5"/></pattern>`,
  );
}

export function weave(): Scene {
  return scene(
    240,
    240,
    `<rect width="240" height="240" fill="#a09a90"/><rect width="240" height="240" fill="url(#thread)"/>
    <rect width="240" height="240" filter="url(#slub)" opacity=".45"/>
    <path d="M-10 150 C60 120 150 190 250 140" stroke="#2b2823" stroke-width="26" opacity=".35" fill="none" filter="url(#soft)"/>`,
    `<pattern id="thread" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="#e9e3d6"/><rect x="4" y="4" width="4" height="4" fill="#d5cebf"/><rect x="4" width="4" height="4" fill="#746d61"/><rect y="4" width="4" height="4" fill="#857d70"/></pattern>
    ${turbulence("slub", "0.02 0.35", 3, 5)}`,
  );
}

export function lamp(): Scene {
  return scene(
    300,
    400,
    `${wall("#4a4f4d", "#23282a")}
    <circle cx="150" cy="150" r="150" fill="url(#glow)"/>${table("#5b3a22", 322, 78)}
    <ellipse cx="160" cy="346" rx="84" ry="13" fill="#090604" opacity=".7" filter="url(#soft)"/>
    <rect x="145" y="160" width="10" height="176" fill="url(#brass)"/>
    <path d="M96 340 Q98 322 150 320 Q202 322 204 340 Q150 356 96 340 Z" fill="url(#brass)"/>
    <path d="M104 70 L196 70 L236 176 Q150 198 64 176 Z" fill="url(#shade)"/>
    <path d="M64 176 Q150 198 236 176 L234 171 Q150 192 66 171 Z" fill="#7b4f19"/>
    <ellipse cx="150" cy="70" rx="46" ry="7" fill="#fff4cf"/>
    <path d="M196 180 V232" stroke="#c9a24e" stroke-width="1.4"/><circle cx="196" cy="235" r="3.4" fill="#e3c06a"/>`,
    `<radialGradient id="glow"><stop offset="0" stop-color="#ffe1a0" stop-opacity=".85"/><stop offset="1" stop-color="#ffd080" stop-opacity="0"/></radialGradient>
    <radialGradient id="shade" cx=".5" cy=".75" r=".8"><stop offset="0" stop-color="#fff6d8"/><stop offset=".5" stop-color="#f6cf83"/><stop offset="1" stop-color="#b9772b"/></radialGradient>
    ${gradient("brass", [
      [0, "#5d4414"],
      [0.35, "#f5dc92"],
      [0.6, "#b78d37"],
      [1, "#4a350f"],
    ])}`,
  );
}

export function carafe(): Scene {
  const glass = "M132 60 Q130 110 116 140 Q84 190 96 262 Q150 282 204 262 Q216 190 184 140 Q170 110 168 60 Z";
  return scene(
    300,
    320,
    `${wall("#dfe8ec", "#9fb3bd")}<rect y="250" width="300" height="70" fill="#7f97a3"/><rect y="248" width="300" height="4" fill="#b9cad2" filter="url(#soft2)"/>
    <ellipse cx="170" cy="268" rx="96" ry="12" fill="#2b4653" opacity=".45" filter="url(#soft)"/>
    <path d="${glass}" fill="#eaf6fa" opacity=".45"/><clipPath id="inside"><path d="${glass}"/></clipPath>
    <g clip-path="url(#inside)"><rect x="80" y="176" width="140" height="110" fill="url(#water)"/><ellipse cx="150" cy="176" rx="64" ry="8" fill="#d3f0f8" opacity=".8"/>
    <circle cx="126" cy="232" r="19" fill="#f4d245" opacity=".85"/><circle cx="126" cy="232" r="13" fill="#fae889" opacity=".85"/><circle cx="170" cy="246" r="16" fill="#9ccc50" opacity=".8"/></g>
    <path d="${glass}" fill="none" stroke="#4f7485" stroke-width="2" opacity=".7"/><ellipse cx="150" cy="60" rx="18" ry="4" fill="none" stroke="#4f7485" stroke-width="1.6"/>
    <path d="M112 166 C98 200 100 240 106 256" stroke="#fff" stroke-width="7" opacity=".75" fill="none" filter="url(#soft2)"/>
    <path d="M190 170 C202 200 200 236 194 252" stroke="#fff" stroke-width="3" opacity=".6" fill="none"/>`,
    gradient("water", [
      [0, "#8cc7d8"],
      [0.4, "#bfe6ee"],
      [1, "#5f9fb5"],
    ]),
  );
}

export function throwBlanket(): Scene {
  const shape = "M40 74 Q200 52 360 78 C366 130 356 190 362 232 Q200 210 42 234 C36 190 46 120 40 74 Z";
  const stripes = Array.from({ length: 14 }, (_, i) => {
    const colour = ["#7a2f2a", "#d9c7a6", "#3e4c59", "#b98552"][i % 4];
    return `<path d="M30 ${72 + i * 13} Q200 ${50 + i * 13} 370 ${76 + i * 13}" stroke="${colour}" stroke-width="13.4" fill="none"/>`;
  });
  return scene(
    400,
    300,
    `${wall("#cfc6b8", "#8f8576")}${table("#80583a", 216, 84)}
    <rect x="44" y="214" width="320" height="24" fill="#140c06" opacity=".6" filter="url(#soft)"/><clipPath id="cloth"><path d="${shape}"/></clipPath>
    <g clip-path="url(#cloth)">${stripes.join("")}<rect x="36" y="50" width="330" height="190" filter="url(#wool)" opacity=".35"/>
    <path d="M40 150 Q200 128 360 154 L362 240 L40 240 Z" fill="#140c06" opacity=".22" filter="url(#soft)"/></g>`,
    turbulence("wool", "0.25 0.5", 2, 9),
  );
}

/** A shop's mark, flat, on a transparent ground. */
export function logo(): Scene {
  const petals = [0, 60, 120, 180, 240, 300].map(
    (angle) =>
      `<path d="M100 100 C72 66 80 26 100 14 C120 26 128 66 100 100 Z" transform="rotate(${angle} 100 100)" fill="${angle % 120 === 0 ? "#1f6f5c" : "#e0913a"}"/>`,
  );
  return scene(
    200,
    200,
    `${petals.join("")}<circle cx="100" cy="100" r="20" fill="#fffdf6"/><circle cx="100" cy="100" r="11" fill="#1f6f5c"/>
    <circle cx="100" cy="100" r="94" fill="none" stroke="#1f6f5c" stroke-width="5"/>`,
    "",
  );
}

/** A planner as seen on a screen: panels, hairlines and words as bars. */
export function planner(): Scene {
  const random = seededRandom(31);
  const chips = ["#d6336c", "#1c7ed6", "#2b8a3e", "#e8590c", "#7048e8"];
  const cells = Array.from({ length: 35 }, (_, i) => {
    const [x, y] = [76 + (i % 7) * 46, 50 + Math.floor(i / 7) * 40];
    const events = Array.from({ length: Math.floor(random() * 4) }, (_, row) => {
      const colour = chips[Math.floor(random() * chips.length)];
      const top = y + 10 + row * 8;
      return `<rect x="${x + 3}" y="${top}" width="40" height="6" rx="1.5" fill="${colour}" opacity=".2"/><rect x="${x + 3}" y="${top}" width="1.6" height="6" fill="${colour}"/>${words(x + 7, top + 2, 8 + random() * 24, random)}`;
    });
    return `<rect x="${x}" y="${y}" width="46" height="40" fill="#fff" stroke="#dee2e6" stroke-width=".5"/>${words(x + 3, y + 3, 5, random)}${events.join("")}`;
  });
  const menu = Array.from(
    { length: 13 },
    (_, i) =>
      `<circle cx="10" cy="${38 + i * 15}" r="2.4" fill="#91a7ff"/>${words(17, 37 + i * 15, 18 + random() * 28, random, "#dbe4ff")}`,
  );
  return scene(
    400,
    260,
    `<rect width="400" height="260" fill="#f8f9fa"/><rect width="70" height="260" fill="#243b6b"/><rect x="70" width="330" height="34" fill="#fff"/>
    <rect x="70" y="33.5" width="330" height=".5" fill="#ced4da"/>${words(80, 12, 90, random, "#343a40")}${words(80, 20, 50, random)}
    <rect x="340" y="9" width="46" height="14" rx="3" fill="#4263eb"/>${words(347, 14, 32, random, "#fff")}
    <g>${menu.join("")}</g>${cells.join("")}`,
    "",
  );
}

function scene(width: number, height: number, content: string, definitions: string): Scene {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><defs>
    <filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="7"/></filter>
    <filter id="soft2" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="2"/></filter>${definitions}</defs>${content}</svg>`;
  return { width, height, svg };
}

function wall(light: string, dark: string): string {
  return `<radialGradient id="wall" cx=".35" cy=".3" r="1"><stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></radialGradient><rect width="400" height="400" fill="url(#wall)"/>`;
}

function table(colour: string, top: number, height: number): string {
  return `<rect y="${top}" width="400" height="${height}" fill="${colour}"/>${turbulence("wood", "0.006 0.16", 3, 2)}<rect y="${top}" width="400" height="${height}" filter="url(#wood)" opacity=".5"/>
    <rect y="${top}" width="400" height="2" fill="#fff" opacity=".25" filter="url(#soft2)"/>`;
}

/** Fractal noise in greys, laid over a surface: wood when stretched, felt or stone when not. */
function turbulence(id: string, frequency: string, octaves: number, seed: number): string {
  return `<filter id="${id}" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="${octaves}" seed="${seed}"/>
    <feColorMatrix values="0.9 0 0 0 -.1  0.9 0 0 0 -.12  0.9 0 0 0 -.15  0 0 0 0 1"/></filter>`;
}

function gradient(id: string, stops: [offset: number, colour: string][]): string {
  const inner = stops.map(([offset, colour]) => `<stop offset="${offset}" stop-color="${colour}"/>`).join("");
  return `<linearGradient id="${id}">${inner}</linearGradient>`;
}

function scatter(seed: number, count: number, mark: (random: () => number) => string): string {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => mark(random)).join("");
}

function words(x: number, y: number, length: number, random: () => number, colour = "#868e96"): string {
  let text = "";
  for (let place = 0; place < length;) {
    const width = Math.min(2 + random() * 7, length - place);
    text += `<rect x="${round(x + place)}" y="${round(y)}" width="${round(width)}" height="1.8" rx=".6" fill="${colour}"/>`;
    place += width + 1.4;
  }
  return text;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
