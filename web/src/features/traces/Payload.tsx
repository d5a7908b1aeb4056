import { useTranslation } from "react-i18next";
import { CodeBlock } from "@/ui";
import { messagesOf, parsed } from "./messages";
import type { ChatMessage } from "./messages";

export interface PayloadProps {
  /** A text as it is, anything else as JSON; nothing if it was not told. */
  text: string | null | undefined;
  label: string;
  /** Said when there is nothing. */
  empty: string;
}

/** What went into a span or came out of it: a conversation as its messages, anything else as JSON to read. */
export function Payload({ text, label, empty }: PayloadProps) {
  const { t } = useTranslation("traces");
  if (text == null) {
    return <Nothing>{empty}</Nothing>;
  }
  const value = parsed(text);
  const messages = messagesOf(value);
  const code = <CodeBlock label={label} code={pretty(value)} wrap />;
  return messages === undefined ? (
    code
  ) : (
    <div className="flex flex-col gap-3">
      <ol className="flex flex-col gap-2">
        {messages.map((message, index) => (
          <Message key={index} message={message} />
        ))}
      </ol>
      <details>
        <summary className="mb-2 w-fit cursor-pointer rounded-sm text-xs text-muted hover:text-ink">
          {t("wholeJson")}
        </summary>
        {code}
      </details>
    </div>
  );
}

/** Said in a tab that has nothing. */
export function Nothing({ children }: { children: string }) {
  return <p className="py-6 text-center text-muted">{children}</p>;
}

function pretty(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function Message({ message: { role, text, parts } }: { message: ChatMessage }) {
  return (
    <li className="flex min-w-0 flex-col gap-2 rounded-md border bg-sunken px-3 py-2">
      <span className="text-xs font-medium text-muted">{role}</span>
      {text !== "" && <p className="leading-6 wrap-anywhere whitespace-pre-wrap">{text}</p>}
      {parts.map((part, index) => (
        <CodeBlock key={index} label={part.label} code={pretty(part.value)} wrap className="bg-surface" />
      ))}
    </li>
  );
}
