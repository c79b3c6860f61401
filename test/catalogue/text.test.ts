import { describe, expect, test } from "vitest";
import { decodeText } from "../../src/catalogue/text.ts";

const utf8 = new TextEncoder();

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), littleEndian);
  return new Uint8Array(view.buffer);
}

describe("decodeText", () => {
  const text = "S. No.,Name\r\n1,Café – 椅子\r\n";

  test.each([
    ["UTF-8", utf8.encode(text)],
    ["UTF-8 with a mark", utf8.encode(`\ufeff${text}`)],
    ["UTF-16 LE with a mark", utf16(`\ufeff${text}`, true)],
    ["UTF-16 BE with a mark", utf16(`\ufeff${text}`, false)],
    ["UTF-16 LE without a mark", utf16(text, true)],
    ["UTF-16 BE without a mark", utf16(text, false)],
  ])("reads %s", (_, bytes) => {
    expect(decodeText(bytes)).toBe(text);
  });

  test("reads bytes that are not UTF-8 as Windows-1252, its quotes and the euro included", () => {
    const bytes = Uint8Array.of(0x43, 0x61, 0x66, 0xe9, 0x20, 0x93, 0x80, 0x94);

    expect(decodeText(bytes)).toBe("Café “€”");
  });

  test("stays with UTF-8 when the file is cut off inside a character", () => {
    const bytes = utf8.encode("Müller, Åse, Café");

    expect(decodeText(bytes.subarray(0, -1))).toBe("Müller, Åse, Caf\ufffd");
  });

  test("takes UTF-16 for what it is when most of it is not ASCII", () => {
    const mostlyHan = `S. No.,Name\n1,${"一椅子".repeat(8)}`;

    expect(decodeText(utf16(mostlyHan, true))).toBe(mostlyHan);
  });

  test("gives an empty text for no bytes", () => {
    expect(decodeText(new Uint8Array())).toBe("");
  });
});
