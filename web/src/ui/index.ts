/** The components every view is made of; `/gallery` shows them all. */
export { Button, IconButton } from "./Button";
export { Badge, StatusBadge } from "./Badge";
export type { Status, Tone } from "./Badge";
export { Card, Facts, Stat } from "./Card";
export { cn } from "./cn";
export { Code, CodeBlock } from "./CodeBlock";
export { Combobox } from "./Combobox";
export { ConfusionMatrix } from "./ConfusionMatrix";
export { CopyButton } from "./CopyButton";
export { DataTable, LoadMore } from "./DataTable";
export { ConfirmDialog, Dialog, FormDialog, Sheet } from "./Dialog";
export { Field } from "./Field";
export { Input, Textarea } from "./Input";
export { LineChart } from "./LineChart";
export type { Series } from "./LineChart";
export { LogViewer } from "./LogViewer";
export type { LogLine } from "./LogViewer";
export { Menu, MenuItem, MenuLabel, MenuSeparator } from "./Menu";
export { Popover } from "./Popover";
export { Select } from "./Select";
export type { Option } from "./Select";
export {
  Breadcrumbs,
  Bytes,
  CopyableId,
  Elapsed,
  Kbd,
  Meta,
  PageHeader,
  PageTitle,
  Progress,
  RelativeTime,
} from "./Small";
export { StateFilter } from "./StateFilter";
export { EmptyState, ErrorLine, ErrorState, PageSkeleton, Skeleton } from "./States";
export { Tabs } from "./Tabs";
export { Toaster } from "./Toast";
export { toast } from "./toasts";
export { useProblemText, useProblemTitle } from "./useProblemTitle";
export { Checkbox, Switch } from "./Toggles";
export { Tooltip, TooltipProvider } from "./Tooltip";
