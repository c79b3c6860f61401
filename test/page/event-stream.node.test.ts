import { describe, expect, test } from "vitest";
import { EventStreamParser } from "../../src/page/app/job/event-stream.js";

const stream =
  'retry: 2000\n\nid: 7\nevent: image\ndata: {"a":1}\n\n: still here\n\nevent: done\ndata: one\ndata: two\n\n';

describe("EventStreamParser", () => {
  test("gives events with their names, joined data and the newest id", () => {
    expect(new EventStreamParser().push(stream)).toEqual([
      { name: "image", data: '{"a":1}', id: "7" },
      { name: "done", data: "one\ntwo", id: "7" },
    ]);
  });

  test.each(["\n", "\r\n", "\r"])("gives the same however the stream is cut, with %j between lines", (lineBreak) => {
    const text = stream.replaceAll("\n", lineBreak);
    const whole = new EventStreamParser().push(`${text}\n`);

    for (let cut = 1; cut < text.length; cut++) {
      const parser = new EventStreamParser();
      const events = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut)), ...parser.push("\n")];
      expect(events).toEqual(whole);
    }
  });

  test("gives nothing before the empty line, and nothing without data", () => {
    const parser = new EventStreamParser();

    expect(parser.push("event: progress\ndata: 1\n")).toEqual([]);
    expect(parser.push("\nevent: progress\n\n")).toEqual([{ name: "progress", data: "1", id: "" }]);
  });

  test("calls an event without a name a message, and takes one space off", () => {
    expect(new EventStreamParser().push("data:  x\n\n")).toEqual([{ name: "message", data: " x", id: "" }]);
  });
});
