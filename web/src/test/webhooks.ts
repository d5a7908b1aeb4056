/** Webhooks, as the API would tell of them. */
import type { Webhook, WebhookDelivery } from "@/api/types";
import { at } from "./people";

export const webhook: Webhook = {
  id: "whk_1",
  name: "deploys",
  description: "",
  url: "https://ci.example.com/hooks/models",
  events: ["MODEL_VERSION_CREATED", "MODEL_VERSION_ALIAS_CREATED", "MODEL_VERSION_ALIAS_DELETED", "PROMPT_CREATED"],
  signed: true,
  status: "ACTIVE",
  createdAt: at(10),
  updatedAt: at(10),
};

export const disabledWebhook: Webhook = {
  ...webhook,
  id: "whk_2",
  name: "chat",
  events: ["PROMPT_CREATED"],
  signed: false,
  status: "DISABLED",
};

export const delivery: WebhookDelivery = {
  id: "whd_1",
  event: "MODEL_VERSION_CREATED",
  state: "DELIVERED",
  attempts: 1,
  status: 200,
  createdAt: at(20),
  updatedAt: at(20),
};

export const failedDelivery: WebhookDelivery = {
  id: "whd_2",
  event: "PROMPT_CREATED",
  state: "PENDING",
  attempts: 3,
  status: 503,
  error: "the answer was 503",
  nextAttemptAt: at(4000),
  createdAt: at(20),
  updatedAt: at(20),
};
