import { describe, expect, it } from "vitest";
import { gistOf, messagesOf, parsed } from "./messages";

const user = { role: "user", content: "hi" };

describe("a conversation", () => {
  it.each([
    ["messages", { model: "m", messages: [user] }],
    ["choices", { choices: [{ index: 0, message: user }] }],
    ["a list", [user]],
    ["one message", user],
    ["parts", [{ role: "user", content: [{ type: "text", text: "hi" }] }]],
  ])("is found in %s", (_, value) => {
    expect(messagesOf(value)).toEqual([{ role: "user", text: "hi", parts: [] }]);
  });

  it.each([
    ["a text", "hi"],
    ["a number", 7],
    ["nothing", null],
    ["an empty list", []],
    ["others", { messages: ["hi"] }],
    ["no content", { role: "user" }],
  ])("is not found in %s", (_, value) => expect(messagesOf(value)).toBeUndefined());

  it("tells which tools are called with what", () => {
    const calls = [{ id: "1", type: "function", function: { name: "look_up", arguments: '{"digit": 8}' } }];
    expect(messagesOf({ role: "assistant", content: null, tool_calls: calls })).toEqual([
      { role: "assistant", text: "", parts: [{ label: "look_up", value: { digit: 8 } }] },
    ]);
  });

  it("keeps what is no text", () => {
    const image = { type: "image_url", image_url: { url: "https://example.org/8.png" } };
    expect(messagesOf([{ role: "user", content: [image, { text: "which?" }] }])).toEqual([
      { role: "user", text: "which?", parts: [{ label: "image_url", value: image }] },
    ]);
  });
});

describe("a text", () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    [" [1]", [1]],
    ['{"cut off": "he...', '{"cut off": "he...'],
    ["7", "7"],
    ["hello", "hello"],
  ])("%s is read as JSON only if it is an object or a list", (text, value) => expect(parsed(text)).toEqual(value));

  it.each([
    ['{"question": "why?"}', "why?"],
    ['{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "last"}]}', "last"],
    ['{"question": "why?", "top_k": 2}', "question: why? · top_k: 2"],
    ['{"a": [1], "b": 2}', '{"a": [1], "b": 2}'],
    ["plain", "plain"],
  ])("%s has a gist", (preview, gist) => expect(gistOf(preview)).toBe(gist));
});
