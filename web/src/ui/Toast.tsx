import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import { useTranslation } from "react-i18next";
import { cn } from "./cn";
import { dismissToast, useToasts } from "./toasts";

const LOOKS = {
  success: [CircleCheck, "text-success"],
  danger: [CircleAlert, "text-danger"],
  info: [Info, "text-info"],
} as const;

/** Where toasts appear; once, at the root of the application. */
export function Toaster() {
  const { t } = useTranslation("ui");
  const messages = useToasts();
  return (
    <Radix.Provider duration={6000} label={t("notification")} swipeDirection="right">
      {messages.map((message) => {
        const [Icon, colour] = LOOKS[message.tone];
        return (
          <Radix.Root
            key={message.id}
            onOpenChange={(open) => {
              if (!open) {
                dismissToast(message.id);
              }
            }}
            className="flex animate-in items-start gap-2.5 rounded-lg bg-raised p-3 shadow-pop"
          >
            <Icon size={16} className={cn("mt-0.5 shrink-0", colour)} aria-hidden />
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-sm font-medium">{message.title}</Radix.Title>
              {message.description !== undefined && (
                <Radix.Description className="text-xs break-words text-muted">{message.description}</Radix.Description>
              )}
            </div>
            <Radix.Close aria-label={t("close")} className="rounded-sm p-0.5 text-subtle hover:text-ink">
              <X size={14} aria-hidden />
            </Radix.Close>
          </Radix.Root>
        );
      })}
      <Radix.Viewport
        label={t("notifications")}
        className="fixed right-4 bottom-4 z-50 flex w-88 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none"
      />
    </Radix.Provider>
  );
}
