/** A turn of a conversation with a model. */
export interface ChatMessage {
  role: string;
  /** What is said in words. */
  text: string;
  /** What else there is of it, by its kind: calls of tools, images. */
  parts: readonly { label: string; value: unknown }[];
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a text is as JSON if it is an object or a list; else the text itself. */
export function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) {
    return text;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The conversation that a value holds in the form of chat APIs: `messages`, `choices`, a list of messages, or one of them. */
export function messagesOf(value: unknown): ChatMessage[] | undefined {
  const found = Array.isArray(value)
    ? value
    : !isFields(value)
      ? []
      : Array.isArray(value.messages)
        ? value.messages
        : Array.isArray(value.choices)
          ? value.choices.map((choice: unknown) => (isFields(choice) ? choice.message : undefined))
          : [value];
  const messages = found.map(messageOf);
  return messages.length > 0 && messages.every((one) => one !== undefined) ? messages : undefined;
}

function messageOf(value: unknown): ChatMessage | undefined {
  if (!isFields(value) || typeof value.role !== "string" || !("content" in value || "tool_calls" in value)) {
    return undefined;
  }
  const content = Array.isArray(value.content) ? (value.content as unknown[]) : [value.content];
  const calls = Array.isArray(value.tool_calls) ? (value.tool_calls as unknown[]) : [];
  return {
    role: value.role,
    text: content.map(textOf).filter(Boolean).join("\n\n"),
    parts: [
      ...content.filter((part) => part != null && textOf(part) === undefined).map((part) => partOf(part)),
      ...calls.map((call) => callOf(call)),
    ],
  };
}

function textOf(part: unknown): string | undefined {
  if (typeof part === "string") {
    return part;
  }
  return isFields(part) && typeof part.text === "string" ? part.text : undefined;
}

function partOf(part: unknown) {
  return { label: isFields(part) && typeof part.type === "string" ? part.type : "content", value: part };
}

/** A call of a tool, by the tool's name. */
function callOf(call: unknown) {
  const told = isFields(call) && isFields(call.function) ? call.function : call;
  const name = isFields(told) && typeof told.name === "string" ? told.name : "tool_call";
  const given = isFields(told) ? told.arguments : told;
  return { label: name, value: typeof given === "string" ? parsed(given) : given };
}

/** The gist of a preview, which is JSON that may be cut off: the last message, the only value, or values by their names. */
export function gistOf(preview: string): string {
  const value = parsed(preview);
  const last = messagesOf(value)?.at(-1);
  if (last !== undefined && last.text !== "") {
    return last.text;
  }
  const fields = isFields(value) ? Object.entries(value) : [];
  if (fields.length === 0 || fields.some(([, one]) => typeof one === "object")) {
    return preview;
  }
  return fields.map(([key, one]) => (fields.length === 1 ? String(one) : `${key}: ${String(one)}`)).join(" · ");
}
