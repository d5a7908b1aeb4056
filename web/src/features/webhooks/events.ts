import type { WebhookEvent } from "@/api/types";

/** What a webhook can be told of: first of models, then of prompts. */
export const EVENTS = [
  "REGISTERED_MODEL_CREATED",
  "MODEL_VERSION_CREATED",
  "MODEL_VERSION_ALIAS_CREATED",
  "MODEL_VERSION_ALIAS_DELETED",
  "MODEL_VERSION_TAG_SET",
  "MODEL_VERSION_TAG_DELETED",
  "PROMPT_CREATED",
  "PROMPT_VERSION_CREATED",
  "PROMPT_ALIAS_CREATED",
  "PROMPT_ALIAS_DELETED",
  "PROMPT_TAG_SET",
  "PROMPT_TAG_DELETED",
  "PROMPT_VERSION_TAG_SET",
  "PROMPT_VERSION_TAG_DELETED",
] as const satisfies readonly WebhookEvent[];
