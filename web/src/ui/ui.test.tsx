import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ColumnDef } from "@tanstack/react-table";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import {
  Button,
  Combobox,
  ConfusionMatrix,
  DataTable,
  ErrorState,
  Field,
  FormDialog,
  Input,
  LineChart,
  LogViewer,
  StatusBadge,
  TooltipProvider,
} from "@/ui";
import { extent, nearest, ticks } from "./chartScale";

const show = (element: React.ReactElement) => render(<TooltipProvider>{element}</TooltipProvider>);

describe("a field", () => {
  it("ties its label, help and error to the control", () => {
    const { rerender } = show(
      <Field label="Name" help="As you like">
        <Input />
      </Field>,
    );
    expect(screen.getByLabelText("Name")).toHaveAccessibleDescription("As you like");
    rerender(
      <Field label="Name" help="As you like" error="Is taken" required>
        <Input />
      </Field>,
    );
    const input = screen.getByLabelText("Name");
    expect(input).toBeInvalid();
    expect(input).toBeRequired();
    expect(input).toHaveAccessibleDescription("Is taken");
  });
});

describe("a busy button", () => {
  it("takes no clicks and keeps its label", async () => {
    const onClick = vi.fn();
    show(
      <Button busy onClick={onClick}>
        Save
      </Button>,
    );
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(onClick).not.toHaveBeenCalled();
    expect(screen.getByRole("button", { name: "Save" })).toHaveAttribute("aria-busy", "true");
  });
});

describe("a form dialog", () => {
  const form = (props: Partial<React.ComponentProps<typeof FormDialog>>) => (
    <TooltipProvider>
      <FormDialog
        title="New key"
        submitLabel="Create"
        ready
        busy={false}
        error={null}
        onSubmit={() => undefined}
        onClose={() => undefined}
        {...props}
      >
        <Field label="Name">
          <Input />
        </Field>
      </FormDialog>
    </TooltipProvider>
  );

  it("sends what is filled in by the key as by the button", async () => {
    const sent = vi.fn();
    render(form({ onSubmit: sent }));
    await userEvent.type(screen.getByLabelText("Name"), "ci{Enter}");
    await userEvent.click(screen.getByRole("button", { name: "Create" }));
    expect(sent).toHaveBeenCalledTimes(2);
  });

  it("sends nothing that is not ready, nor a second time while it is busy", async () => {
    const sent = vi.fn();
    const { rerender } = render(form({ onSubmit: sent, ready: false }));
    await userEvent.type(screen.getByLabelText("Name"), "{Enter}");
    rerender(form({ onSubmit: sent, busy: true }));
    await userEvent.type(screen.getByLabelText("Name"), "{Enter}");
    expect(sent).not.toHaveBeenCalled();
  });

  it("says why it was refused and closes when it is given up", async () => {
    const closed = vi.fn();
    render(form({ onClose: closed, error: new Error("the name is taken") }));
    expect(screen.getByRole("alert")).toHaveTextContent("the name is taken");
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(closed).toHaveBeenCalledOnce();
  });
});

describe("a table", () => {
  interface Row {
    name: string;
    size: number;
  }
  const columns: ColumnDef<Row>[] = [
    { accessorKey: "name", header: "Name" },
    { accessorKey: "size", header: "Size" },
  ];
  const rows: Row[] = [
    { name: "b", size: 10 },
    { name: "a", size: 9 },
  ];
  const names = () =>
    within(screen.getByRole("table"))
      .getAllByRole("row")
      .slice(1)
      .map((row) => row.textContent);

  it("sorts by a column and tells so", async () => {
    show(<DataTable label="Things" columns={columns} rows={rows} rowId={(row) => row.name} />);
    expect(names()).toEqual(["b10", "a9"]);
    await userEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(names()).toEqual(["a9", "b10"]);
    expect(screen.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  });

  it("is busy while it loads, and says when there is nothing", () => {
    const { rerender } = show(
      <DataTable label="Things" columns={columns} rows={undefined} rowId={(row) => row.name} />,
    );
    expect(screen.getByRole("table")).toHaveAttribute("aria-busy", "true");
    rerender(<DataTable label="Things" columns={columns} rows={[]} rowId={(row) => row.name} empty="Nothing yet" />);
    expect(screen.getByText("Nothing yet")).toBeVisible();
  });

  it("shows the error in place of rows it never had", () => {
    const error = new ApiError({
      status: 503,
      code: "STORAGE_UNAVAILABLE",
      detail: "The object store does not answer",
    });
    show(<DataTable label="Things" columns={columns} rows={undefined} rowId={(row) => row.name} error={error} />);
    expect(screen.getByRole("alert")).toHaveTextContent("STORAGE_UNAVAILABLE");
  });

  it("keeps the rows it has and says below them what went wrong", async () => {
    const error = new ApiError({ status: 0, code: "NETWORK" });
    const retried = vi.fn();
    show(
      <DataTable
        label="Things"
        columns={columns}
        rows={rows}
        rowId={(row) => row.name}
        error={error}
        onRetry={retried}
      />,
    );
    expect(names()).toEqual(["b10", "a9"]);
    expect(screen.getByRole("alert")).toHaveTextContent("The server cannot be reached");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(retried).toHaveBeenCalledOnce();
  });
});

describe("an error", () => {
  it("is copied with its code and request id", async () => {
    const user = userEvent.setup();
    const error = new ApiError({ status: 500, code: "INTERNAL", detail: "Something went wrong", requestId: "req_9" });
    show(<ErrorState error={error} />);
    await user.click(screen.getByRole("button", { name: "Copy the error" }));
    expect(await navigator.clipboard.readText()).toBe("INTERNAL \u00b7 Something went wrong \u00b7 req_9");
  });
});

describe("a log", () => {
  const lines = [
    { key: "1", stream: "stdout" as const, text: "epoch 1" },
    { key: "2", stream: "stderr" as const, text: "warning: odd" },
    { key: "3", stream: "stdout" as const, text: "epoch 2" },
  ];

  it("finds text and counts the lines", async () => {
    show(<LogViewer label="Log" lines={lines} live={false} />);
    await userEvent.type(screen.getByRole("searchbox"), "EPOCH");
    expect(screen.getByText("2 lines")).toBeVisible();
    expect(screen.queryByText("warning: odd")).not.toBeInTheDocument();
    expect(screen.getAllByText("epoch", { selector: "mark" })).toHaveLength(2);
  });

  it("says whether more may come", () => {
    const { rerender } = show(<LogViewer label="Log" lines={lines} live />);
    expect(screen.getByText("Live")).toBeVisible();
    rerender(
      <TooltipProvider>
        <LogViewer label="Log" lines={lines} live={false} />
      </TooltipProvider>,
    );
    expect(screen.getByText("Ended")).toBeVisible();
  });
});

describe("a chart", () => {
  it("tells its last values and reads off others by the arrow keys", async () => {
    const points = [1, 2, 3].map((x) => ({ x, y: x / 10 }));
    show(<LineChart label="loss" xLabel="step" series={[{ name: "train", points }]} />);
    const chart = screen.getByRole("img", { name: "loss: train 0.3" });
    chart.focus();
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(screen.getByRole("status")).toHaveTextContent("step 2train0.2");
    expect(chart).not.toContainElement(screen.getByRole("status"));
  });

  it("has ticks at round values", () => {
    expect(ticks(0.12, 2.31, 5)).toEqual([0.5, 1, 1.5, 2]);
    expect(ticks(1, 30, 5)).toEqual([10, 20, 30]);
    expect(ticks(3, 3, 5)).toEqual([3]);
  });

  it("never has an empty range", () => {
    expect(extent([], 0)).toEqual([0, 1]);
    expect(extent([5, 5], 0)).toEqual([4.5, 5.5]);
    expect(extent([NaN, 1, 3], 0)).toEqual([1, 3]);
  });

  it("finds the nearest value", () => {
    expect([0, 4, 6, 100].map((target) => nearest([1, 5, 9], target))).toEqual([0, 1, 1, 2]);
    expect(nearest([], 1)).toBe(-1);
  });
});

describe("a confusion matrix", () => {
  it("tells each cell in words", () => {
    show(
      <ConfusionMatrix
        classes={["ant", "bee"]}
        matrix={[
          [3, 1],
          [0, 4],
        ]}
      />,
    );
    expect(screen.getByTitle("True ant, predicted bee: 1 (25.0%)")).toHaveTextContent("1");
  });
});

describe("a combobox", () => {
  function Choosing() {
    const [value, setValue] = useState("");
    return (
      <Field label="Model">
        <Combobox
          value={value}
          onChange={setValue}
          placeholder="Choose"
          allowNew
          options={[{ value: "a", label: "alpha" }]}
        />
      </Field>
    );
  }

  it("takes what is found, and what is new", async () => {
    const user = userEvent.setup();
    show(<Choosing />);
    await user.click(screen.getByRole("combobox", { name: "Model" }));
    await user.keyboard("alp{Enter}");
    expect(screen.getByRole("combobox", { name: "Model" })).toHaveTextContent("alpha");
    await user.click(screen.getByRole("combobox", { name: "Model" }));
    await user.keyboard("beta");
    await user.click(await screen.findByText("Use \u201cbeta\u201d"));
    expect(screen.getByRole("combobox", { name: "Model" })).toHaveTextContent("beta");
  });
});

describe("a state", () => {
  it("is a word, not only a colour", () => {
    show(<StatusBadge status="DEGRADED" />);
    expect(screen.getByText("Degraded")).toBeVisible();
  });
});
