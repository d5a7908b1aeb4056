import { Binary, Bot, Braces, Circle, Database, Link2, MessageSquare, Search, Sparkles, Wrench } from "lucide-react";
import type { LucideIcon } from "lucide-react";

/** How spans of a type look: an icon, and one of the chart's colours. */
interface Kind {
  icon: LucideIcon;
  colour: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  LLM: { icon: Sparkles, colour: "var(--chart-1)" },
  CHAT_MODEL: { icon: MessageSquare, colour: "var(--chart-1)" },
  TOOL: { icon: Wrench, colour: "var(--chart-2)" },
  RETRIEVER: { icon: Search, colour: "var(--chart-3)" },
  RERANKER: { icon: Search, colour: "var(--chart-3)" },
  MEMORY: { icon: Database, colour: "var(--chart-3)" },
  AGENT: { icon: Bot, colour: "var(--chart-4)" },
  CHAIN: { icon: Link2, colour: "var(--chart-5)" },
  EMBEDDING: { icon: Binary, colour: "var(--chart-6)" },
  PARSER: { icon: Braces, colour: "var(--chart-6)" },
};

const OTHER: Kind = { icon: Circle, colour: "var(--ink-subtle)" };

export function kindOf(type: string): Kind {
  return KINDS[type] ?? OTHER;
}
