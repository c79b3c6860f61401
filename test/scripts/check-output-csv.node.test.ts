import { describe, expect, test } from "vitest";
import { checkOutputCsv } from "../../scripts/demo/check-output-csv.ts";

const input =
  'S. No.,Product Name,Input Image Urls\n1,"Mug, green","http://s/a.jpg,http://s/b.jpg"\n2,Lamp,http://s/a.jpg\n';
const header = "S. No.,Product Name,Input Image Urls,Output Image Urls";
const mug = '1,"Mug, green","http://s/a.jpg,http://s/b.jpg"';
const images = [
  { source: "http://s/a.jpg", output: "http://h/1.jpg" },
  { source: "http://s/b.jpg", output: null },
];

describe("checkOutputCsv", () => {
  test("has nothing to say when every output stands in the place of its input", () => {
    const output = `${header}\r\n${mug},"http://h/1.jpg,"\r\n2,Lamp,http://s/a.jpg,http://h/1.jpg\r\n`;

    expect(checkOutputCsv(output, images, input)).toEqual([]);
    expect(checkOutputCsv(output, images, null)).toEqual([]);
  });

  test.each([
    ["another header", `A,B,C,D\r\n${mug},"http://h/1.jpg,"\r\n2,Lamp,http://s/a.jpg,http://h/1.jpg\r\n`],
    ["an output in another place", `${header}\r\n${mug},",http://h/1.jpg"\r\n2,Lamp,http://s/a.jpg,http://h/1.jpg\r\n`],
    ["a missing place", `${header}\r\n${mug},http://h/1.jpg\r\n2,Lamp,http://s/a.jpg,http://h/1.jpg\r\n`],
    ["a changed name", `${header}\r\n${mug},"http://h/1.jpg,"\r\n2,lamp,http://s/a.jpg,http://h/1.jpg\r\n`],
    ["a missing product", `${header}\r\n${mug},"http://h/1.jpg,"\r\n`],
    [
      "a stranger's URL",
      `${header}\r\n${mug},"http://h/1.jpg,http://h/9.jpg"\r\n2,Lamp,http://s/a.jpg,http://h/1.jpg\r\n`,
    ],
  ])("notices %s", (_, output) => {
    expect(checkOutputCsv(output, images, input)).not.toEqual([]);
  });
});
