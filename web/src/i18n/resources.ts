import enAuth from "./locales/en/auth.json";
import enDatasets from "./locales/en/datasets.json";
import enErrors from "./locales/en/errors.json";
import enEvaluations from "./locales/en/evaluations.json";
import enExperiments from "./locales/en/experiments.json";
import enGallery from "./locales/en/gallery.json";
import enJobs from "./locales/en/jobs.json";
import enModels from "./locales/en/models.json";
import enOverview from "./locales/en/overview.json";
import enPlatform from "./locales/en/platform.json";
import enServices from "./locales/en/services.json";
import enShell from "./locales/en/shell.json";
import enTraces from "./locales/en/traces.json";
import enUi from "./locales/en/ui.json";
import enWebhooks from "./locales/en/webhooks.json";
import zhAuth from "./locales/zh-CN/auth.json";
import zhDatasets from "./locales/zh-CN/datasets.json";
import zhErrors from "./locales/zh-CN/errors.json";
import zhEvaluations from "./locales/zh-CN/evaluations.json";
import zhExperiments from "./locales/zh-CN/experiments.json";
import zhGallery from "./locales/zh-CN/gallery.json";
import zhJobs from "./locales/zh-CN/jobs.json";
import zhModels from "./locales/zh-CN/models.json";
import zhOverview from "./locales/zh-CN/overview.json";
import zhPlatform from "./locales/zh-CN/platform.json";
import zhServices from "./locales/zh-CN/services.json";
import zhShell from "./locales/zh-CN/shell.json";
import zhTraces from "./locales/zh-CN/traces.json";
import zhUi from "./locales/zh-CN/ui.json";
import zhWebhooks from "./locales/zh-CN/webhooks.json";

/** Every string of the interface, by language and by part of the interface. */
export const resources = {
  en: {
    auth: enAuth,
    datasets: enDatasets,
    errors: enErrors,
    evaluations: enEvaluations,
    experiments: enExperiments,
    gallery: enGallery,
    jobs: enJobs,
    models: enModels,
    overview: enOverview,
    platform: enPlatform,
    services: enServices,
    shell: enShell,
    traces: enTraces,
    ui: enUi,
    webhooks: enWebhooks,
  },
  "zh-CN": {
    auth: zhAuth,
    datasets: zhDatasets,
    errors: zhErrors,
    evaluations: zhEvaluations,
    experiments: zhExperiments,
    gallery: zhGallery,
    jobs: zhJobs,
    models: zhModels,
    overview: zhOverview,
    platform: zhPlatform,
    services: zhServices,
    shell: zhShell,
    traces: zhTraces,
    ui: zhUi,
    webhooks: zhWebhooks,
  },
} as const;

export type Language = keyof typeof resources;

/** The languages by their own names. */
export const languages: Record<Language, string> = { en: "English", "zh-CN": "简体中文" };
