// Catalogues for the tests of the page.

import { shop } from "./visitor.ts";

/** Good pictures, a small one, a page, a missing one, and a URL that is none: what catalogues hold. */
export function sampleCatalogue(group: string): string {
  // Each group has addresses of its own: none gets what another one's job made.
  const picture = (name: string) => `${shop}/${name}?for=${group}`;
  const held = `?held-by=${group}`;
  const rows = [
    ["Stoneware Mug, Speckled Sage", ...["mug.jpg", "mug-glaze.jpg", "mug-cutout.png"].map(picture)],
    ["Linen Cushion, Ochre", ...["cushion.jpg", "cushion-weave.jpg"].map(picture)],
    ["Brass Table Lamp", ...["lamp.jpg", "lamp-thumbnail.jpg"].map(picture)],
    ["Wool Throw, Striped", ...["throw-back.jpg", "throw-front.jpg"].map(picture), "ftp://shop.example/throw-scan.tif"],
    ["Glass Carafe", `${shop}/carafe.webp${held}`],
    ["Wall Planner", `${shop}/planner.png${held}`],
  ];
  return toCsv(rows.map(([name = "", ...urls]) => ({ name, urls })));
}

/** Images that no request is ever made for: their addresses are private. */
export function manyImages(count: number): string {
  return toCsv(
    Array.from({ length: count / 10 }, (_, product) => ({
      name: `Product ${product + 1}`,
      urls: Array.from({ length: 10 }, (_, image) => `http://10.0.0.1/${product * 10 + image + 1}.jpg`),
    })),
  );
}

export function csvFile(text: string) {
  return { name: "catalogue.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
}

export function toCsv(products: { name: string; urls: string[] }[]): string {
  const rows = products.map(({ name, urls }, index) => `${index + 1},"${name}","${urls.join(",")}"`);
  return ["S. No.,Product Name,Input Image Urls", ...rows, ""].join("\r\n");
}
